#!/usr/bin/env bash
# What the tests need from Debian, installed where this may: a browser, the tools of the update provider,
# Debian's own checks; with the word `windows` also Wine, a compiler for one library that it lacks, and what builds and
# signs the installer.
set -euo pipefail
declare -A packages=([chromium]=chromium [needrestart]=needrestart [lintian]=lintian)
if [ "${1:-}" = windows ]; then
    packages=([wine]=wine [wineserver]=wine64 [x86_64-w64-mingw32-gcc]=gcc-mingw-w64-x86-64-win32 [makensis]=nsis
              [osslsigncode]=osslsigncode)
fi
missing=()
for program in "${!packages[@]}"; do
    command -v "$program" >/dev/null || missing+=("${packages[$program]}")
done
[ ${#missing[@]} = 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" fonts-dejavu-core >/dev/null
else
    echo "Tests that need ${missing[*]} will be skipped; as root they are installed." >&2
fi
