#!/usr/bin/env bash
# What the tests need from Debian: a browser, and the tools of the update provider. Installed where this may.
set -euo pipefail
missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v needrestart >/dev/null || missing+=(needrestart)
[ ${#missing[@]} = 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" fonts-dejavu-core >/dev/null
else
    echo "Tests that need ${missing[*]} will be skipped; as root they are installed." >&2
fi
