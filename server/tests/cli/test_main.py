"""The command itself: what it lists, what it refuses, and that it reads no more code than it must."""

import os
import subprocess
import sys

import pytest

from testkit.patience import patient

HEAVY = ("sqlalchemy", "fastapi", "nats", "alembic")


def python(*arguments, env=None):
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=patient(), check=False, env=env)


class TestHelp:
    @pytest.mark.slow(reason="every command is started")
    def test_every_command_is_listed_with_what_it_does(self):
        said = python("-m", "bosman_server.cli", "--help").stdout
        for name, text in (
            ("up", "Start PostgreSQL, NATS, api, worker"),
            ("api", "Serve browsers."),
            ("worker", "Serve agents."),
            ("migrate", "Run every migration that is missing"),
            ("openapi", "Print the OpenAPI document."),
            ("setup-link", "Print a new one-time set-up link"),
            ("audit", "The audit trail."),
            ("keys", "Keys and certificates of this installation."),
            ("admin", "Emergencies"),
            ("releases", "Versions of the agent"),
            ("windows", "Maintenance windows."),
            ("policies", "Policies."),
            ("schedules", "Schedules."),
            ("alerts", "Alerts."),
            ("sla", "Service levels."),
            ("backups", "Backups."),
        ):
            assert any(name in line and text in line for line in said.splitlines()), (name, said)

    async def test_commands_of_a_group_are_listed(self, bosman):
        said = (await bosman("admin", "--help", state_dir=False)).out
        assert "reset-totp" in said and "unfreeze" in said and "install-completion" not in said


class TestUnknown:
    async def test_command_that_does_not_exist_is_named(self, bosman):
        ran = await bosman("agents", state_dir=False)
        assert ran.code == 2 and "No such command 'agents'" in ran.err


class TestDefect:
    def test_traceback_is_plain_and_shows_no_values(self):
        secret = "postgresql://user:very-secret@127.0.0.1:1/none"
        environment = {**os.environ, "BOSMAN_WORKER_DATABASE_URL": secret}
        ran = python("-m", "bosman_server.cli", "setup-link", env=environment)
        assert ran.returncode == 1 and "Traceback (most recent call last)" in ran.stderr
        assert "very-secret" not in ran.stderr and "\u2500" not in ran.stderr


class TestStart:
    def test_nothing_heavy_is_read_before_a_command_is_chosen(self):
        ran = python("-c", "import sys, bosman_server.cli.main; print(*sys.modules, sep='\\n')")
        loaded = {name.split(".", 1)[0] for name in ran.stdout.splitlines()}
        assert "typer" in loaded and not loaded & set(HEAVY)
