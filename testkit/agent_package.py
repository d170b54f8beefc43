"""Debian packages and bundles of the agent for tests, several versions from one tree of packages."""

import shutil
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bosman_protocol.signing import public_part
from releasing.bundle import build_bundle
from releasing.debian import build_package
from releasing.payload import copy_app, linux_tree

BROKEN = 'raise SystemExit("this version is broken on purpose")\n'


class PackageBuild:
    """A folder of versions. The release key is made for these tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = Ed25519PrivateKey.generate()
        self._tree = folder / "tree"
        linux_tree(self._tree, version="0.0.0", keys=[])

    def tree(self, version: str, *, main: str | None = None) -> Path:
        """The version's folder; `main` replaces the agent's program by another."""
        shutil.rmtree(self._tree / "app")
        copy_app(self._tree / "app", version=version, platform="linux", keys=[public_part(self.key)])
        if main is not None:
            (self._tree / "app/bosman_agent/main.py").write_text(main)
        return self._tree

    def bundle(self, version: str, output: Path, *, main: str | None = None) -> None:
        """The version's bundle and manifest, for `bosman releases add`; `main` as for `tree`."""
        tree = self.tree(version, main=main)
        build_bundle(tree, output, version=version, platform="linux", key=self.key, level=1)

    def package(self, version: str, output: Path) -> Path:
        """The Debian package of the tree as it is."""
        with tempfile.TemporaryDirectory() as work:
            return build_package(self._tree, output, Path(work), version=version, quick=True)
