"""The commands of `bosman-agent`; each returns the process's exit code."""

import argparse
import re
import sys

from bosman_agent.identity.config import ConfigBrokenError, NotEnrolledError, load_config
from bosman_agent.identity.data_dir import DataDir
from bosman_agent.texts import known, text
from bosman_agent.watchdog.protocol import EXIT_BUSY

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_NOT_ENROLLED = 3
EXIT_REFUSED = 4
EXIT_UNREACHABLE = 5
"""Exit codes; 2 is also what argparse uses."""


def _fail(code: int, key: str, **params: object) -> int:
    sys.stderr.write(text(key, **params) + "\n")
    return code


def _say(key: str, **params: object) -> None:
    sys.stdout.write(text(key, **params) + "\n")


def enroll(data: DataDir, arguments: argparse.Namespace) -> int:
    """Give the device an identity, and where that was asked for start the service."""
    from bosman_agent.enrollment.enroll import EnrollmentError  # noqa: PLC0415 - heavy, only this command needs it
    from bosman_agent.platform.factory import PlatformUnsupportedError  # noqa: PLC0415 - as above

    if data.enrolled and not arguments.reenroll:
        return _fail(EXIT_USAGE, "enroll.already")
    if not re.fullmatch(r"[0-9a-fA-F]{64}", arguments.ca_sha256.replace(":", "").strip()):
        return _fail(EXIT_USAGE, "enroll.bad_pin")
    try:
        failed = _give_identity(data, arguments)
    except EnrollmentError as error:
        failed = EXIT_UNREACHABLE if error.code == "enroll.unreachable" else EXIT_REFUSED
        if known(error.code):
            _fail(failed, error.code, **error.params)
        else:
            _fail(failed, "server.refused", reason=error.code, status=error.params.get("status", "?"))
    except PlatformUnsupportedError as error:
        failed = _fail(EXIT_FAILED, "run.unsupported", platform=error)
    except OSError as error:
        failed = _fail(EXIT_FAILED, "folder.denied", path=data.root, detail=error.strerror or error)
    if failed:
        return failed
    return _install_service(data) if arguments.install_service else _hint("enroll.next_step")


def _give_identity(data: DataDir, arguments: argparse.Namespace) -> int:
    from bosman_agent.enrollment import enroll as enrolment  # noqa: PLC0415 - heavy, only this command needs it
    from bosman_agent.journal.database import is_in_use, remove_journal  # noqa: PLC0415 - as above
    from bosman_agent.platform.factory import load_providers  # noqa: PLC0415 - as above

    data.create()
    if is_in_use(data.journal):
        return _fail(EXIT_BUSY, "enroll.running")
    config = enrolment.enroll(
        data,
        server_url=arguments.server,
        token=arguments.token,
        authority_sha256=arguments.ca_sha256,
        os_family=load_providers(None).os_family,
    )
    # What the old identity had in hand belongs to a device that this one is no longer.
    remove_journal(data.journal)
    _say("enroll.done", device_id=config.device_id)
    return EXIT_OK


def _hint(key: str) -> int:
    from bosman_agent.watchdog.home import Home  # noqa: PLC0415 - only this command needs it

    _say(key, command="run" if Home.locate() is None else "watch")
    return EXIT_OK


def _install_service(data: DataDir) -> int:
    from bosman_agent.watchdog.home import Home  # noqa: PLC0415 - only this command needs it
    from bosman_agent.watchdog.services import systemd  # noqa: PLC0415 - as above

    if not systemd.available():
        return _hint("enroll.no_systemd")
    try:
        systemd.install(data.root, packaged=Home.locate() is not None)
    except systemd.ServiceError as error:
        return _fail(EXIT_FAILED, "enroll.service_failed", detail=error)
    _say("enroll.service_started", unit=systemd.UNIT)
    return EXIT_OK


def run(data: DataDir, *, has_watchdog: bool) -> int:
    """Run the agent until it is told to end."""
    try:
        config = load_config(data)
    except NotEnrolledError:
        return _fail(EXIT_NOT_ENROLLED, "run.not_enrolled")
    except ConfigBrokenError as error:
        return _fail(EXIT_FAILED, "run.broken", detail=error)
    import asyncio  # noqa: PLC0415 - heavy, only this command needs it
    import sqlite3  # noqa: PLC0415 - as above

    from bosman_agent.agent import run_agent  # noqa: PLC0415 - as above
    from bosman_agent.journal.records import (  # noqa: PLC0415 - as above
        JournalBrokenError,
        JournalBusyError,
        JournalFullError,
    )
    from bosman_agent.logs import configure_logging  # noqa: PLC0415 - as above
    from bosman_agent.platform.factory import PlatformUnsupportedError  # noqa: PLC0415 - as above
    from bosman_agent.watchdog.protocol import EXIT_UPDATE  # noqa: PLC0415 - as above

    configure_logging(config.settings.log_level)
    try:
        update = asyncio.run(run_agent(data, config, has_watchdog=has_watchdog))
    except JournalBusyError:
        return _fail(EXIT_BUSY, "run.busy", path=data.root)
    except (JournalBrokenError, JournalFullError, sqlite3.Error, OSError) as error:
        return _fail(EXIT_FAILED, "run.journal", detail=error)
    except PlatformUnsupportedError as error:
        return _fail(EXIT_FAILED, "run.unsupported", platform=error)
    return EXIT_UPDATE if update else EXIT_OK


def watch(data: DataDir, *, only_try: bool) -> int:
    """Keep an installed agent running; `only_try` says no more than that this could be done."""
    from bosman_agent.watchdog import foreground  # noqa: PLC0415 - only this command needs it
    from bosman_agent.watchdog.home import Home  # noqa: PLC0415 - as above

    if not data.enrolled:
        return _fail(EXIT_NOT_ENROLLED, "run.not_enrolled")
    home = Home.locate()
    if home is None:
        return _fail(EXIT_FAILED, "run.not_installed")
    if not only_try:
        foreground.watch(data, home)
    return EXIT_OK


def show_status(data: DataDir, *, as_json: bool) -> int:
    """Print what the agent does."""
    from bosman_agent.cli.status import gather_status, render_json, render_text  # noqa: PLC0415 - only here

    try:
        view = gather_status(data)
    except NotEnrolledError:
        if as_json:
            sys.stdout.write('{"enrolled":false}\n')
        else:
            _say("status.not_enrolled")
        return EXIT_NOT_ENROLLED
    except ConfigBrokenError as error:
        return _fail(EXIT_FAILED, "run.broken", detail=error)
    sys.stdout.write(render_json(view) if as_json else render_text(view))
    return EXIT_OK


def uninstall(data: DataDir, *, confirmed: bool) -> int:
    """Remove the agent from this device."""
    from bosman_agent.cli.removal import AgentRunningError, remove_agent  # noqa: PLC0415 - only this command
    from bosman_agent.texts import YES  # noqa: PLC0415 - only this command

    if not confirmed:
        sys.stdout.write(text("uninstall.confirm", path=data.root))
        sys.stdout.flush()
        if sys.stdin.readline().strip().lower() not in YES:
            return _fail(EXIT_USAGE, "uninstall.aborted")
    try:
        remove_agent(data)
    except AgentRunningError:
        return _fail(EXIT_BUSY, "uninstall.running")
    except OSError as error:
        return _fail(EXIT_FAILED, "folder.denied", path=data.root, detail=error.strerror or error)
    _say("uninstall.done")
    return EXIT_OK
