#!/usr/bin/env bash
# A flow with a code and a payment is checked, rehearsed and played on mocks without any company, and put in force by a
# second person only: see publish_test. rehearsed_test.sh SHUBBAK SHUBBAKD CONFIG_FOLDER
set -euo pipefail
shubbak=$1 shubbakd=$2 shipped=$3
source "$(dirname "$0")/deployment.sh"
add bill_pay

run check && told '^ok: '
run check --format json && told '"faults":\[\]'
run test "$deployment/tests/bill_pay.yaml" && told '^2 passed, 0 failed'
printf '%s\n' '*123*66*1*1#' 1 quit | run play --locale en --mocks "$deployment/tests/bill_pay.yaml"
told 'Pay 1,500 for' && told 'A code is on its way'
run graph --flow bill_pay --format dot && told 'otp'
timeout 60 "$shubbakd" --check --config "$config" >"$work/out" 2>&1 || { cat "$work/out" >&2; fail "shubbakd --check refused the flow"; }
echo ok
