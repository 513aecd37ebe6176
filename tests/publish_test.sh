#!/usr/bin/env bash
# What a designer does with publications, through the command: publish_test.sh SHUBBAK CONFIG_FOLDER
set -euo pipefail
shubbak=$1 shipped=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$shipped" "$work/config"
(umask 077 && printf 'a%.0s' $(seq 64) >"$work/key")
export SHUBBAK_STATE_DIR=$work SHUBBAK_KEY_FILE=$work/key SYRIATEL_PASSWORD=x SYRIATEL_PORT=1
export COMPANY_DAMASCUS_URL=http://127.0.0.1:1 COMPANY_ALEPPO_URL=http://127.0.0.1:1 COMPANY_HOMS_URL=http://127.0.0.1:1
config=$work/config/syria-kuwwa/shubbak.yaml
strings=$work/config/syria-kuwwa/strings/en.yaml

fail() { echo "publish_test: $*" >&2; exit 1; }
run() { "$shubbak" "$@" --config "$config" >"$work/out" 2>&1; }
told() { grep -q -- "$1" "$work/out" || { cat "$work/out" >&2; fail "'$1' was not told"; }; }

run revisions && told 'nothing was published'
run publish --author Amal --note 'the first' && told 'published 1'
if run publish --author Amal --note 'the same again'; then fail 'the same flows were published twice'; fi
told 'nothing to publish'

cp "$strings" "$work/kept"
sed -i 's/One window/Two windows/' "$strings"
run publish --author Badr --note 'a look' --preview && told 'nothing was changed'
run publish --author Badr --note 'another title' && told 'published 2'
run diff 1 2 && told '+.*Two windows'
run diff 1 && told '+.*Two windows'

sed -i 's/Two windows/{broken/' "$strings"
if run publish --author Badr --note 'broken'; then fail 'broken flows were published'; fi
told 'strings/en.yaml'
cp "$work/kept" "$strings"
sed -i 's/contains: "18250"/contains: "never"/' "$work/config/syria-kuwwa/tests/reading.yaml"
if run publish --author Badr --note 'untested'; then fail 'flows whose conversations do not hold were published'; fi
told 'nothing was published'

run rollback --to 1 --author Amal --note 'back' && told 'published 3'
if run rollback --to 9 --author Amal --note 'x'; then fail 'a publication that there is not was put into force'; fi
told 'no publication 9'
run revisions && told '^\* 3 .*Amal  back' && told '^  2 .*Badr  another title'
echo ok
