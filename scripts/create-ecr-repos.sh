#!/usr/bin/env bash
# Makes the repositories of the images: private ones for the operator's own Lambda and Fargate (mode 1), public ones from
# which accounts of users pull (mode 2). Safe to run again: what is there is brought to the same settings.
set -euo pipefail
# shellcheck source=scripts/lib/mode1.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/mode1.sh"

usage() {
  cat <<'HELP'
Usage: create-ecr-repos.sh [--prefix NAME] [--region REGION] [--private-only] [--dry-run]

  --prefix NAME     repositories NAME-lambda and NAME-fargate (default: MRO_PREFIX, else mroptimum)
  --private-only    no public repositories: nobody will use mode 2
HELP
}

private_only=no
parse 'prefix= region= private-only dry-run' "$@"
check_account

# The last ten images of main stay; what lost its tag goes after a week.
lifecycle='{"rules":[
  {"rulePriority":1,"description":"images without a tag","selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":7},"action":{"type":"expire"}},
  {"rulePriority":2,"description":"old images","selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":10},"action":{"type":"expire"}}]}'

private_repository() {
  local name=$1
  if [ "$dry_run" = yes ]; then
    note "would make private repository $name in $region, scanned on push"
    return
  fi
  if aws ecr describe-repositories --repository-names "$name" >/dev/null 2>&1; then
    aws ecr put-image-scanning-configuration --repository-name "$name" --image-scanning-configuration scanOnPush=true >/dev/null
    note "$name is there"
  else
    aws ecr create-repository --repository-name "$name" --image-scanning-configuration scanOnPush=true \
      --encryption-configuration encryptionType=AES256 >/dev/null
    note "$name made"
  fi
  aws ecr put-lifecycle-policy --repository-name "$name" --lifecycle-policy-text "$lifecycle" >/dev/null
}

# Public repositories exist in us-east-1 alone.
public_repository() {
  local name=$1 uri
  if [ "$dry_run" = yes ]; then
    note "would make public repository $name"
    return
  fi
  uri=$(aws ecr-public describe-repositories --region us-east-1 --repository-names "$name" \
    --query 'repositories[0].repositoryUri' --output text 2>/dev/null || true)
  if [ -z "$uri" ]; then
    uri=$(aws ecr-public create-repository --region us-east-1 --repository-name "$name" \
      --catalog-data 'description=MR Optimum: SNR and g-factor maps of raw MRI data,architectures=x86-64,ARM 64,operatingSystems=Linux' \
      --query repository.repositoryUri --output text)
  fi
  note "public: $uri"
}

say "Account $account, region $region"
private_repository "$prefix-lambda"
private_repository "$prefix-fargate"
# Lambda cannot run images of public repositories: mode 2 has its functions as a zip file.
[ "$private_only" = yes ] || public_repository "$prefix-fargate"
