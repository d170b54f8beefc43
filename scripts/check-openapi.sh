#!/usr/bin/env bash
# The committed API description must be what the server says now.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! diff -q <(.venv/bin/bosman openapi) web/openapi.json >/dev/null; then
    echo "web/openapi.json is out of date: run make openapi and commit." >&2
    exit 1
fi
