# shellcheck shell=bash disable=SC2154 # deploy-mode2.sh sets what is used here
# The server: signing in, and what is asked of it. Tokens and passwords travel by standard input and pipes alone, never
# as arguments, which every user of the machine could read.

token=${MRO_TOKEN:-}
unset MRO_TOKEN

authorization() { [ -z "$token" ] || printf 'authorization: Bearer %s\n' "$token"; }

# api METHOD PATH [BODY]: prints the answer; fails with the server's own words.
api() {
  local answer status
  answer=$(printf '%s' "${3:-}" | curl --silent --show-error --max-time 60 --request "$1" \
    --header 'content-type: application/json' --header @<(authorization) \
    ${3:+--data-binary @-} --write-out '\n%{http_code}' "$brain/api$2") || fail "The server $brain cannot be reached."
  status=${answer##*$'\n'}
  answer=${answer%$'\n'*}
  if [ "$status" -ge 300 ]; then
    fail "The server refuses $2 ($status): $(field error.message <<<"$answer") $(field error.hint <<<"$answer")"
  fi
  printf '%s' "$answer"
}

sign_in() {
  [ -n "$brain" ] || fail "Which server? Give --brain or MROPTIMUM_BRAIN_URL."
  brain=${brain%/}
  brain=${brain%/api}
  case $brain in
    https://*) ;;
    http://127.0.0.1:* | http://localhost:*) ;;
    *) fail "The server must be reached by https:// ($brain)." ;;
  esac
  if [ -z "$token" ]; then
    asks || fail "No sign-in: put a token with the scopes units:write and jobs:read into MRO_TOKEN."
    local email password
    read -r -p "E-mail at $brain: " email
    read -r -s -p 'Password (not shown): ' password
    printf '\n'
    token=$(api POST /auth/login "$(
      EMAIL=$email PASSWORD=$password node -e '
        const { EMAIL: email, PASSWORD: password } = process.env;
        process.stdout.write(JSON.stringify({ email, password }));'
    )" | field access_token)
    unset password
    # The stack signs in with it when it changes, long after this session.
    token=$(api POST /auth/tokens '{"name":"deploy-mode2","scopes":["units:write","jobs:read"],"expiresInDays":365}' | field token)
  fi
  api GET '/computing-unit/list?mode=mode2' >/dev/null
}

# The unit of this account and region: its id, and whether it is complete.
find_unit() {
  api GET '/computing-unit/list?mode=mode2' | ACCOUNT=$account REGION=$region node -e '
    const { computingUnits } = JSON.parse(require("fs").readFileSync(0, "utf8"));
    const { ACCOUNT, REGION } = process.env;
    const unit = computingUnits.find(({ awsAccountId, region }) => awsAccountId === ACCOUNT && region === REGION);
    if (unit) process.stdout.write(unit.id);'
}

# Registers the place, by which the server makes an external id and says which role it has: external_id, brain_role.
register_place() {
  local answer unit
  unit=$(find_unit)
  if [ -n "$unit" ]; then
    # Its external id was shown once and is not in any stack: start anew.
    api POST /computing-unit/delete "$(object computingUnitId "$unit")" >/dev/null
  fi
  answer=$(api POST /computing-unit/register \
    "$(object mode mode2 provider user-owned awsAccountId "$account" region "$region" alias "$alias")")
  external_id=$(field externalId <<<"$answer")
  [ -n "$external_id" ] || fail 'The server gave no external id.'
  [ -n "$brain_role" ] || brain_role=$(field brainRoleArn <<<"$answer")
}

check_unit() {
  local report
  [ -n "$1" ] || fail 'The stack names no computing unit: its registration is missing.'
  report=$(api POST "/computing-unit/$1/check") || return 1
  node -e '
    const { checks } = JSON.parse(require("fs").readFileSync(0, "utf8"));
    for (const { what, ok, advice } of checks) console.log(ok ? "  ✓ " + what : "  ✗ " + what + ": " + advice);' <<<"$report"
  [ "$(field ok <<<"$report")" = true ]
}
