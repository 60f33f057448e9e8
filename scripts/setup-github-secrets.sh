#!/usr/bin/env bash
# Puts what the deployment needs to know into the secrets of one environment on GitHub. Values come from the stack and from
# the environment of this script; each travels by standard input, never as an argument. Safe to run again.
set -euo pipefail

usage() {
  cat <<'HELP'
Usage: setup-github-secrets.sh ORG/REPO [options]

  --environment NAME   environment of GitHub (default: production)
  --stack NAME         stack of the platform, where it is deployed already (default: mroptimum)
  --region REGION      default: that of your AWS settings
  --dry-run            say which would be set, and what is missing

From the environment: AWS_DEPLOY_ROLE_ARN, CLOUDMR_API_URL, CLOUDMR_ADMIN_TOKEN (asked for without echo where it is
missing), ECS_CLUSTER_NAME, SUBNET_ID_1, SUBNET_ID_2, SECURITY_GROUP_ID, and the names of the buckets where the stack
does not say them. CLOUDMR_API_HOST is taken from CLOUDMR_API_URL.
HELP
}

fail() {
  printf '✗ %s\n' "$*" >&2
  exit 1
}

repository='' environment=production stack=mroptimum dry_run=no
region=${AWS_REGION:-${AWS_DEFAULT_REGION:-}}
while [ $# -gt 0 ]; do
  case $1 in
    --environment | --stack | --region)
      [ $# -ge 2 ] || fail "$1 needs a value."
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    --dry-run) dry_run=yes ;;
    --help | -h)
      usage
      exit 0
      ;;
    -*) fail "There is no option $1; --help shows them." ;;
    *) repository=$1 ;;
  esac
  shift
done
[[ $repository =~ ^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$ ]] || fail 'Which repository? Give ORG/REPO.'
for tool in aws gh; do
  command -v "$tool" >/dev/null || fail "$tool is not installed. Needed: the AWS command line and that of GitHub (gh)."
done
gh auth status >/dev/null 2>&1 || fail 'GitHub does not know you: run "gh auth login".'
[ -n "$region" ] || region=$(aws configure get region || true)
[ -n "$region" ] || fail 'Which region? Give --region or set AWS_REGION.'
export AWS_REGION=$region AWS_DEFAULT_REGION=$region AWS_PAGER=''

# What one of the platform's stacks exports, e.g. mroptimum-DataBucketName.
exported() {
  aws cloudformation list-exports --query "Exports[?Name=='$stack-$1'].Value | [0]" --output text 2>/dev/null |
    sed '/^None$/d' || true
}

: "${DATA_BUCKET:=$(exported DataBucketName)}"
: "${RESULTS_BUCKET:=$(exported ResultsBucketName)}"
: "${FAILED_BUCKET:=$(exported FailedBucketName)}"
CLOUDMR_API_URL=${CLOUDMR_API_URL:-}
CLOUDMR_API_URL=${CLOUDMR_API_URL%/}
: "${CLOUDMR_API_HOST:=$(sed -E 's#^https?://##; s#/.*##' <<<"$CLOUDMR_API_URL")}"
if [ -z "${CLOUDMR_ADMIN_TOKEN:-}" ] && [ "$dry_run" = no ] && [ -t 0 ]; then
  read -r -s -p 'API token of an administrator of the platform (not shown): ' CLOUDMR_ADMIN_TOKEN
  printf '\n'
fi

names=(
  AWS_DEPLOY_ROLE_ARN CLOUDMR_API_HOST CLOUDMR_API_URL CLOUDMR_ADMIN_TOKEN ECS_CLUSTER_NAME
  SUBNET_ID_1 SUBNET_ID_2 SECURITY_GROUP_ID RESULTS_BUCKET FAILED_BUCKET DATA_BUCKET
)
missing=()
for name in "${names[@]}"; do
  [ -n "${!name:-}" ] || missing+=("$name")
done
if [ "$dry_run" = yes ]; then
  printf 'Would be set in %s, environment %s:\n' "$repository" "$environment"
  printf '  %s\n' "${names[@]}"
  [ ${#missing[@]} -eq 0 ] || printf 'Missing here: %s\n' "${missing[*]}"
  exit 0
fi
[ ${#missing[@]} -eq 0 ] || fail "Missing: ${missing[*]}. --help says where each comes from."
for name in "${names[@]}"; do
  printf '%s' "${!name}" | gh secret set "$name" --repo "$repository" --env "$environment"
  printf '  %s set\n' "$name"
done
