#!/usr/bin/env bash
# The agent under Wine. On push: what asks Windows on a Polish one, beside it the story of an installed agent. With
# --all, at night: every test of the agent and of the protocol on a Polish Windows, what asks Windows also on an English
# one. With other arguments: pytest with these, under Wine.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v wine >/dev/null; then
    echo "Wine is not installed: the tests on Windows' CPython are skipped." >&2
    exit 0
fi
interpreter=".venv/bin/python -m testkit.wine.interpreter"
all=""
if [ "${1:-}" = --all ]; then
    all=yes
elif [ $# -gt 0 ]; then
    exec $interpreter "$@"
fi
# One of Wine's servers keeps one core busy: two Windows at a time. A thousand reconnections are enough once.
beside() {
    local failed=0
    if [ "$all" ]; then
        BOSMAN_WINE_LOCALE=C.UTF-8 $interpreter agent/tests/windows -q || failed=1
    fi
    .venv/bin/pytest e2e/windows -q || failed=1
    return "$failed"
}
polish() {
    local failed=0
    export BOSMAN_WINE_LOCALE=pl_PL.UTF-8
    if [ "$all" ]; then
        $interpreter agent/tests protocol/tests -q --ignore=agent/tests/windows || failed=1
        $interpreter agent/tests/windows -q --ignore=agent/tests/windows/test_reconnects.py || failed=1
    else
        $interpreter agent/tests/windows -q || failed=1
    fi
    return "$failed"
}
said="$(mktemp)"
beside >"$said" 2>&1 &
pid=$!
failed=0
polish || failed=1
wait "$pid" || failed=1
cat "$said"
rm -f "$said"
exit "$failed"
