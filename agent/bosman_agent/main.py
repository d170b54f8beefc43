"""`bosman-agent`: what services, watchdogs and people start. Every version answers to this module's name.

Watchdogs start the next version, or the one before, by `python -m bosman_agent.main`.
"""

import argparse
import sys
from collections.abc import Callable, Sequence

from bosman_agent import __version__
from bosman_agent.cli import commands, parse
from bosman_agent.cli.doctor import command as doctor
from bosman_agent.identity.data_dir import DataDir


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the process's exit code."""
    arguments = _parser().parse_args(argv)
    data = DataDir.locate(arguments.data_dir)
    return _COMMANDS[arguments.command](data, arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bosman-agent")
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(dest="command", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data-dir")
    enroll = subparsers.add_parser("enroll", parents=[common])
    enroll.add_argument("--server", required=True)
    enroll.add_argument("--token", required=True)
    enroll.add_argument("--ca-sha256", required=True)
    enroll.add_argument("--reenroll", action="store_true")
    enroll.add_argument("--install-service", action="store_true")
    run = subparsers.add_parser("run", parents=[common])
    run.add_argument("--supervised", action="store_true", help=argparse.SUPPRESS)
    # `keep` is what units and watchdogs of earlier versions say.
    watch = subparsers.add_parser("watch", aliases=["keep"], parents=[common])
    watch.add_argument("--try", dest="only_try", action="store_true", help=argparse.SUPPRESS)
    status = subparsers.add_parser("status", parents=[common])
    status.add_argument("--json", action="store_true")
    uninstall = subparsers.add_parser("uninstall", parents=[common])
    uninstall.add_argument("--yes", action="store_true")
    parse.add_parser(subparsers, common)
    doctor.add_parser(subparsers, common)
    return parser


_COMMANDS: dict[str, Callable[[DataDir, argparse.Namespace], int]] = {
    "doctor": doctor.run,
    "enroll": commands.enroll,
    "run": lambda data, arguments: commands.run(data, has_watchdog=arguments.supervised),
    "watch": lambda data, arguments: commands.watch(data, only_try=arguments.only_try),
    "keep": lambda data, arguments: commands.watch(data, only_try=arguments.only_try),
    "status": lambda data, arguments: commands.show_status(data, as_json=arguments.json),
    "uninstall": lambda data, arguments: commands.uninstall(data, confirmed=arguments.yes),
    "parse": lambda _, arguments: parse.run(arguments),
}


if __name__ == "__main__":
    sys.exit(main())
