"""Puts this version's packages for this interpreter on the path and runs the agent."""

import sys
from pathlib import Path

root = Path(__file__).resolve().parents[1]
tag = f"cp{sys.version_info[0]}{sys.version_info[1]}"
# Not by PYTHONPATH: every script that the agent runs would inherit it.
sys.path[:0] = [str(root / "app"), str(root / "site" / tag), str(root / "site" / "common")]

from bosman_agent.main import main  # noqa: E402 - found only now

sys.exit(main())
