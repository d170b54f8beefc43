"""What the installer leaves to Python: `install` enrols, registers and starts; `remove` leaves nothing behind.

The installer hands its own command line over in an environment variable, because its language cuts values at slashes.
"""

import contextlib
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

assert sys.platform == "win32"

import msgspec

from bosman_agent.enrollment.enroll import EnrollmentError, enroll
from bosman_agent.identity.data_dir import DataDir
from bosman_agent.texts import known, text
from bosman_agent.watchdog.home import Home
from bosman_agent.watchdog.services import windows_registration as registration

ARGUMENTS_VARIABLE = "BOSMAN_SETUP_ARGUMENTS"
EXIT_OK = 0
EXIT_USAGE = 87
"""ERROR_INVALID_PARAMETER, as software distribution reads it."""
EXIT_REFUSED = 4
EXIT_UNREACHABLE = 5
EXIT_FAILED = 1
REMOVE_SECONDS = 20.0
LOG = Path(tempfile.gettempdir()) / "bosman-agent-setup.log"
"""Where an administrator finds why a silent installation ended with an error."""


class Options(msgspec.Struct, frozen=True):
    """What the installer was called with."""

    token: str = ""
    server: str = ""
    pin: str = ""
    reenroll: bool = False


class SetupError(Exception):
    """Setting up failed; the message is for people."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_options(raw: str) -> Options:
    """Options out of the installer's command line, quoted or not, in any case and order."""
    found: dict[str, str] = {}
    # Either the whole word is quoted ("/SERVER=https://…"), or only the value (/SERVER="https://…").
    for match in re.finditer(r'"/([A-Za-z]+)=([^"]*)"|/([A-Za-z]+)=(?:"([^"]*)"|(\S*))', raw):
        name = (match[1] or match[3]).upper()
        found[name] = (match[2] or match[4] or match[5] or "").strip()
    flags = {word.upper() for word in re.findall(r"(?:^|\s)/([A-Za-z]+)(?=\s|$)", raw)}
    return Options(found.get("TOKEN", ""), found.get("SERVER", ""), found.get("CAPIN", ""), "REENROLL" in flags)


def install(options: Options) -> None:
    """Bring the device from unpacked files to a running service. Raises SetupError.

    A device that is enrolled stays who it is, whatever token is given: installing again mends, it does not rename.
    """
    home = Home.locate()
    if home is None:
        raise SetupError(EXIT_FAILED, text("run.not_installed"))
    data = DataDir.locate(None)
    try:
        data.create()
        registration.stop()
        if options.reenroll or not data.enrolled:
            _enroll(data, options)
        home.point_to(data, home.running)
        data.pending_update.unlink(missing_ok=True)
        registration.write_launcher(home, home.running)
        registration.register_and_start(home, home.running)
    except registration.RegistrationError as error:
        raise SetupError(EXIT_FAILED, text("enroll.service_failed", detail=error)) from error
    except OSError as error:
        detail = error.strerror or str(error)
        raise SetupError(EXIT_FAILED, text("folder.denied_setup", path=data.root, detail=detail)) from error
    home.remove_others()


def _enroll(data: DataDir, options: Options) -> None:
    if not (options.token and options.server and options.pin):
        raise SetupError(EXIT_USAGE, text("setup.missing"))
    if not re.fullmatch(r"[0-9a-fA-F]{64}", options.pin.replace(":", "")):
        raise SetupError(EXIT_USAGE, text("setup.bad_pin"))
    try:
        enroll(data, server_url=options.server, token=options.token, authority_sha256=options.pin, os_family="windows")
    except EnrollmentError as error:
        code = EXIT_UNREACHABLE if error.code == "enroll.unreachable" else EXIT_REFUSED
        if known(error.code):
            raise SetupError(code, text(error.code, **error.params)) from error
        status = error.params.get("status", "?")
        raise SetupError(code, text("server.refused", reason=error.code, status=status)) from error


def remove() -> None:
    """Take the service and everything that the agent kept away. Raises SetupError."""
    data = DataDir.locate(None)
    try:
        registration.unregister()
    except registration.RegistrationError as error:
        raise SetupError(EXIT_FAILED, str(error)) from error
    deadline = time.monotonic() + REMOVE_SECONDS
    while data.root.exists() and time.monotonic() < deadline:
        # The agent may take a moment to let go of its files.
        shutil.rmtree(data.root, ignore_errors=True)
        time.sleep(0.2)
    if data.root.exists():
        raise SetupError(EXIT_FAILED, text("folder.denied_setup", path=data.root, detail="files are in use"))


def main(arguments: list[str]) -> int:
    """`install`, `stop` or `remove`; what went wrong is the output, and stands in LOG for silent installations."""
    try:
        if arguments == ["remove"]:
            remove()
        elif arguments == ["stop"]:
            registration.stop()
        else:
            install(read_options(os.environ.get(ARGUMENTS_VARIABLE, "")))
    except SetupError as error:
        return _fail(error.code, str(error))
    except registration.RegistrationError as error:
        return _fail(EXIT_FAILED, str(error))
    return EXIT_OK


def _fail(code: int, message: str) -> int:
    sys.stdout.write(f"{message}\n")
    with contextlib.suppress(OSError), LOG.open("a", encoding="utf-8") as file:
        file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {code} {message}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
