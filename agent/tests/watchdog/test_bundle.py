"""What an update brings becomes a version folder whole, or not at all."""

import json
import os
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.watchdog import bundle as bundles
from bosman_agent.watchdog.bundle import BundleBrokenError, unpack

ABOUT = json.dumps({"version": "2.0", "platform": "linux"})


@pytest.fixture
def pack(tmp_path: Path) -> Any:
    """Writes a zip with the given entries beside a fitting `release.json`."""

    def make(*entries: tuple[str | zipfile.ZipInfo, str], about: str | None = ABOUT) -> Path:
        path = tmp_path / "bundle.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as content:
            if about is not None:
                content.writestr("release.json", about)
            for name, text in entries:
                content.writestr(name, text)
        return path

    return make


def entry(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def everything_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


class TestGoodBundle:
    def test_folder_appears_with_its_programs_executable(self, home: Any, pack: Any, manifest_of: Any) -> None:
        path = pack((entry("bin/bosman-agent", stat.S_IFREG | 0o755), "#!/bin/sh\n"), ("app/x.py", "x = 1\n"))

        folder = unpack(path, home, manifest_of(path.read_bytes()))

        assert folder == home.folder("2.0") and home.has("2.0")
        assert os.access(folder / "bin/bosman-agent", os.X_OK)
        assert not os.access(folder / "app/x.py", os.X_OK)

    def test_what_an_earlier_attempt_left_is_made_anew(self, home: Any, pack: Any, manifest_of: Any) -> None:
        for leftover in (home.folder("2.0") / "damaged", home.folder(".2.0.new") / "half"):
            leftover.parent.mkdir(parents=True)
            leftover.touch()
        path = pack(("app/x.py", "x = 1\n"))

        unpack(path, home, manifest_of(path.read_bytes()))

        assert everything_below(home.root / "versions") == ["2.0", "2.0/app", "2.0/app/x.py", "2.0/release.json"]


class TestBadBundle:
    @pytest.mark.parametrize(
        "name", ["../evil", "app/../../evil", "/etc/evil", "C:/evil", "app\\..\\evil", "a:stream", "//host/evil"]
    )
    def test_name_that_leads_out_is_refused(
        self, home: Any, pack: Any, manifest_of: Any, tmp_path: Path, name: str
    ) -> None:
        path = pack((zipfile.ZipInfo(name), "evil"))

        with pytest.raises(BundleBrokenError):
            unpack(path, home, manifest_of(path.read_bytes()))

        assert not home.root.exists() or everything_below(home.root / "versions") == []
        assert list(tmp_path.rglob("*evil*")) == []

    @pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
    def test_anything_but_a_file_is_refused(self, home: Any, pack: Any, manifest_of: Any, kind: int) -> None:
        path = pack((entry("app/odd", kind | 0o777), "/etc/passwd"))

        with pytest.raises(BundleBrokenError):
            unpack(path, home, manifest_of(path.read_bytes()))

        assert not home.has("2.0")

    @pytest.mark.parametrize("limit", ["MAX_FILES", "MAX_UNPACKED_BYTES"])
    def test_too_much_is_refused(
        self, home: Any, pack: Any, manifest_of: Any, monkeypatch: pytest.MonkeyPatch, limit: str
    ) -> None:
        monkeypatch.setattr(bundles, limit, 3)
        path = pack(*((f"app/{number}", "x") for number in range(4)))

        with pytest.raises(BundleBrokenError, match="too large"):
            unpack(path, home, manifest_of(path.read_bytes()))

    @pytest.mark.parametrize(
        "about",
        [
            None,
            "{",
            json.dumps({"version": "3.0", "platform": "linux"}),
            json.dumps({"version": "2.0", "platform": "windows-amd64"}),
        ],
    )
    def test_folder_that_says_something_else_than_its_manifest_is_refused(
        self, home: Any, pack: Any, manifest_of: Any, about: str | None
    ) -> None:
        path = pack(("app/x.py", "x = 1\n"), about=about)

        with pytest.raises(BundleBrokenError):
            unpack(path, home, manifest_of(path.read_bytes()))

        assert everything_below(home.root / "versions") == []

    @pytest.mark.parametrize("damage", [b"", b"no zip at all", None])
    def test_damaged_zip_is_refused_and_the_old_folder_stays(
        self, home: Any, pack: Any, manifest_of: Any, damage: bytes | None
    ) -> None:
        good = pack(("app/x.py", "x = 1\n"))
        unpack(good, home, manifest_of(good.read_bytes()))
        whole = bytearray(good.read_bytes())
        # In the middle of the first entry's data: its checksum no longer fits.
        whole[45] ^= 0xFF
        good.write_bytes(bytes(whole) if damage is None else damage)

        with pytest.raises(BundleBrokenError):
            unpack(good, home, manifest_of(good.read_bytes()))

        assert home.has("2.0")

    def test_full_disk_leaves_no_folder_that_passes_for_whole(
        self, small_disk: Path, home: Any, pack: Any, manifest_of: Any, fill_disk: Any, tmp_path: Path
    ) -> None:
        home.root = small_disk
        path = pack(("app/large", os.urandom(50_000).hex()))
        (small_disk / "versions").mkdir()
        fill_disk(small_disk / "filler")

        with pytest.raises(OSError, match="No space left"):
            unpack(path, home, manifest_of(path.read_bytes()))

        assert not home.has("2.0")
        assert everything_below(small_disk / "versions") == []
