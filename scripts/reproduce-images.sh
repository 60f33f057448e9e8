#!/usr/bin/env bash
# Builds both images of the last commit twice, from two copies of its files, and compares: equal sources and bases must give
# the same image, byte for byte. Needs buildah, no daemon and no registry of one's own.
set -euo pipefail
# shellcheck source=scripts/lib/mode1.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/mode1.sh"

usage() {
  cat <<'HELP'
Usage: reproduce-images.sh [--architectures amd64,arm64] [--node IMAGE] [--base IMAGE] [-- OPTION OF BUILDAH …]

  --architectures LIST   default: that of this machine; others need no emulation, since nothing of theirs is run
  --node, --base         images instead of the usual ones, e.g. by digest
HELP
}

architectures='' node='' base=''
parse 'architectures= node= base=' "$@"
command -v buildah >/dev/null || fail 'buildah is not installed.'
cd "$root"
here=$(buildah info --format '{{.host.arch}}')
seconds=$(git log -1 --format=%ct)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# built DOCKERFILE ARCHITECTURE: the id of the image, which is the digest of its configuration and all its layers.
built() {
  local source
  source=$(mktemp -d "$work/XXXXXX")
  git archive HEAD | tar -x -m -C "$source"
  buildah build --quiet --no-cache --timestamp "$seconds" --platform "linux/$2" --build-arg "BUILDPLATFORM=linux/$here" \
    ${node:+--build-arg "NODE=$node"} ${base:+--build-arg "BASE=$base"} --build-arg "REVISION=$(git rev-parse HEAD)" \
    ${rest[@]+"${rest[@]}"} --file "$source/calculation/src/$1" "$source"
}

for architecture in $(tr , ' ' <<<"${architectures:-$here}"); do
  for file in DockerfileLambda DockerfileFargate; do
    say "$file for $architecture, twice"
    first=$(built "$file" "$architecture" | tail -1)
    second=$(built "$file" "$architecture" | tail -1)
    note "$first"
    [ "$first" = "$second" ] || fail "The second image is another one: $second"
  done
done
