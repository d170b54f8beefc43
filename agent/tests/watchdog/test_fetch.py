"""Bundles over real TLS: in one go, resumed, cut off, lied about."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.watchdog import fetch
from bosman_agent.watchdog.fetch import BundleDamagedError, BundleNotFetchedError, fetch_bundle
from bosman_protocol.release import RELEASES_PATH
from testkit.authority import Authority

CONTENT = os.urandom(1_000_000)


@pytest.fixture
def bring(gateway: Any, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Fetches from the gateway, whose authority is trusted, without waiting long between attempts."""
    monkeypatch.setattr(fetch, "full_jitter", lambda *_args, **_options: 0.01)
    gateway.content = CONTENT
    trusted = tmp_path / "ca.crt"
    trusted.write_text(authority.pem)
    target = tmp_path / "bundle.zip"

    async def run(manifest: Any, *, authority: Path = trusted) -> tuple[Path, list[int]]:
        heard: list[int] = []
        await fetch_bundle(
            manifest, server_url=gateway.url, authority=authority, target=target, on_progress=heard.append
        )
        return target, heard

    return run


class TestFetch:
    async def test_bundle_arrives_whole_with_its_progress(self, bring: Any, gateway: Any, manifest_of: Any) -> None:
        manifest = manifest_of(CONTENT)

        target, heard = await bring(manifest)

        assert target.read_bytes() == CONTENT
        assert heard == sorted(heard) and heard[-1] == 100
        assert [asked.path for asked in gateway.asked] == [RELEASES_PATH + manifest.sha256]
        assert gateway.asked[0].user_agent.startswith("bosman-agent/")

    async def test_what_is_there_already_is_not_fetched_again(
        self, bring: Any, gateway: Any, manifest_of: Any, tmp_path: Path
    ) -> None:
        (tmp_path / "bundle.zip").write_bytes(CONTENT)

        await bring(manifest_of(CONTENT))

        assert gateway.asked == []

    async def test_cut_connection_goes_on_where_it_was(self, bring: Any, gateway: Any, manifest_of: Any) -> None:
        gateway.cuts = [300_000, 200_000]

        target, _ = await bring(manifest_of(CONTENT))

        assert target.read_bytes() == CONTENT
        assert [asked.range for asked in gateway.asked] == ["bytes=0-", "bytes=300000-", "bytes=500000-"]
        assert sum(asked.sent for asked in gateway.asked) == len(CONTENT)

    async def test_server_that_knows_no_ranges_sends_all_of_it_again(
        self, bring: Any, gateway: Any, manifest_of: Any
    ) -> None:
        gateway.cuts, gateway.takes_ranges = [300_000], False

        target, _ = await bring(manifest_of(CONTENT))

        assert target.read_bytes() == CONTENT

    async def test_leftover_of_another_size_is_thrown_away(
        self, bring: Any, gateway: Any, manifest_of: Any, tmp_path: Path
    ) -> None:
        (tmp_path / "bundle.zip").write_bytes(CONTENT + b"more")

        target, _ = await bring(manifest_of(CONTENT))

        assert target.read_bytes() == CONTENT


class TestRefused:
    async def test_name_that_nobody_knows_is_no_fault_of_the_disk(
        self, bring: Any, manifest_of: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unknown(*_arguments: object, **_options: object) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        with pytest.raises(BundleNotFetchedError, match="gaierror"):
            await bring(manifest_of(CONTENT))

    @pytest.mark.parametrize(
        "changes", [{"sha256": "ab" * 32}, {"size_bytes": len(CONTENT) - 1}], ids=["other hash", "more than promised"]
    )
    async def test_something_else_than_the_manifest_says_is_not_kept(
        self, bring: Any, gateway: Any, manifest_of: Any, tmp_path: Path, changes: dict[str, Any]
    ) -> None:
        with pytest.raises(BundleDamagedError):
            await bring(manifest_of(CONTENT, **changes))

        assert not (tmp_path / "bundle.zip").exists()

    @pytest.mark.parametrize("status", [404, 503])
    async def test_refusal_is_given_up_after_some_attempts(
        self, bring: Any, gateway: Any, manifest_of: Any, status: int
    ) -> None:
        gateway.status = status

        with pytest.raises(BundleNotFetchedError, match=str(status)):
            await bring(manifest_of(CONTENT))

        assert len(gateway.asked) == fetch.ATTEMPTS

    async def test_server_of_another_authority_gets_no_request(
        self, bring: Any, gateway: Any, manifest_of: Any, tmp_path: Path
    ) -> None:
        (tmp_path / "other.crt").write_text(Authority().pem)

        with pytest.raises(BundleNotFetchedError, match="CERTIFICATE_VERIFY_FAILED"):
            await bring(manifest_of(CONTENT), authority=tmp_path / "other.crt")

        assert gateway.asked == []

    async def test_server_that_is_away_is_named(self, bring: Any, gateway: Any, manifest_of: Any) -> None:
        url = gateway.url
        gateway.stop()

        with pytest.raises(BundleNotFetchedError, match="Refused"):
            await bring(manifest_of(CONTENT))

        assert url.startswith("https://")

    async def test_full_disk_is_an_error_of_the_disk_at_once(
        self, small_disk: Path, gateway: Any, authority: Authority, manifest_of: Any, fill_disk: Any, tmp_path: Path
    ) -> None:
        gateway.content = CONTENT
        (tmp_path / "ca.crt").write_text(authority.pem)
        fill_disk(small_disk / "filler")

        with pytest.raises(OSError, match="No space left"):
            await fetch_bundle(
                manifest_of(CONTENT), server_url=gateway.url, authority=tmp_path / "ca.crt",
                target=small_disk / "bundle.zip", on_progress=lambda _percent: None,
            )  # fmt: skip

        assert len(gateway.asked) == 1
