#!/usr/bin/env bash
# Make the virtual environment: pip installs uv by hash, uv installs the rest by hash.
set -euo pipefail
python="$1" venv="$2"
"$python" - <<'CHECK'
import sys
if sys.version_info < (3, 11):
    sys.exit(f"Bosman needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12 setup")
CHECK
if [ ! -x "$venv/bin/python" ]; then
    if ! "$python" -m venv "$venv" 2>/dev/null; then
        rm -rf "$venv"
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
            "$python" -m venv "$venv"
        else
            echo "Python has no venv module. On Debian: apt-get install python3-venv" >&2
            exit 1
        fi
    fi
fi
"$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
"$venv/bin/uv" pip sync -q --require-hashes --python "$venv/bin/python" requirements/bootstrap.txt requirements/dev.txt
"$venv/bin/uv" pip install -q --no-deps --no-build-isolation --python "$venv/bin/python" \
    -e protocol -e agent -e server
