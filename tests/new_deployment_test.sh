#!/usr/bin/env bash
# Another deployment by following docs/deployments.md alone: a folder is copied and changed by the commands that stand there, then it
# is checked and rehearsed, and the conversation that stands there is played on the whole system of programs that were built before.
# new_deployment_test.sh SHUBBAK BUILD CONFIG_FOLDER
set -euo pipefail
shubbak=$1 build=$2 shipped=$3
source "$(dirname "$0")/deployment.sh"

# What the document has in its blocks of one language.
block() {
  awk -v opens="^\`\`\`$1\$" '/^## /{here = /A deployment of your own/} here && $0 ~ opens {inside = 1; next} /^```$/{inside = 0} here && inside' \
    "$shipped/../docs/deployments.md"
}
commands=$(block sh)
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

block yaml >"$deployment/conversations/day.yaml"
[ -s "$deployment/conversations/day.yaml" ] || fail "docs/deployments.md has no conversation"
SHUBBAK_BUILD=$build "$shipped/../demo" --quiet --config "$config" --script "$deployment/conversations/day.yaml"
