#!/usr/bin/env bash
# Another deployment by following docs/deployments.md alone: a folder is copied and changed by the commands that stand there, then it
# is checked, rehearsed, and walked on the whole system of programs that were built before.
# new_deployment_test.sh SHUBBAK BUILD CONFIG_FOLDER
set -euo pipefail
shubbak=$1 build=$2 shipped=$3
source "$(dirname "$0")/deployment.sh"

commands=$(awk '/^## /{here = /A deployment of your own/} here && /^```sh$/{inside = 1; next} /^```$/{inside = 0} here && inside' \
  "$shipped/../docs/deployments.md")
[ -n "$commands" ] || fail "docs/deployments.md has no commands that make a deployment"
(cd "$work" && bash -euo pipefail -c "$commands") || fail "the commands of docs/deployments.md fail"
deployment=$work/config/cairo-water
config=$deployment/shubbak.yaml

# What was changed is changed everywhere, and nothing of what was copied is left.
if grep -rnE '\*121|alexandria|COMPANY_CANAL|North Cairo|الكهرباء' "$deployment"/{shubbak.yaml,sample.env,keywords.yaml,strings}; then
  fail "something of egypt-electricity is left"
fi
run check && told '^ok: '
run test && told ' passed, 0 failed'

cat >"$deployment/conversations/debt.yaml" <<'YAML'
conversation: the water bill, by USSD and in words that people use
given: {link: {msisdn: "+201001234567", national_id: "20001010122100"}}
steps:
  - dial: "*124#"
  - expect: {contains: ["شباك المياه", "1 المستحق"], ended: false}
  - send: "1"
  - expect: {contains: ["اختر العداد", "1 اشتراك"], ended: false}
  - send: "1"
  - expect: {contains: "المستحق 167,299.00 ج.م", ended: false}
  - sms: "مياه"
  - expect_sms: {contains: "167,299.00 ج.م"}
YAML
SHUBBAK_BUILD=$build "$shipped/../demo" --quiet --config "$config" --script "$deployment/conversations/debt.yaml"
