#!/usr/bin/env bash
# What a designer does with `shubbak play`, typed into it: play_test.sh SHUBBAK CONFIG_FOLDER
set -euo pipefail
shubbak=$1 shipped=$2
source "$(dirname "$0")/deployment.sh"

played=$work/played.yaml
run play --locale en <<TEXT
mock bills.accounts {"missing": 0, "accounts": [{"id": "4521007", "label": "Home", "company": "damascus"}]}
mock bills.due {"amount": 12500000, "count": 2}
*123*1#
1
1
drop
*123*4*99*1#
wait 200s
redial
*123*5*1#
save $played
quit
TEXT
told '1 Home'
told '[0-9]* of 160 octets, GSM 7-bit, page 1'
told 'debt\.pick'
told 'Due on Home number 4521007:'
told 'so far: dialogues 1, parts of SMS 0'
told 'so far: dialogues 1, parts of SMS 1'
told 'octets, UCS-2'
told 'so far: dialogues 4, parts of SMS 1'
told "saved to $played"
run test "$played"
told '^1 passed, 0 failed'
grep -q 'wait: 200s' "$played" && grep -q -- '- redial' "$played" || fail 'what was played was not saved'

# Another phone: the first operator there is, unlinked.
run play --unlinked <<<'*123*1#'
told 'ended'
refused play --operator nobody </dev/null
told "there is no operator 'nobody'"
echo ok
