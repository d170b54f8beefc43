"""A package source for the real apt, with lists and caches of its own; dpkg's database is the machine's."""

import subprocess
from collections.abc import Mapping
from pathlib import Path


class AptRepository:
    """Packages made on the spot, and what apt is told of where they lie."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.debs = folder / "debs"
        for name in ("debs", "lists/partial", "cache/archives/partial", "empty"):
            (folder / name).mkdir(parents=True)
        (folder / "preferences").touch()
        (folder / "sources.list").write_text(f"deb [trusted=yes] file:{self.debs} ./\n")
        self.options = tuple(
            part
            for key, value in {
                "Dir::Etc::sourcelist": folder / "sources.list",
                "Dir::Etc::sourceparts": folder / "empty",
                "Dir::Etc::preferences": folder / "preferences",
                "Dir::Etc::preferencesparts": folder / "empty",
                "Dir::State::lists": folder / "lists",
                "Dir::Cache": folder / "cache",
                "APT::Sandbox::User": "root",
            }.items()
            for part in ("-o", f"{key}={value}")
        )

    def add(
        self,
        name: str,
        version: str,
        *,
        postinst: str = "exit 0",
        control: Mapping[str, str] | None = None,
        into: str = "debs",
        filler: int = 0,
    ) -> Path:
        """Build a package and list it; `control` adds fields, `filler` bytes make it larger. Raises OSError."""
        fields = {
            "Package": name,
            "Version": version,
            "Architecture": "all",
            "Maintainer": "Bosman tests <x@example.org>",
            "Description": f"tiny package {version}\n made by a test",
            **(control or {}),
        }
        tree = self.folder / f"{name}-{version}-{fields['Architecture']}"
        (tree / "DEBIAN").mkdir(parents=True)
        (tree / "DEBIAN/control").write_text("".join(f"{key}: {value}\n" for key, value in fields.items()))
        if filler:
            (tree / "filler").write_bytes(bytes(index * 7919 % 251 for index in range(filler)))
        script = tree / "DEBIAN/postinst"
        script.write_text(f"#!/bin/sh\n{postinst}\n")
        script.chmod(0o755)
        folder = self.folder / into
        folder.mkdir(exist_ok=True)
        deb = folder / f"{name}_{version}_{fields['Architecture']}.deb"
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", tree, deb], check=True, capture_output=True)
        _index(folder)
        return deb

    def source(self, into: str, *, release: Mapping[str, str] | None = None) -> None:
        """Name another folder as a source, with what its Release file says of it."""
        folder = self.folder / into
        folder.mkdir(exist_ok=True)
        _index(folder)
        if release is not None:
            packages = (folder / "Packages").read_bytes()
            digest = subprocess.run(["sha256sum"], input=packages, check=True, capture_output=True).stdout.split()[0]
            fields = "".join(f"{key}: {value}\n" for key, value in release.items())
            (folder / "Release").write_text(f"{fields}SHA256:\n {digest.decode()} {len(packages)} Packages\n")
        with (self.folder / "sources.list").open("a") as file:
            file.write(f"deb [trusted=yes] file:{folder} ./\n")

    def install(self, deb: Path) -> None:
        """Put a package on this machine. Raises CalledProcessError."""
        subprocess.run(["dpkg", "-i", deb], check=True, capture_output=True)


def _index(folder: Path) -> None:
    stanzas = []
    for deb in sorted(folder.glob("*.deb")):
        control = subprocess.run(["dpkg-deb", "-f", deb], check=True, capture_output=True, text=True).stdout
        digest = subprocess.run(["sha256sum", deb], check=True, capture_output=True, text=True).stdout.split()[0]
        stanzas.append(f"{control}Filename: ./{deb.name}\nSize: {deb.stat().st_size}\nSHA256: {digest}\n")
    (folder / "Packages").write_text("\n".join(stanzas))
