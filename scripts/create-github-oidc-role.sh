#!/usr/bin/env bash
# Makes the role by which GitHub Actions deploys mode 1: no keys anywhere, GitHub proves itself by a token that is good for
# minutes. Only the main branch in one environment of one repository may assume it. Makes the role with which CloudFormation
# makes the stacks, the boundary of the roles in them, and the bucket where templates are handed over. Safe to run again: the
# policies are those of scripts/policies.
set -euo pipefail
# shellcheck source=scripts/lib/mode1.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/mode1.sh"

usage() {
  cat <<'HELP'
Usage: create-github-oidc-role.sh ORG/REPO [options]

  --prefix NAME        stacks NAME-brain and NAME-calculation, repositories NAME-lambda and NAME-fargate, roles
                       NAME-github-deploy and NAME-cloudformation, policy NAME-boundary (default: MRO_PREFIX, else mroptimum)
  --environment NAME   environment of GitHub that deploys (default: production)
  --region REGION      default: that of your AWS settings
  --dry-run            print trust and permissions of both roles, and the boundary; change nothing
HELP
}

environment=production
parse 'prefix= environment= region= dry-run' "$@"
check_repository
check_account

# By itself GitHub names the environment or the branch in its tokens; this lets it name both, as the trust demands. A job of
# another branch, of a fork or outside the environment has another subject, and is refused.
name_both() {
  local put=(gh api --method PUT "repos/$repository/actions/oidc/customization/sub" -F use_default=false
    -f 'include_claim_keys[]=repo' -f 'include_claim_keys[]=context' -f 'include_claim_keys[]=ref')
  if command -v gh >/dev/null && "${put[@]}" >/dev/null; then
    printf "GitHub's tokens of %s name environment and branch.\n" "$repository"
  else
    printf '! Let the tokens of GitHub name environment and branch; as an administrator of %s run:\n  %s\n' "$repository" "${put[*]}"
  fi
}

# role NAME TRUST PERMISSIONS DESCRIPTION, the policies by name of their files
role() {
  if [ "$dry_run" = yes ]; then
    printf 'Trust of the role %s:\n%s\nPermissions:\n%s\n' "$1" "$(policy "$2")" "$(policy "$3")"
    return
  fi
  if aws iam get-role --role-name "$1" >/dev/null 2>&1; then
    aws iam update-assume-role-policy --role-name "$1" --policy-document "$(policy "$2")"
  else
    aws iam create-role --role-name "$1" --assume-role-policy-document "$(policy "$2")" --max-session-duration 3600 \
      --description "$4" >/dev/null
  fi
  aws iam put-role-policy --role-name "$1" --policy-name deploy --policy-document "$(policy "$3")"
}

# The most that any role of the stacks can ever do, whatever a template gives it.
make_boundary() {
  local version
  if [ "$dry_run" = yes ]; then
    printf 'Boundary of the roles of the stacks, %s:\n%s\n' "$boundary" "$(policy boundary)"
  elif aws iam get-policy --policy-arn "$boundary" >/dev/null 2>&1; then
    aws iam create-policy-version --policy-arn "$boundary" --set-as-default --policy-document "$(policy boundary)" >/dev/null
    # Five versions are kept at most.
    for version in $(aws iam list-policy-versions --policy-arn "$boundary" --output text \
      --query 'Versions[?!IsDefaultVersion].VersionId'); do
      aws iam delete-policy-version --policy-arn "$boundary" --version-id "$version"
    done
  else
    aws iam create-policy --policy-name "$prefix-boundary" --policy-document "$(policy boundary)" >/dev/null
  fi
}

make_provider() {
  local issuer=token.actions.githubusercontent.com
  aws iam get-open-id-connect-provider >/dev/null 2>&1 \
    --open-id-connect-provider-arn "arn:aws:iam::$account:oidc-provider/$issuer" ||
    aws iam create-open-id-connect-provider --url "https://$issuer" --client-id-list sts.amazonaws.com >/dev/null
}

# Templates are handed over here. The role that deploys may read and write objects, and change nothing about the bucket.
make_bucket() {
  local bucket=$deploy_bucket place=()
  if ! aws s3api head-bucket --bucket "$bucket" --expected-bucket-owner "$account" >/dev/null 2>&1; then
    [ "$region" = us-east-1 ] || place=(--create-bucket-configuration "LocationConstraint=$region")
    aws s3api create-bucket --bucket "$bucket" ${place[@]+"${place[@]}"} >/dev/null
  fi
  aws s3api put-public-access-block --bucket "$bucket" --public-access-block-configuration \
    BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
  aws s3api put-bucket-encryption --bucket "$bucket" --server-side-encryption-configuration \
    '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}'
  aws s3api put-bucket-policy --bucket "$bucket" --policy "$(policy deploy-bucket)"
}

[ "$dry_run" = yes ] || make_provider
make_boundary
# GitHub's role pushes images, hands over templates and reads how that went. What is made is decided by the second role,
# which only CloudFormation may assume.
role "$prefix-github-deploy" github-trust github-deploy "GitHub Actions of $repository deploy MR Optimum"
role "$prefix-cloudformation" cloudformation-trust cloudformation 'CloudFormation makes MR Optimum'
[ "$dry_run" = no ] || exit 0
make_bucket
name_both
printf 'AWS_DEPLOY_ROLE_ARN=arn:aws:iam::%s:role/%s-github-deploy\n' "$account" "$prefix"
