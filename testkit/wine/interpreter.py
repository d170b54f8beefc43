"""The Windows CPython that runs the agent's tests: the agent's own packages, pytest, and this checkout's code.

`python -m testkit.wine.interpreter agent/tests/platform -x` runs pytest with these arguments under Wine.
"""

import fcntl
import os
import shutil
import sys
import threading
from pathlib import Path
from typing import IO

from releasing.payload import LEFT_OUT_OF_SITE, PTH, WINDOWS_PYTHON, install_packages, windows_tree
from testkit.wine.prefix import (
    DRAIN_SECONDS,
    MISSING_LIBRARY,
    WinePrefix,
    add_missing_library,
    missing_tools,
    windows_path,
)

ROOT = Path(__file__).parents[2]
TEST_SECONDS = 1200.0
MAX_AGAIN = 3
"""More failures than these are no accident."""
PROGRAMS = "bin"
"""Where packages put their programs; the bus is one of them."""
FOLDER = Path(os.environ.get("BOSMAN_WINE_DIR", ROOT / ".wine"))
"""Where prefixes and interpreters are kept between runs; Wine wants it to belong to whoever runs the tests."""


def windows_interpreter(folder: Path = FOLDER) -> Path:
    """The `python.exe`, made where there is none or the pinned packages have changed."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "interpreter.lock").open("w") as lock:
        # Whoever comes first makes it; the others find it made.
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _made(folder / "interpreter")


def _made(python: Path) -> Path:
    wanted = "".join((ROOT / "requirements" / name).read_text() for name in ("windows-test.txt", "windows-python.txt"))
    mark = python / "made-of.txt"
    if not mark.exists() or mark.read_text() != wanted:
        shutil.rmtree(python, ignore_errors=True)
        windows_tree(python, version="0.0.1", keys=[])
        shutil.rmtree(python / "app")
        shutil.rmtree(python / "site")
        install_packages(
            python / "site", "windows-test.txt", platform="x86_64-pc-windows-msvc", python=WINDOWS_PYTHON,
            left_out=[name for name in LEFT_OUT_OF_SITE if name != PROGRAMS],
        )  # fmt: skip
        shutil.move(python / "site" / PROGRAMS / "nats-server.exe", python / "python")
        shutil.rmtree(python / "site" / PROGRAMS)
        add_missing_library(python / "python")
        mark.write_text(wanted)
    short = WINDOWS_PYTHON.replace(".", "")
    here = [windows_path(ROOT / part) for part in ("agent", "protocol", "")]
    lines = [line.format(short=short) for line in PTH if "app" not in line]
    (python / "python" / f"python{short}._pth").write_text("\n".join([*lines, *here]) + "\n")
    return python / "python" / "python.exe"


def main(arguments: list[str]) -> int:
    """Run pytest under Wine and pass its words on."""
    if missing := missing_tools():
        sys.stderr.write(f"missing: {', '.join(missing)}; as root, scripts/test-packages.sh installs them\n")
        return 2
    python = windows_interpreter()
    locale = os.environ.get("BOSMAN_WINE_LOCALE", "C.UTF-8")
    prefix = WinePrefix(FOLDER / f"prefix-{locale}", locale=locale).start()
    # Go looks for it among Windows' own libraries only.
    shutil.copy2(python.with_name(MISSING_LIBRARY), prefix.drive / "windows/system32" / MISSING_LIBRARY)
    try:
        code, failed = _run(prefix, python, arguments)
        if code == 1 and 0 < len(failed) <= MAX_AGAIN:
            # Wine itself falters now and then on a busy machine. What fails twice fails; what does not is named here.
            sys.stdout.write("failed, and run once more:\n" + "\n".join(failed) + "\n")
            code, _ = _run(prefix, python, [*failed, "-q"])
        return code
    finally:
        prefix.stop()


def _run(prefix: WinePrefix, python: Path, arguments: list[str]) -> tuple[int, list[str]]:
    """One run of pytest: its exit code, and the tests that failed."""
    process = prefix.popen(
        [python, "-X", "utf8", "-B", "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", windows_path(ROOT),
         "-c", windows_path(ROOT / "pyproject.toml"), *arguments],
        {name: value for name, value in os.environ.items() if name.startswith("BOSMAN_")},
        merged=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdin is not None
    process.stdin.close()
    failed: list[str] = []
    passing_on = threading.Thread(target=_pass_on, args=(process.stdout, failed), daemon=True)
    passing_on.start()
    code = process.wait(TEST_SECONDS)
    # What tests left behind when they were cut off may hold the pipe for ever.
    passing_on.join(DRAIN_SECONDS)
    return code, failed


def _pass_on(output: IO[bytes], failed: list[str]) -> None:
    for line in output:
        text = line.decode("utf-8", "replace").replace("\r\n", "\n")
        if text.startswith("FAILED "):
            failed.append(text.removeprefix("FAILED ").split(" - ")[0].strip())
        sys.stdout.write(text)
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
