#!/usr/bin/env bash
# Makes the repositories of the images: private ones for the operator's own Lambda and Fargate (mode 1), public ones from
# which accounts of users pull (mode 2). Safe to run again: what is there is brought to the same settings.
set -euo pipefail

usage() {
  cat <<'HELP'
Usage: create-ecr-repos.sh [--prefix NAME] [--region REGION] [--private-only] [--dry-run]

  --prefix NAME     repositories NAME-lambda and NAME-fargate (default: mroptimum)
  --private-only    no public repositories: nobody will use mode 2
HELP
}

fail() {
  printf '✗ %s\n' "$*" >&2
  exit 1
}

prefix=mroptimum region=${AWS_REGION:-${AWS_DEFAULT_REGION:-}} public=yes dry_run=no
while [ $# -gt 0 ]; do
  case $1 in
    --prefix | --region)
      [ $# -ge 2 ] || fail "$1 needs a value."
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    --private-only) public=no ;;
    --dry-run) dry_run=yes ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) fail "There is no option $1; --help shows them." ;;
  esac
  shift
done
command -v aws >/dev/null || fail 'The AWS command line is not installed.'
[ -n "$region" ] || region=$(aws configure get region || true)
[ -n "$region" ] || fail 'Which region? Give --region or set AWS_REGION.'
export AWS_REGION=$region AWS_DEFAULT_REGION=$region AWS_PAGER=''
account=$(aws sts get-caller-identity --query Account --output text) || fail 'AWS does not accept your credentials.'

# The last ten images of main stay; what lost its tag goes after a week.
lifecycle='{"rules":[
  {"rulePriority":1,"description":"images without a tag","selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":7},"action":{"type":"expire"}},
  {"rulePriority":2,"description":"old images","selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":10},"action":{"type":"expire"}}]}'

private_repository() {
  local name=$1
  if [ "$dry_run" = yes ]; then
    printf '  would make private repository %s in %s, scanned on push\n' "$name" "$region"
    return
  fi
  if aws ecr describe-repositories --repository-names "$name" >/dev/null 2>&1; then
    aws ecr put-image-scanning-configuration --repository-name "$name" --image-scanning-configuration scanOnPush=true >/dev/null
    printf '  %s is there\n' "$name"
  else
    aws ecr create-repository --repository-name "$name" --image-scanning-configuration scanOnPush=true \
      --encryption-configuration encryptionType=AES256 >/dev/null
    printf '  %s made\n' "$name"
  fi
  aws ecr put-lifecycle-policy --repository-name "$name" --lifecycle-policy-text "$lifecycle" >/dev/null
}

# Public repositories exist in us-east-1 alone.
public_repository() {
  local name=$1 uri
  if [ "$dry_run" = yes ]; then
    printf '  would make public repository %s\n' "$name"
    return
  fi
  uri=$(aws ecr-public describe-repositories --region us-east-1 --repository-names "$name" \
    --query 'repositories[0].repositoryUri' --output text 2>/dev/null || true)
  if [ -z "$uri" ]; then
    uri=$(aws ecr-public create-repository --region us-east-1 --repository-name "$name" \
      --catalog-data 'description=MR Optimum: SNR and g-factor maps of raw MRI data,architectures=x86-64,ARM 64,operatingSystems=Linux' \
      --query repository.repositoryUri --output text)
  fi
  printf '  public: %s\n' "$uri"
}

printf '→ Account %s, region %s\n' "$account" "$region"
private_repository "$prefix-lambda"
private_repository "$prefix-fargate"
# Lambda cannot run images of public repositories: mode 2 has its functions as a zip file.
[ "$public" = no ] || public_repository "$prefix-fargate"
