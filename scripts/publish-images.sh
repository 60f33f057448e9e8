#!/usr/bin/env bash
# Builds the images of Lambda and Fargate once and pushes them with two tags, the commit and latest: to the private
# repositories (mode 1), that of Fargate also to the public one (mode 2). Needs Docker with buildx, and AWS credentials.
set -euo pipefail
# shellcheck source=scripts/lib/mode1.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/mode1.sh"

usage() {
  cat <<'HELP'
Usage: publish-images.sh COMMIT [--prefix NAME] [--region REGION]

  --prefix NAME   repositories NAME-lambda and NAME-fargate (default: MRO_PREFIX, else mroptimum)

From the environment: LAMBDA_PLATFORM (linux/amd64), FARGATE_PLATFORMS (linux/amd64,linux/arm64).
HELP
}

parse 'prefix= region=' "$@"
check_commit
check_account
cd "$root"

aws ecr get-login-password | docker login --username AWS --password-stdin "$registry"
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
build DockerfileLambda "${LAMBDA_PLATFORM:-linux/amd64}" "$registry/$prefix-lambda"
build DockerfileFargate "${FARGATE_PLATFORMS:-linux/amd64,linux/arm64}" "$registry/$prefix-fargate" ${public:+"$public"}
