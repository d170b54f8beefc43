#!/usr/bin/env bash
# Every bench after the other; with --quick each with so little to do that it only shows that it works.
set -euo pipefail
cd "$(dirname "$0")/.."
declare -A quick=(
    [agent_idle]="--seconds 3 --echoes 5"
    [roundtrip]="--count 5 --live-count 3 --skip-peers"
    [fleet]="--devices 20 --poll-seconds 5 --idle-seconds 3 --list-seconds 1"
    [freeze]="--devices 20"
    [hostile_fleet]="--honest 5 --inventories 5"
    [log_view]="--megabytes 1"
    [bulk]="--devices 200 --runs 1"
    [scope]="--tenants 5 --devices 50 --times 1"
    [start]="--times 1"
    [rrules]="--runs 1"
    [audit_verify]="--count 200 --tenants 2 --runs 1 --single 3"
)
for script in agent_idle roundtrip fleet freeze hostile_fleet bulk scope start audit_verify log_view rrules; do
    echo "== bench/$script.py"
    arguments=()
    if [ "${1:-}" = --quick ]; then read -ra arguments <<<"${quick[$script]}"; fi
    .venv/bin/python -m "bench.$script" "${arguments[@]}"
done
