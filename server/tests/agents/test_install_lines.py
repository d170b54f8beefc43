"""What a fresh token tells people to paste: whole, quoted, checked against the stored installer."""

import asyncio
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from bosman_server.features.agents.install import Enrolling, linux_line, windows_line
from bosman_server.features.agents.releases import StoredFile
from testkit.patience import patient


@pytest.fixture
def token(folk, tenant):
    async def make():
        client = await folk.owner(tenant)
        body = {"tenant_id": str(tenant.id), "site_id": str(tenant.site_id)}
        return (await client.post("enrollment-tokens", json=body)).json()

    return make


class TestOffer:
    async def test_without_a_release_there_is_only_the_line_for_agents_that_are_there(self, no_releases, token):
        made = await token()
        assert made["install_windows"] is made["install_linux"] is None
        words = shlex.split(made["enroll_line"])
        assert words[:2] == ["bosman-agent", "enroll"] and made["token"] in words and made["gateway_url"] in words

    async def test_each_system_is_offered_its_newest_installer(self, release, token, own_stack):
        await release("1.9.0")
        newest = await release("1.10.0")
        linux = await release("1.9.0", "linux")
        made = await token()
        windows = made["install_windows"]
        assert (windows["version"], windows["sha256"]) == ("1.10.0", newest.installer_sha256)
        assert windows["download_url"] == f"{own_stack.url}/downloads/{newest.installer_name}"
        assert made["install_linux"]["file_name"] == linux.installer_name

    async def test_windows_line_names_hash_token_server_and_pin(self, release, token):
        built = await release("1.2.0")
        made = await token()
        line = made["install_windows"]["line"]
        assert "\n" not in line
        for part in (
            f"'{built.installer_sha256}'",
            f"'/TOKEN={made['token']}'",
            f"'/SERVER={made['gateway_url']}'",
            f"'/CAPIN={made['authority_sha256']}'",
            f"'{made['install_windows']['download_url']}'",
        ):
            assert part in line


class TestQuoting:
    def test_apostrophes_are_doubled(self):
        file = StoredFile("0" * 64, "a.exe", "installer", "1.0", "windows-amd64", 1)
        line = windows_line(Enrolling("http://x", "https://x", "to'ken", "pin"), file)
        assert "'/TOKEN=to''ken'" in line

    @pytest.mark.parametrize("token", ["a\u2019; calc", "a\nb"])
    def test_what_a_line_cannot_hold_is_refused(self, token):
        file = StoredFile("0" * 64, "a.exe", "installer", "1.0", "windows-amd64", 1)
        with pytest.raises(ValueError, match="a"):
            windows_line(Enrolling("http://x", "https://x", token, "pin"), file)


@pytest.fixture
def shell(tmp_path: Path):
    """Run a line with a `sudo` that only writes down what it was told."""
    (tmp_path / "sudo").write_text(f'#!/bin/sh\nls >> {tmp_path}/seen\necho "$@" >> {tmp_path}/told\n')
    (tmp_path / "sudo").chmod(0o755)

    async def run(line: str) -> tuple[int, str]:
        def work() -> subprocess.CompletedProcess[str]:
            environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "LC_ALL": "C"}
            command = ["bash", "-c", line]
            return subprocess.run(
                command, check=False, env=environment, capture_output=True, text=True, timeout=patient()
            )

        done = await asyncio.to_thread(work)
        told = tmp_path / "told"
        return done.returncode, told.read_text() if told.exists() else ""

    return run


class TestLinuxLine:
    async def test_line_really_downloads_checks_installs_and_enrols(self, release, token, shell):
        built = await release("1.2.0", "linux")
        made = await token()
        code, told = await shell(made["install_linux"]["line"])
        assert code == 0
        install, enroll = told.splitlines()
        assert install == f"apt-get install -y ./{built.installer_name}"
        assert re.fullmatch(rf"bosman-agent enroll --server \S+ --token {re.escape(made['token'])} .*", enroll)

    async def test_package_that_was_replaced_is_not_installed(self, release, token, shell):
        built = await release("1.2.0", "linux")
        made = await token()
        line = made["install_linux"]["line"].replace(built.installer_sha256, "0" * 64)
        code, told = await shell(line)
        assert code != 0 and told == ""

    def test_values_cannot_break_out(self):
        file = StoredFile("0" * 64, "a.deb", "installer", "1.0", "linux", 1)
        line = linux_line(Enrolling("http://x", "https://x", "x; reboot", "$(id)"), file)
        assert "--token 'x; reboot'" in line and "--ca-sha256 '$(id)'" in line
