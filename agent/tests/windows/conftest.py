"""What runs on Windows' CPython only; `make test-windows` does so under Wine."""

import sys

collect_ignore_glob = [] if sys.platform == "win32" else ["test_*.py"]
