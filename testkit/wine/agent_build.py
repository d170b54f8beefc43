"""Installers and bundles of the agent for tests under Wine, several versions from one tree of packages."""

import shutil
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bosman_protocol.signing import public_part
from releasing.bundle import build_bundle
from releasing.payload import copy_app, windows_tree
from releasing.windows import build_installer
from testkit.wine.prefix import add_missing_library

BROKEN = 'raise SystemExit("this version is broken on purpose")\n'
DEAF = "import time\n\nwhile True:\n    time.sleep(60)\n"


class AgentBuild:
    """A folder of versions. The release key is made for these tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder / "dist"
        self.output.mkdir(parents=True)
        self.key = Ed25519PrivateKey.generate()
        self._tree = folder / "tree"
        windows_tree(self._tree, version="0.0.0", keys=[])
        add_missing_library(self._tree / "python")

    def tree(self, version: str, *, main: str | None = None) -> Path:
        """The version's folder; `main` replaces the agent's program by another."""
        shutil.rmtree(self._tree / "app")
        copy_app(self._tree / "app", version=version, platform="windows-amd64", keys=[public_part(self.key)])
        if main is not None:
            (self._tree / "app/bosman_agent/main.py").write_text(main)
        return self._tree

    def release(self, version: str, *, main: str | None = None, installer: bool = False) -> Path:
        """A folder for `bosman releases add`."""
        output = self.folder / version
        output.mkdir()
        tree = self.tree(version, main=main)
        build_bundle(tree, output, version=version, platform="windows-amd64", key=self.key, level=1)
        if installer:
            build_installer(tree, output, version=version, quick=True)
        return output
