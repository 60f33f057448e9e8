#!/usr/bin/env bash
# Puts what the deployment needs to know into the secrets and variables of one environment on GitHub. Values come from the
# stack and from the environment of this script; each travels by standard input, never as an argument. Safe to run again.
set -euo pipefail
# shellcheck source=scripts/lib/mode1.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/mode1.sh"

usage() {
  cat <<'HELP'
Usage: setup-github-secrets.sh ORG/REPO [options]

  --prefix NAME        names the deployment: stack NAME-brain (default: MRO_PREFIX, else mroptimum)
  --environment NAME   environment of GitHub (default: production)
  --region REGION      default: that of your AWS settings
  --dry-run            say which would be set, and what is missing

Taken from the environment where they are set: AWS_DEPLOY_ROLE_ARN, CLOUDMR_API_URL and the names of the buckets, which
the deployment says by itself; CLOUDMR_ADMIN_TOKEN, asked for without echo; ECS_CLUSTER_NAME, SUBNET_ID_1, SUBNET_ID_2,
SECURITY_GROUP_ID. CLOUDMR_API_HOST is taken from CLOUDMR_API_URL. Region and prefix become the variables AWS_REGION and
MRO_PREFIX.
HELP
}

environment=production
parse 'prefix= environment= region= dry-run' "$@"
check_repository
command -v gh >/dev/null || fail 'gh, the command line of GitHub, is not installed.'
gh auth status >/dev/null 2>&1 || fail 'GitHub does not know you: run "gh auth login".'
check_account

# What the stack of the server exports, e.g. mroptimum-brain-DataBucketName.
exported() {
  aws cloudformation list-exports --query "Exports[?Name=='$prefix-brain-$1'].Value | [0]" --output text 2>/dev/null |
    sed '/^None$/d' || true
}

: "${DATA_BUCKET:=$(exported DataBucketName)}"
: "${RESULTS_BUCKET:=$(exported ResultsBucketName)}"
: "${FAILED_BUCKET:=$(exported FailedBucketName)}"
: "${CLOUDMR_API_URL:=$(exported Address)}"
: "${AWS_DEPLOY_ROLE_ARN:=arn:aws:iam::$account:role/$prefix-github-deploy}"
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
missing=''
for name in "${names[@]}"; do
  [ -n "${!name:-}" ] || missing="$missing $name"
done
if [ "$dry_run" = yes ]; then
  printf 'Would be set in %s, environment %s:\n' "$repository" "$environment"
  printf '  %s\n' "${names[@]}" "AWS_REGION=$region" "MRO_PREFIX=$prefix"
  [ -z "$missing" ] || printf 'Missing here:%s\n' "$missing"
  exit 0
fi
[ -z "$missing" ] || fail "Missing:$missing. --help says where each comes from."
for name in "${names[@]}"; do
  printf '%s' "${!name}" | gh secret set "$name" --repo "$repository" --env "$environment"
  note "$name set"
done
gh variable set AWS_REGION --repo "$repository" --env "$environment" --body "$region"
gh variable set MRO_PREFIX --repo "$repository" --env "$environment" --body "$prefix"
