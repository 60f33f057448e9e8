#!/usr/bin/env bash
# Installs what the tests need beside npm's packages, from Debian: a browser for the pages, a checker for shell
# scripts, Python's environments for the simulated cloud. Does nothing where everything is there.
set -euo pipefail
packages=()
command -v chromium >/dev/null || packages+=(chromium)
command -v shellcheck >/dev/null || packages+=(shellcheck)
python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
[ ${#packages[@]} -eq 0 ] && exit 0
echo "Installing ${packages[*]}"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
