#!/usr/bin/env bash
# Builds the images of Lambda and Fargate once and pushes them with two tags, the commit and latest: to the private
# repositories (mode 1), that of Fargate also to the public one (mode 2). Needs Docker with buildx, and AWS credentials.
set -euo pipefail

fail() {
  printf '✗ %s\n' "$*" >&2
  exit 1
}

commit=${1:-}
[[ $commit =~ ^[0-9a-f]{7,40}$ ]] || fail 'Usage: publish-images.sh COMMIT'
prefix=${IMAGE_PREFIX:-mroptimum}
region=${AWS_REGION:-${AWS_DEFAULT_REGION:-}}
[ -n "$region" ] || fail 'Set AWS_REGION.'
cd "$(dirname "$0")/.."

account=$(aws sts get-caller-identity --query Account --output text)
private=$account.dkr.ecr.$region.amazonaws.com
aws ecr get-login-password --region "$region" | docker login --username AWS --password-stdin "$private"
public=$(aws ecr-public describe-repositories --region us-east-1 --repository-names "$prefix-fargate" \
  --query 'repositories[0].repositoryUri' --output text 2>/dev/null || true)
if [ -n "$public" ]; then
  aws ecr-public get-login-password --region us-east-1 | docker login --username AWS --password-stdin public.ecr.aws
fi

# Reproducible: the times in the image are that of the commit.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

# build DOCKERFILE PLATFORMS REPOSITORY…
build() {
  local file=$1 platforms=$2 tags=() repository
  shift 2
  for repository in "$@"; do tags+=(--tag "$repository:$commit" --tag "$repository:latest"); done
  # Lambda takes neither provenance nor other attestations: they make an index of what must be one image.
  docker buildx build --file "calculation/src/$file" --platform "$platforms" --provenance=false --sbom=false \
    --build-arg "VERSION=$commit" "${tags[@]}" --push .
}
build DockerfileLambda "${LAMBDA_PLATFORM:-linux/amd64}" "$private/$prefix-lambda"
build DockerfileFargate "${FARGATE_PLATFORMS:-linux/amd64,linux/arm64}" "$private/$prefix-fargate" ${public:+"$public"}
