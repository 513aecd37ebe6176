#!/usr/bin/env bash
# What a designer reads of a real day: a daemon serves a conversation, then `shubbak stats` tells of it.
# stats_test.sh SHUBBAK SOURCE_FOLDER BUILD_FOLDER
set -euo pipefail
shubbak=$1 source=$2 build=$3
work=$(mktemp -d)
run=
trap 'rm -rf "$work" ${run:+"$run"}' EXIT

fail() { echo "stats_test: $*" >&2; exit 1; }
cat >"$work/day.yaml" <<'YAML'
conversation: one reads the debt and has it sent, then hangs up in the next dialogue
given: {link: {msisdn: "+963933123456", national_id: "01234567890"}}
steps:
  - dial: "*123*1*1#"
  - expect: {contains: "125"}
  - send: "1"
  - expect: {ended: true}
  - expect_sms: {contains: "125,000"}
  - dial: "*123*4#"
  - expect: {ended: false}
  - hang_up
  - dial: "*123*2#"
  - expect: {ended: false}
YAML
SHUBBAK_BUILD=$build "$source/demo" --quiet --keep --script "$work/day.yaml" >"$work/demo.out" 2>&1 ||
  { cat "$work/demo.out" >&2; fail 'the conversation did not hold'; }
run=$source/$(sed -n 's/^demo: logs and database are in //p' "$work/demo.out")
[ -r "$run/shubbak.db" ] || fail "no database in $run"

export SHUBBAK_STATE_DIR=$run SHUBBAK_KEY_FILE=$run/shubbak.key SYRIATEL_PASSWORD=x
config=$source/config/syria-kuwwa/shubbak.yaml
stats() { "$shubbak" stats --config "$config" "$@" >"$work/out" 2>&1; }
told() { grep -q -- "$1" "$work/out" || { cat "$work/out" >&2; fail "'$1' was not told"; }; }
refused() { # STATUS TEXT ARGUMENT...
  local status=$1 text=$2 got=0
  shift 2
  stats "$@" || got=$?
  [ "$got" -eq "$status" ] || { cat "$work/out" >&2; fail "$* ended with $got, not $status"; }
  told "$text"
}

stats
told '^debt by USSD$'
told '^  1 came, 1 reached an end (100%), 0 gave up (0%)$'
told 'cost: 1 sessions (syriatel 1), [1-9][0-9]* short messages (syriatel'
told '^  show  *1 .* 1  *100%  sent$'
told '^lookup by USSD$'
told 'GAVE UP: lost in the network'  # this gateway does not tell of hanging up
stats --flow lookup
told '^lookup by USSD$'
if grep -q '^debt' "$work/out"; then fail 'another flow was told too'; fi
stats --format csv && told '^ussd,debt,show,left,debt.sent,1$'
told '^ussd,debt,ask,company_sessions,"\?syriatel damascus"\?,1$'
stats --format json --flow debt && python3 -c '
import json, sys
flow = json.load(open(sys.argv[1]))["flows"][0]
assert flow["ended"] == 1 and flow["sessions"] == {"syriatel": 1}, flow' "$work/out"

stats --from "$(date -d yesterday +%F)" --to "$(date -d tomorrow +%F)" && told '^debt by USSD$'
stats --to 2020-01-31 && told 'nothing is recorded in these days'
refused 1 "no.* flow 'debts' in these days (did you mean 'debt'?); recorded are: debt lookup" --flow debts
refused 2 "from: '2026-02-30' is no day; write it like 2026-11-25" --from 2026-02-30
refused 2 "to: 'tomorrow' is no day" --to tomorrow
refused 2 'is a day before' --from 2026-11-25 --to 2026-11-24
"$shubbak" report use --by company,channel --format csv --config "$config" --from "$(date -d yesterday +%F)" --to "$(date -d tomorrow +%F)" \
  >"$work/out" 2>&1 || fail 'sessions are not reported by company'
told '^company,channel,operator,sessions.$'
told '^"damascus","ussd","syriatel",[1-9]'
echo ok
