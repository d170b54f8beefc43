#!/usr/bin/env bash
# The agent's tests on Windows' CPython under Wine: all of them on Polish Windows, what asks Windows also on English;
# beside them the story of an installed agent. With arguments: pytest with these, under Wine.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v wine >/dev/null; then
    echo "Wine is not installed: the tests on Windows' CPython are skipped." >&2
    exit 0
fi
interpreter=".venv/bin/python -m testkit.wine.interpreter"
if [ $# -gt 0 ]; then
    exec $interpreter "$@"
fi
story="$(mktemp)"
.venv/bin/pytest e2e/windows -q >"$story" 2>&1 &
pid=$!
failed=0
BOSMAN_WINE_LOCALE=pl_PL.UTF-8 $interpreter agent/tests protocol/tests -q || failed=1
BOSMAN_WINE_LOCALE=C.UTF-8 $interpreter agent/tests/windows -q --ignore=agent/tests/windows/test_reconnects.py || failed=1
wait "$pid" || failed=1
cat "$story"
rm -f "$story"
exit "$failed"
