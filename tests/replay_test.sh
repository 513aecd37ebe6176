#!/usr/bin/env bash
# Walks recorded by a real daemon, walked again by the command: replay_test.sh SHUBBAK SOURCE_FOLDER
# (SHUBBAK_BUILD names what was built, for ./demo)
set -euo pipefail
shubbak=$1 source=$2
cd "$source"
work=$(mktemp -d)
run=
trap 'rm -rf "$work" ${run:+"$run"}' EXIT
fail() { echo "replay_test: $*" >&2; cat "$work/out" >&2 || true; exit 1; }

conversations=config/syria-kuwwa/conversations
SHUBBAK_RECORDED_SHARE=1 ./demo --quiet --keep --script $conversations/debt.yaml $conversations/payments.yaml \
  >"$work/out" 2>&1 || fail 'the conversations do not hold'
run=$PWD/$(sed -n 's/^demo: logs and database are in //p' "$work/out")
[ -f "$run/shubbak.db" ] || fail 'the demo kept no database'

export SHUBBAK_STATE_DIR=$run SHUBBAK_KEY_FILE=$run/shubbak.key SYRIATEL_PASSWORD=x
export COMPANY_DAMASCUS_URL=http://127.0.0.1:1 COMPANY_ALEPPO_URL=http://127.0.0.1:1 COMPANY_HOMS_URL=http://127.0.0.1:1
config=config/syria-kuwwa/shubbak.yaml
# replay WANTED_EXIT_STATUS [OPTION...]
replay() {
  local wanted=$1 status=0
  shift
  "$shubbak" replay --config $config "$@" >"$work/out" 2>&1 || status=$?
  [ "$status" -eq "$wanted" ] || fail "replay $* came to $status instead of $wanted"
}
told() { grep -q -- "$1" "$work/out" || fail "'$1' was not told"; }
silent_about() { for one in "$@"; do if grep -qaF -- "$one" "$work/out"; then fail "'$one' was told"; fi; done; }
# The sample person and their accounts, as they are in the conversations and the sample company.
personal=(01234567890 933123456 4521007 4522330 2100345 3100912 'منزل' 'مزرعة' 12500000 '125,000' '48,750' '310,500')

replay 0 && told ' 0 read otherwise, 0 go another way, 0 cannot go on'
if grep -q '^0 recordings compared' "$work/out"; then fail 'nothing was compared'; fi
for file in "$run"/shubbak.db*; do
  for one in "${personal[@]}"; do
    if grep -qaF -- "$one" "$file"; then fail "'$one' is in $file"; fi
  done
done

cp -r config "$work/config"
candidate=$work/config/syria-kuwwa
sed -i 's/^pick_account: .*/pick_account: اختر واحدا/' "$candidate/strings/ar.yaml"
sed -i 's/^pick_account: .*/pick_account: Which one/' "$candidate/strings/en.yaml"
replay 1 --against "$candidate" && told 'debt.pick' && told '    + اختر واحدا' && silent_about "${personal[@]}"
replay 1 --against "$candidate" --format json && told '"way":0,"failed":0' && silent_about "${personal[@]}"
python3 -c 'import json, sys; report = json.load(open(sys.argv[1])); assert report["texts"] > 0 and report["changed_texts"], report' \
  "$work/out" || fail 'the report is no JSON'

# The candidate's own flow takes the place of the common one.
cp config/common/flows/payments.yaml "$candidate/flows/payments.yaml"
sed -i 's/    pick: ask/    pick: nowhere/' "$candidate/flows/payments.yaml"
replay 2 --against "$candidate" && told 'payments.yaml.*nowhere'
cp config/common/flows/payments.yaml "$candidate/flows/payments.yaml"
sed -i 's/{when: "count(payments) == 0", to: no_payments}/{when: "count(payments) < 100", to: no_payments}/' "$candidate/flows/payments.yaml"
replay 1 --against "$candidate" && told 'payments.pick, on ' && told 'to payments.no_payments (ends) instead of payments.shown'
replay 0 --sample 1 && told '^1 recording compared'

replay 2 --against "$work" && told 'neither a publication'
replay 2 --against 7 && told 'no publication 7'

# Flows that the recordings know only from the folders are there as a publication too, under the same name.
password='a long password'
for who in designer publisher; do
  "$shubbak" staff add "$who" --full-name "$who" --role publisher --config $config <<<"$password" >"$work/out" 2>&1 || fail "no $who"
done
"$shubbak" publish --propose --as designer --note first --config $config <<<"$password" >"$work/out" 2>&1 || fail 'not proposed'
"$shubbak" approve 1 --as publisher --config $config <<<"$password" >"$work/out" 2>&1 || fail 'not approved'
cp -r "$work/config" "$work/edited"
config=$work/edited/syria-kuwwa/shubbak.yaml
replay 1 && told 'debt.pick'
replay 0 --against 1
echo ok
