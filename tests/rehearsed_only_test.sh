#!/usr/bin/env bash
# A flow with a code and a payment, whose services this version knows by name only: it is checked, rehearsed and played,
# but neither published nor run. rehearsed_only_test.sh SHUBBAK SHUBBAKD CONFIG_FOLDER
set -euo pipefail
shubbak=$1 shubbakd=$2 shipped=$3
source "$(dirname "$0")/deployment.sh"

run publish --author Amal --note 'before it' && told 'published 1'
add bill_pay

run check && told '^ok: ' && told "note: .*flow 'bill_pay', state 'pay': this version cannot perform 'payments.pay'"
run check --format json && told '"faults":\[\]'
run test "$deployment/tests/bill_pay.yaml" && told '^2 passed, 0 failed'
printf '%s\n' '*123*6*1*1#' 1 quit | run play --locale en --mocks "$deployment/tests/bill_pay.yaml"
told 'Pay 1,500 for' && told 'A code is on its way'
run graph --flow bill_pay --format dot && told 'otp'

refused publish --author Amal --note 'with payments'
told "flows/bill_pay.yaml:.*flow 'bill_pay', state 'pay': this version cannot perform 'payments.pay'"
run revisions && told '^\* 1' && untold '^  2'

for how in --check ''; do
  rm -f "$work"/shubbak.db*
  if timeout 60 "$shubbakd" $how --config "$config" >"$work/out" 2>&1; then fail "shubbakd $how took the flow"; fi
  told "flow 'bill_pay', state 'pay': this version cannot perform 'payments.pay'"
done
echo ok
