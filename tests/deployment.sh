# For tests of commands: a copy of the shipped deployment to work on, and what its configuration needs from outside. To
# be sourced, with $shipped the folder config/.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$shipped" "$work/config"
(umask 077 && printf 'a%.0s' $(seq 64) >"$work/key")
export SHUBBAK_STATE_DIR=$work SHUBBAK_KEY_FILE=$work/key SYRIATEL_PASSWORD=x SYRIATEL_PORT=1 SHUBBAK_HTTP_PORT=0
export COMPANY_DAMASCUS_URL=http://127.0.0.1:1 COMPANY_ALEPPO_URL=http://127.0.0.1:1 COMPANY_HOMS_URL=http://127.0.0.1:1
deployment=$work/config/syria-kuwwa
config=$deployment/shubbak.yaml

fail() { echo "$(basename "$0" .sh): $*" >&2; exit 1; }
try() { "$shubbak" "$@" --config "$config" >"$work/out" 2>&1; }
run() { try "$@" || { cat "$work/out" >&2; fail "did not work: $*"; }; }
refused() { if try "$@"; then cat "$work/out" >&2; fail "was not refused: $*"; fi; }
told() { grep -q -- "$1" "$work/out" || { cat "$work/out" >&2; fail "'$1' was not told"; }; }
untold() { if grep -q -- "$1" "$work/out"; then cat "$work/out" >&2; fail "'$1' was told"; fi; }

# What tests/added/NAME holds, put into the deployment as a designer would: files beside those that are there, strings
# at the end of each language's.
add() {
  local added=$shipped/../tests/added/$1 strings folder
  for strings in "$added"/strings/*.yaml; do cat "$strings" >>"$deployment/strings/$(basename "$strings")"; done
  for folder in flows tests conversations; do
    [ ! -d "$added/$folder" ] || cp "$added/$folder"/*.yaml "$deployment/$folder/"
  done
}
