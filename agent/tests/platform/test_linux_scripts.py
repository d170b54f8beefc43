"""Scripts for whoever sits at the machine: that person may be anybody, and the agent is root."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("windows/ has its counterparts", allow_module_level=True)

import pwd

from bosman_agent.platform.linux import scripts
from bosman_protocol.scripts import ScriptParams, Shell

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
WORDS = ScriptParams(shell=Shell.SH, source="id -un; ls", run_as="user")


@pytest.fixture
def seated(monkeypatch):
    """Somebody without rights sits at the machine."""
    user = pwd.getpwnam("nobody")
    monkeypatch.setattr(scripts, "_seated_user", lambda: user)
    return user


async def test_runs_as_the_user_and_leaves_nothing(seated, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(0o755)
    lines = []
    result = await scripts.LinuxScripts().run(WORDS, log=lambda _stream, text: lines.append(text))
    assert (result.exit_code, result.user) == (0, seated.pw_name)
    assert "".join(lines).split() == [seated.pw_name, "script.sh"]
    assert list(tmp_path.iterdir()) == []


async def test_user_who_is_quick_gets_no_file_of_roots(seated, tmp_path, monkeypatch):
    """The moment the folder is theirs they put a link in the script's place, between two calls of the agent."""
    precious = tmp_path / "shadow"
    precious.write_text("secret")
    give = os.chown
    caught = []

    def quick(path, uid, gid, **how):
        give(path, uid, gid, **how)
        if Path(path).is_dir():
            for script in Path(path).iterdir():
                script.unlink()
                script.symlink_to(precious)
                caught.append(script)

    monkeypatch.setattr(os, "chown", quick)
    await scripts.LinuxScripts().run(WORDS, log=lambda _stream, _text: None)
    assert caught
    assert precious.stat().st_uid == 0
