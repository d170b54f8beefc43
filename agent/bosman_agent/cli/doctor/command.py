"""`bosman-agent doctor`: looks for what keeps the agent from its work, and says what to do about it.

Exit code 0 where nothing is wrong (warnings are allowed), 1 where something is.
"""

import argparse
import sys
from typing import TYPE_CHECKING

from bosman_agent.identity.data_dir import DataDir
from bosman_agent.texts import known, text

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from bosman_agent.platform.diagnostics.finding import Finding

ALL_SECONDS = 22.0
EXIT_OK = 0
EXIT_PROBLEM = 1
_MARKS = {"ok": "✓", "warning": "!", "problem": "✗", "skipped": "–"}
_PLAIN_MARKS = {"ok": "+", "warning": "!", "problem": "x", "skipped": "-"}


def add_parser(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser
) -> None:
    """The command's own arguments."""
    parser = commands.add_parser("doctor", parents=[common])
    parser.add_argument("--json", action="store_true")


def run(data: DataDir, arguments: argparse.Namespace) -> int:
    """Check everything at once and print what was found; the process's exit code."""
    import asyncio  # noqa: PLC0415 - heavy, only this command needs it
    import logging  # noqa: PLC0415 - as above

    # What is met is told as a finding; the bus's own log lines are for the agent.
    logging.disable(logging.CRITICAL)
    try:
        found = asyncio.run(_check(data))
    finally:
        logging.disable(logging.NOTSET)
    if arguments.json:
        _print_json(found)
    else:
        _print_text(found)
    return EXIT_PROBLEM if any(item.verdict == "problem" for item in found) else EXIT_OK


async def _check(data: DataDir) -> "list[Finding]":
    import asyncio  # noqa: PLC0415 - heavy, only this command needs it

    from bosman_agent.cli.doctor import agent, bus, context, installation, network, scans  # noqa: PLC0415 - as above
    from bosman_agent.platform import diagnostics  # noqa: PLC0415 - as above

    about = context.read_context(data)
    groups: list[Awaitable[list[Finding]]] = [
        _bounded("installation", asyncio.to_thread(installation.check_installation, about)),
        _bounded("names", network.check_names(about)),
        _bounded("gateway", network.check_gateway(about)),
        _bounded("bus", bus.check_bus(about)),
        _bounded("proxy", asyncio.to_thread(network.check_proxies, about)),
        _bounded("agent", asyncio.to_thread(agent.check_agent, about)),
        _bounded("platform", asyncio.to_thread(diagnostics.platform_findings)),
        _bounded("updates", diagnostics.update_findings()),
        _bounded("scan", asyncio.to_thread(scans.check_last_scan, about)),
    ]
    return [item for group in await asyncio.gather(*groups) for item in group]


async def _bounded(name: str, group: "Awaitable[list[Finding]]") -> "list[Finding]":
    import asyncio  # noqa: PLC0415 - heavy, only this command needs it

    from bosman_agent.platform.diagnostics.finding import finding  # noqa: PLC0415 - as above

    try:
        async with asyncio.timeout(ALL_SECONDS):
            return await group
    except TimeoutError:
        return [finding(name, "problem", "doctor.too_slow", seconds=round(ALL_SECONDS))]
    except Exception as error:  # noqa: BLE001 - one check that fails must not cost the others
        return [finding(name, "problem", "doctor.check_failed", detail=f"{type(error).__name__}: {error}"[:300])]


def _print_json(found: "list[Finding]") -> None:
    import msgspec  # noqa: PLC0415 - heavy, only this command needs it

    rows = [{"check": item.check, "verdict": item.verdict, "key": item.key, "params": item.params} for item in found]
    sys.stdout.write(msgspec.json.encode({"findings": rows}).decode() + "\n")


def _print_text(found: "list[Finding]") -> None:
    encoding = sys.stdout.encoding or "ascii"
    lines = [(item.verdict, item.check, _sentence(item)) for item in found]
    width = max(len(check) for _, check, _ in lines)
    try:
        "".join(_MARKS.values()).encode(encoding)
        marks = _MARKS
    except UnicodeEncodeError:
        marks = _PLAIN_MARKS
    for verdict, check, sentence in lines:
        line = f"{marks[verdict]} {check:<{width}}  {sentence}\n"
        sys.stdout.write(line.encode(encoding, "replace").decode(encoding))


def _sentence(item: "Finding") -> str:
    params = dict(item.params)
    code = str(params.get("code") or "connection.none")
    return text(item.key, **params, reason=text(code) if known(code) else code)
