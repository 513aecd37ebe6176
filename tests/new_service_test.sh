#!/usr/bin/env bash
# New services by YAML alone: flows, strings and menu entries are added to a copy of the shipped deployment, and walked on
# the whole system of programs that were built before. new_service_test.sh SHUBBAK BUILD CONFIG_FOLDER
set -euo pipefail
shubbak=$1 build=$2 shipped=$3
source "$(dirname "$0")/deployment.sh"

add office_hours
cat >>"$deployment/flows/home.yaml" <<'YAML'
        - {key: "11", text: home_hours, flow: office_hours}
        - {key: "12", text: home_total, flow: total}
YAML
run check && told '^ok: '
SHUBBAK_BUILD=$build "$shipped/../demo" --quiet --config "$config" --script "$deployment/conversations/new_services.yaml"
# What was there before goes on as it was.
SHUBBAK_BUILD=$build "$shipped/../demo" --quiet --config "$config" --script "$deployment/conversations/lookup.yaml"
