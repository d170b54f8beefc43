"""`bosman audit`: whether the audit trail still is what was written."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

import asyncpg
import msgspec
import typer

from bosman_server.core.audit.chain import Head
from bosman_server.core.audit.verify import Fault, Finding, Report, verify
from bosman_server.kit.crypto.encryption import PLATFORM
from bosman_server.kit.crypto.keyring import KeyMissingError, Keyring
from bosman_server.kit.db.rls import WORKER_ROLE
from bosman_server.settings import Settings

app = typer.Typer(help="The audit trail.", no_args_is_help=True, add_completion=False)
_PLATFORM_NAME = "platform"
_SAYS = {
    Fault.CHANGED: "the entry was changed after it was sealed",
    Fault.MISSING: "the entry was removed",
    Fault.OUT_OF_ORDER: "another entry was sealed in this place: entries were swapped",
    Fault.LINK_CHANGED: "the link was changed; its entry is as it was sealed",
    Fault.LINK_MISSING: "links were removed from here on",
    Fault.REWRITTEN: "entry and links were written by somebody without this audit key, or the key is another",
    Fault.CUT_OFF: "the chain ends before the head that was expected: its end was cut off",
    Fault.NEVER_SEALED: "waits for more than five minutes: does a worker run?",
    Fault.NOT_WAITING: "neither sealed nor waiting to be: its link was removed, or it was written by going around",
    Fault.REMOVED_UNSEALED: "the entry was removed before it could be sealed",
    Fault.NO_TRAIL: "nothing at all was found, though there must be entries",
}


@dataclass(slots=True)
class _Request:
    dsn: str
    key: bytes
    tenant: str | None
    expected: dict[UUID, list[Head]] = field(default_factory=dict)


@app.callback()
def _audit() -> None:
    """The audit trail."""


@app.command("verify")
def verify_trail(
    tenant: Annotated[str | None, typer.Option(help="Only this tenant: its id, its name, or `platform`.")] = None,
    expect_head: Annotated[
        list[str] | None, typer.Option(help="TENANT:SEQ:HASH that was kept elsewhere; may be repeated.")
    ] = None,
) -> None:
    """Walk every hash chain. Exit status 1 and the first broken entry of each tenant, or 0 and the heads."""
    settings = Settings()
    request = _Request(_dsn(settings), _key(settings), tenant)
    for text in expect_head or []:
        tenant_id, head = _head(text)
        request.expected.setdefault(tenant_id, []).append(head)
    if not asyncio.run(_run(request)):
        raise typer.Exit(1)


def _fail(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(2)


def _dsn(settings: Settings) -> str:
    if settings.worker_database_url is not None:
        return settings.worker_database_url.get_secret_value()
    about = settings.state_dir / "up.json"
    if not about.exists():
        raise _fail("BOSMAN_WORKER_DATABASE_URL is not set, and `bosman up` does not run here (BOSMAN_STATE_DIR).")
    return str(msgspec.json.decode(about.read_bytes())["database_urls"][WORKER_ROLE])


def _key(settings: Settings) -> bytes:
    try:
        return Keyring(settings.state_dir / "keys").audit()
    except KeyMissingError as error:
        raise _fail(f"The audit key is missing: {error}") from None


def _head(text: str) -> tuple[UUID, Head]:
    try:
        tenant, seq, digest = text.split(":")
        head = Head(int(seq), bytes.fromhex(digest))
        return PLATFORM if tenant == _PLATFORM_NAME else UUID(tenant), head
    except ValueError:
        raise _fail(f"Not a head (TENANT:SEQ:HASH): {text[:200]}") from None


async def _run(request: _Request) -> bool:
    connection = await asyncpg.connect(request.dsn, timeout=10)
    try:
        names = {row["id"]: row["name"] for row in await connection.fetch("SELECT id, name FROM tenancy_tenant")}
        names[PLATFORM] = _PLATFORM_NAME
        only = _find(request.tenant, names)
        started, links, broken = time.perf_counter(), 0, 0
        async for report in verify(connection, request.key, only=only, expected=request.expected):
            typer.echo(_line(report, names))
            links += report.head.seq
            broken += report.finding is not None
    finally:
        await connection.close(timeout=5)
    seconds = time.perf_counter() - started
    verdict = f"{broken} BROKEN" if broken else "all chains hold"
    typer.echo(f"{verdict}: {links:,} entries in {seconds:.1f} s ({links / max(seconds, 1e-9):,.0f}/s)")
    return broken == 0


def _find(wanted: str | None, names: Mapping[UUID, object]) -> UUID | None:
    if wanted is None:
        return None
    for tenant_id, name in names.items():
        if wanted in {name, str(tenant_id)}:
            return tenant_id
    try:
        return UUID(wanted)  # a tenant that is gone; its trail is not
    except ValueError:
        raise _fail(f"No such tenant: {wanted[:200]}") from None


def _line(report: Report, names: Mapping[UUID, object]) -> str:
    name = names.get(report.tenant_id, "removed tenant")
    text = f"{name}: {report.head.seq:,} entries, head {report.tenant_id}:{report.head.seq}:{report.head.hash.hex()}"
    if report.waiting:
        text += f", {report.waiting:,} not sealed yet"
    if report.late:
        text += f", {report.late:,} sealed late"
    return text if report.finding is None else f"{text}\n  BROKEN {_finding(report.finding)}"


def _finding(finding: Finding) -> str:
    where = [f"at no. {finding.seq:,}"] if finding.seq is not None else []
    if finding.entry_id is not None:
        where.append(f"entry {finding.entry_id}")
    if finding.at is not None:
        where.append(finding.at.isoformat(timespec="seconds"))
    if finding.action is not None:
        where.append(repr(finding.action))
    return ", ".join(where) + f" ({finding.fault.value}): {_SAYS[finding.fault]}"
