#!/usr/bin/env bash
# Builds both images of the last commit twice, from two copies of its files, and compares: equal sources and bases must give
# the same image, byte for byte. Needs buildah and root (or `buildah unshare`), no daemon and no registry of one's own.
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
commit=$(git rev-parse HEAD)
seconds=$(git log -1 --format=%ct "$commit")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# built DOCKERFILE ARCHITECTURE: the id of the image, which is the digest of its configuration and all its layers.
built() {
  local source
  source=$(mktemp -d "$work/XXXXXX")
  git archive "$commit" | tar -x -m -C "$source"
  buildah build --quiet --no-cache --timestamp "$seconds" --platform "linux/$2" --build-arg "BUILDPLATFORM=linux/$here" \
    --build-arg "TARGETPLATFORM=linux/$2" \
    ${node:+--build-arg "NODE=$node"} ${base:+--build-arg "BASE=$base"} --build-arg "REVISION=$commit" \
    ${rest[@]+"${rest[@]}"} --file "$source/calculation/src/$1" "$source"
}

# check_processor IMAGE ARCHITECTURE: builders have put programs of one processor into images that name another.
check_processor() {
  local container folder program machine
  case $2 in amd64) machine='3e 00' ;; arm64) machine='b7 00' ;; esac
  container=$(buildah from --quiet "$1" 2>/dev/null)
  folder=$(buildah mount "$container")
  for program in usr/local/bin/node usr/bin/env; do
    # Bytes 18 and 19 of a program of Linux name its processor.
    [[ $(od -An -tx1 -j18 -N2 "$folder/$program") == *"$machine"* ]] || fail "$program in the image is not for $2."
  done
  note "programs for $2, $(du -sm "$folder" | cut -f1) MB"
  buildah rm "$container" >/dev/null
}

for architecture in $(tr , ' ' <<<"${architectures:-$here}"); do
  for file in DockerfileLambda DockerfileFargate; do
    say "$file for $architecture, twice"
    first=$(built "$file" "$architecture" | tail -1)
    second=$(built "$file" "$architecture" | tail -1)
    note "$first"
    [ "$first" = "$second" ] || fail "The second image is another one: $second"
    check_processor "$first" "$architecture"
  done
done
