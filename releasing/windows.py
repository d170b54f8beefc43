"""`make installer-windows`: the installer, and the signed bundle for agents that update themselves."""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bosman_protocol.signing import public_part
from releasing.bundle import build_bundle, print_files
from releasing.payload import ROOT, BuildError, agent_version, windows_tree
from releasing.signing import DEFAULT_KEY, authenticode, authenticode_command, release_key

MAKENSIS_SECONDS = 600
SCRIPT = ROOT / "packaging/windows/installer.nsi"


def build_installer(tree: Path, output: Path, *, version: str, quick: bool = False) -> Path:
    """The installer around a version folder; `quick` packs badly, for tests. Raises BuildError."""
    makensis = shutil.which("makensis")
    if makensis is None:
        raise BuildError("makensis is not installed (Debian: apt-get install nsis)")
    program = output / f"bosman-agent-{version}-windows-amd64.exe"
    size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file())
    numbers = [*re.findall(r"\d+", version.split("rc", maxsplit=1)[0]), "0", "0", "0", "0"][:4]
    defines = {
        "VERSION": version,
        "VERSION_QUAD": ".".join(numbers),
        "PAYLOAD": str(tree),
        "OUTPUT": str(program),
        "SIZE_KIB": str(size // 1024),
    }
    if command := authenticode_command():
        defines["SIGN_COMMAND"] = shlex.join(command)
    words = [f"-D{name}={value}" for name, value in defines.items()]
    words += ["-DQUICK"] if quick else []
    done = subprocess.run(  # noqa: S603 - fixed words and our own paths
        [makensis, "-V2", "-WX", "-INPUTCHARSET", "UTF8", *words, str(SCRIPT)],
        capture_output=True, text=True, timeout=MAKENSIS_SECONDS, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    if done.returncode != 0:
        raise BuildError(f"makensis: {(done.stdout + done.stderr).strip()[-3000:]}")
    authenticode(program)
    return program


def add_smartctl(tree: Path, program: Path, licence: Path) -> None:
    """Put smartctl beside the agent, with the text of its own licence (GPL): a separate program, called as one."""
    tools = tree / "tools"
    tools.mkdir()
    shutil.copy2(program, tools / "smartctl.exe")
    shutil.copy2(licence, tools / "smartctl-COPYING.txt")


def main(arguments: list[str]) -> int:
    """Build everything for Windows into a folder."""
    parser = argparse.ArgumentParser(prog="make installer-windows")
    parser.add_argument("--output", type=Path, default=ROOT / "dist")
    parser.add_argument("--version", default=agent_version())
    parser.add_argument("--key", type=Path, default=DEFAULT_KEY, help="release key; made where there is none")
    parser.add_argument("--python-archive", type=Path, help="the official embeddable CPython, for releases")
    parser.add_argument("--smartctl", type=Path, help="smartctl.exe to put beside the agent")
    parser.add_argument("--smartctl-licence", type=Path, help="its licence text")
    options = parser.parse_args(arguments)
    if (options.smartctl is None) != (options.smartctl_licence is None):
        parser.error("smartctl.exe goes together with the text of its licence")
    options.output.mkdir(parents=True, exist_ok=True)
    key = release_key(options.key)
    try:
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder) / "tree"
            windows_tree(tree, version=options.version, keys=[public_part(key)], python_archive=options.python_archive)
            if options.smartctl is not None:
                add_smartctl(tree, options.smartctl, options.smartctl_licence)
            bundle = build_bundle(tree, options.output, version=options.version, platform="windows-amd64", key=key)
            program = build_installer(tree, options.output, version=options.version)
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    print_files(program, bundle, bundle.with_suffix(".manifest"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
