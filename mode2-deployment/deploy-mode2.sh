#!/usr/bin/env bash
# MR Optimum in an account of your own (mode 2): deploys, updates, shows and removes it. See docs/mode2.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR
source "$here/lib/common.sh"
# shellcheck source-path=SCRIPTDIR
source "$here/lib/server.sh"
# shellcheck source-path=SCRIPTDIR
source "$here/lib/cloud.sh"
# shellcheck source-path=SCRIPTDIR
source "$here/lib/plan.sh"
# shellcheck source-path=SCRIPTDIR
source "$here/lib/commands.sh"

usage() {
  cat <<'HELP'
Usage: deploy-mode2.sh [what] [options]

What (without any: deploy, or bring up to date what is deployed):
  --status              show what is deployed, and whether it works
  --update              bring a deployment up to date; refuses where there is none
  --teardown            remove all computing; the three buckets with data and results stay
  --teardown --delete-data   remove the buckets and everything in them too

Options:
  --brain URL           address of the server (or MROPTIMUM_BRAIN_URL)
  --brain-role ARN      role of the server, where the server does not say it (or MROPTIMUM_BRAIN_ROLE)
  --image URI           image of the calculation in a public registry (or MROPTIMUM_IMAGE)
  --region REGION       default: that of your AWS settings
  --stack NAME          default: mroptimum
  --alias NAME          name of this computing unit for people
  --memory MB           memory of the function that calculates, 1769 to 10240 (default 3008)
  --architecture ARCH   x86_64 (default) or arm64
  --vpc ID --subnets ID,ID   existing network; else the default one, else a minimal one is made
  --package FOLDER      functions.zip and statemachine.asl.json, made elsewhere by package.mjs
  --yes                 ask nothing
  --dry-run             check and show the plan; change nothing

Sign-in with the server: by e-mail and password, which are asked for, or by a token in MRO_TOKEN (scopes
units:write and jobs:read). Neither is ever an argument.
HELP
}

what=deploy
yes=no dry_run=no delete_data=no
brain=${MROPTIMUM_BRAIN_URL:-} brain_role=${MROPTIMUM_BRAIN_ROLE:-} image=${MROPTIMUM_IMAGE:-}
region=${AWS_REGION:-${AWS_DEFAULT_REGION:-}}
stack=mroptimum alias='' memory='' architecture='' vpc='' subnets='' package=''

while [ $# -gt 0 ]; do
  case $1 in
    --status | --update | --teardown) what=${1#--} ;;
    --delete-data) delete_data=yes ;;
    --yes) yes=yes ;;
    --dry-run) dry_run=yes ;;
    --help | -h)
      usage
      exit 0
      ;;
    --brain | --brain-role | --image | --region | --stack | --alias | --memory | --architecture | --vpc | --subnets | --package)
      [ $# -ge 2 ] || fail "$1 needs a value."
      name=${1#--}
      printf -v "${name//-/_}" '%s' "$2"
      shift
      ;;
    *) fail "There is no option $1; --help shows them." ;;
  esac
  shift
done

check_tools
check_account
case $what in
  deploy | update) deploy ;;
  status) status ;;
  teardown) teardown ;;
esac
