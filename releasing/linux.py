"""`make installer-linux`: the Debian package, and the signed bundle for agents that update themselves."""

import argparse
import sys
import tempfile
from pathlib import Path

from bosman_protocol.signing import public_part
from releasing.bundle import build_bundle, print_files
from releasing.debian import build_package
from releasing.payload import ROOT, BuildError, agent_version, linux_tree
from releasing.signing import DEFAULT_KEY, release_key


def main(arguments: list[str]) -> int:
    """Build everything for Linux into a folder."""
    parser = argparse.ArgumentParser(prog="make installer-linux")
    parser.add_argument("--output", type=Path, default=ROOT / "dist")
    parser.add_argument("--version", default=agent_version())
    parser.add_argument("--key", type=Path, default=DEFAULT_KEY, help="release key; made where there is none")
    options = parser.parse_args(arguments)
    options.output.mkdir(parents=True, exist_ok=True)
    key = release_key(options.key)
    try:
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder) / "tree"
            linux_tree(tree, version=options.version, keys=[public_part(key)])
            bundle = build_bundle(tree, options.output, version=options.version, platform="linux", key=key)
            package = build_package(tree, options.output, Path(folder), version=options.version)
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    print_files(package, bundle, bundle.with_suffix(".manifest"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
