"""Commands that leave a mark, for tests that count how often something happened; the same on every platform."""

import sys
from pathlib import Path

Command = tuple[str, ...]


def python_command(source: str, *arguments: str) -> Command:
    """A command that runs these lines of Python."""
    return (sys.executable, "-I", "-S", "-c", source, *arguments)


def leave_mark(path: Path, *words: str) -> Command:
    """A command that appends its words to a file, as one line."""
    source = f"import sys; open({str(path)!r}, 'a', newline='').write(' '.join(sys.argv[1:]) + '\\n')"
    return python_command(source, *words)


def wait_for_file(path: Path) -> Command:
    """A command that ends once the file is there."""
    return python_command(f"import os, time\nwhile not os.path.exists({str(path)!r}): time.sleep(0.02)")


POLISH = ("BOSMAN_AGENT_LANGUAGE", "pl") if sys.platform == "win32" else ("LC_ALL", "pl_PL.UTF-8")
"""The variable that has the agent speak Polish, and its value."""
