#!/usr/bin/env bash
# What a designer does with publications, through the command: publish_test.sh SHUBBAK CONFIG_FOLDER
set -euo pipefail
shubbak=$1 shipped=$2
source "$(dirname "$0")/deployment.sh"
strings=$deployment/strings/en.yaml

# The shipped flows move money, which one person alone may not publish, whatever the configuration says.
refused publish --author Amal --note 'alone'
told 'needs a second person'
run revisions && told 'nothing was published'
python3 "$(dirname "$0")/without_payments.py" "$deployment"

run revisions && told 'nothing was published'
run publish --author Amal --note 'the first' && told 'published 1'
refused publish --author Amal --note 'the same again'
told 'nothing to publish'

cp "$strings" "$work/kept"
sed -i 's/One window/Two windows/' "$strings"
run publish --author Badr --note 'a look' --preview && told 'nothing was changed'
run publish --author Badr --note 'another title' && told 'published 2'
run diff 1 2 && told '+.*Two windows'
run diff 1 && told '+.*Two windows'

# More words for a flow are a part of what is checked, compared and published.
words=$deployment/keywords.yaml
cp "$words" "$work/kept_words"
echo 'home: [begin]' >>"$words"
run check && run diff 2 && told '^+home: .begin.'
echo 'hone: [begin]' >>"$words"
refused check
told 'keywords.yaml:[0-9]*:1: fault: unknown flow .hone.'
cp "$work/kept_words" "$words"

sed -i 's/Two windows/{broken/' "$strings"
refused publish --author Badr --note 'broken'
told 'strings/en.yaml'
cp "$work/kept" "$strings"
sed -i 's/contains: "18250"/contains: "never"/' "$deployment/tests/reading.yaml"
refused publish --author Badr --note 'untested'
told 'nothing was published'

# Without a publication check has nothing to compare with; with one it tells codes that moved.
flows=$work/config/common/flows
cp -r "$flows" "$work/kept_flows"
sed -i 's/ussd: "1"/ussd: "2"/' "$flows/debt.yaml"
sed -i 's/ussd: "2"/ussd: "1"/' "$flows/payments.yaml"
refused check
told 'leads to payments.*in the published revision to debt.*moved-code'
refused check --format json
told '"rule":"moved-code"'
(
  export SHUBBAK_STATE_DIR=$work/elsewhere
  run check && told '^ok: '
  [ ! -e "$work/elsewhere" ] || fail 'check made a database'
)
cp "$work/kept_flows"/* "$flows/"
run check && told '^ok: '

run rollback --to 1 --author Amal --note 'back' && told 'published 3'
refused rollback --to 9 --author Amal --note 'x'
told 'no publication 9'

# Two persons: one proposes, another one approves.
password='a long password'
sed -i '/^database:/i second_person: every_flow' "$config"
sed -i 's/One window/Three windows/' "$strings"
cp "$shipped/syria-kuwwa/tests/reading.yaml" "$deployment/tests/reading.yaml"
for who in designer publisher; do run staff add "$who" --full-name "$who" --role publisher <<<"$password"; done
refused publish --author Amal --note 'alone'
told 'needs a second person'
refused publish --propose --as designer --note 'x' <<<'not the password'
told 'the name or the password is wrong'
run publish --propose --as designer --note 'three' <<<"$password" && told 'proposed 1'
run revisions --proposed && told '^1 .*designer  waits  three'
run diff --proposal 1 && told '+.*Three windows' && told '-.*One window'
refused diff --proposal 2
told 'no proposal 2'
refused approve 1 --as designer <<<"$password"
told 'second person'
run staff roles publisher --role clerk
refused approve 1 --as publisher <<<"$password"
told 'flow.approve'
run staff roles publisher --role publisher
run approve 1 --as publisher <<<"$password" && told 'published 4'
run revisions --proposed && told '^1 .*designer  publication 4 by publisher  three'
refused rollback --to 1 --author Amal --note 'alone'
run audit verify && told '^intact: '
run audit search --action flow.approved && told 'staff publisher'
sed -i '/^second_person/d' "$config"

run revisions && told '^\* 4 .*designer  three' && told '^  3 .*Amal  back' && told '^  2 .*Badr  another title'
echo ok
