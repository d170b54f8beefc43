#!/usr/bin/env bash
# The agent's tests on Windows' CPython under Wine (Polish Windows; what depends on the language also on English),
# then the story of an installed agent.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v wine >/dev/null; then
    echo "Wine is not installed: the tests on Windows' CPython are skipped." >&2
    exit 0
fi
python=.venv/bin/python
if [ $# -gt 0 ]; then
    exec "$python" -m testkit.wine.interpreter "$@"
fi
BOSMAN_WINE_LOCALE=pl_PL.UTF-8 "$python" -m testkit.wine.interpreter agent/tests protocol/tests -q
BOSMAN_WINE_LOCALE=C.UTF-8 "$python" -m testkit.wine.interpreter agent/tests/windows agent/tests/providers -q
.venv/bin/pytest e2e/windows -q
