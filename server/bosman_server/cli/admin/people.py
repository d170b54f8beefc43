"""`bosman admin` for accounts."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from sqlalchemy import delete, select

from bosman_server.cli.admin.bus import open_bus
from bosman_server.cli.admin.emergency import Yes, actor, confirm, find_tenant, find_user
from bosman_server.cli.installation import StateDir, fail, find_settings, open_database
from bosman_server.core.audit.service import PLATFORM_TENANT, record
from bosman_server.core.identity import api_keys, rate_limits, second_factor, second_factor_guesses
from bosman_server.core.identity.models import Membership, Session
from bosman_server.core.identity.passwords_change import RESET_VALID, new_link
from bosman_server.core.identity.permissions import Role
from bosman_server.kit.bus.rights import ANSWERS
from bosman_server.kit.db.scope import ALL_TENANTS
from bosman_server.kit.db.transaction import Transaction
from bosman_server.settings import Settings

Result = TypeVar("Result")
Email = Annotated[str, typer.Argument(help="Whose account.")]
_GATHER_SECONDS = 1.5


def _in_database(state_dir: Path | None, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
    """One transaction of the worker's role; stands or falls as a whole."""

    async def run() -> Result:
        async with open_database(find_settings(state_dir)) as database, database.writing(ALL_TENANTS) as tx:
            return await work(tx)

    return asyncio.run(run())


async def _name(tx: Transaction, email: str) -> str:
    user = await find_user(tx.session, email)
    return f"{user.name} <{user.email}>"


def reset_totp(email: Email, state_dir: StateDir = None, yes: Yes = False) -> None:  # noqa: FBT002 - typer makes it a flag
    """Somebody lost phone and recovery codes: the next sign-in sets up a new authenticator app."""
    name = _in_database(state_dir, lambda tx: _name(tx, email))
    confirm(
        f"{name}: the authenticator app and all recovery codes stop working, all sessions end.\n"
        "Whoever knows the password can then set up a new app: make sure that it is really they who ask.",
        email,
        yes=yes,
    )

    async def work(tx: Transaction) -> None:
        user = await find_user(tx.session, email)
        await second_factor.forget_totp(tx.session, user.id)
        record(tx, PLATFORM_TENANT, actor(), "user.totp_reset", target=("user", user.id))

    _in_database(state_dir, work)
    typer.echo("Done. Ask them to sign in and to set up the app at once.")


def reset_password(email: Email, state_dir: StateDir = None, yes: Yes = False) -> None:  # noqa: FBT002 - as above
    """Somebody forgot their password and no mail reaches them: print a link that sets a new one, once."""
    settings = find_settings(state_dir)
    name = _in_database(state_dir, lambda tx: _name(tx, email))
    confirm(
        f"{name}: whoever opens the link within {int(RESET_VALID.total_seconds() // 60)} minutes sets a new password.\n"
        "All sessions end then; the second factor is still asked for.",
        email,
        yes=yes,
    )

    async def work(tx: Transaction) -> str:
        user = await find_user(tx.session, email)
        record(tx, PLATFORM_TENANT, actor(), "user.password_reset_request", target=("user", user.id))
        return await new_link(tx.session, user.id, settings.browser_url)

    typer.echo(_in_database(state_dir, work))


def unlock(email: Email, state_dir: StateDir = None, yes: Yes = False) -> None:  # noqa: FBT002 - as above
    """Too many wrong attempts: forget them, in every running api process."""
    settings = find_settings(state_dir)
    name = _in_database(state_dir, lambda tx: _name(tx, email))
    confirm(f"{name}: wrong passwords and codes given so far are forgotten.", email, yes=yes)

    async def work(tx: Transaction) -> None:
        user = await find_user(tx.session, email)
        await second_factor_guesses.right(tx.session, user)
        record(tx, PLATFORM_TENANT, actor(), "user.unlock", target=("user", user.id))

    _in_database(state_dir, work)
    told = asyncio.run(_tell(settings, email.strip().lower()))
    if not told:
        raise fail(
            "Wrong codes are forgotten. No api process answered: limits on passwords are kept in its memory,"
            " and end by themselves within minutes, or with a restart of the api."
        )
    typer.echo(f"Done in {told} api process{'es' if told > 1 else ''}.")


async def _tell(settings: Settings, email: str) -> int:
    async with open_bus(settings) as bus:
        if bus is None:
            return 0
        inbox, answers = f"{ANSWERS}.{secrets.token_hex(16)}", 0
        subscription = await bus.subscribe(inbox)
        await bus.publish(rate_limits.UNLOCK_SUBJECT, email.encode(), reply=inbox)
        try:
            async with asyncio.timeout(_GATHER_SECONDS):
                while True:
                    await subscription.next_msg(timeout=_GATHER_SECONDS)
                    answers += 1
        except TimeoutError:
            return answers


def end_sessions(
    email: Email,
    state_dir: StateDir = None,
    keys: Annotated[bool, typer.Option("--api-keys", help="Their API keys end as well.")] = False,  # noqa: FBT002 - as above
    yes: Yes = False,  # noqa: FBT002 - as above
) -> None:
    """Sign somebody out everywhere, at once."""
    name = _in_database(state_dir, lambda tx: _name(tx, email))
    rest = "API keys of theirs end, too." if keys else "API keys of theirs keep working (--api-keys ends them)."
    confirm(f"{name}: signed out everywhere. {rest}", email, yes=yes)

    async def work(tx: Transaction) -> int:
        user = await find_user(tx.session, email)
        gone = (await tx.session.scalars(delete(Session).where(Session.user_id == user.id).returning(Session.id))).all()
        after = {"count": len(gone)}
        if keys:
            of_user = await tx.session.scalars(select(Membership.tenant_id).where(Membership.user_id == user.id))
            after["api_keys"] = await api_keys.end_all(tx, actor(), of_user.all(), user.id)
        record(tx, PLATFORM_TENANT, actor(), "session.end_all", target=("user", user.id), after=after)
        return len(gone)

    typer.echo(f"Done; sessions ended: {_in_database(state_dir, work)}.")


def add_owner(
    email: Email,
    tenant: Annotated[str, typer.Argument(help="Name or id of the tenant.")],
    state_dir: StateDir = None,
    yes: Yes = False,  # noqa: FBT002 - as above
) -> None:
    """Make somebody an Owner of a tenant, when its last Owner is gone."""

    async def read(tx: Transaction) -> tuple[str, str]:
        return await _name(tx, email), (await find_tenant(tx.session, tenant)).name

    name, tenant_name = _in_database(state_dir, read)
    confirm(f"{name} becomes Owner of {tenant_name}: full rights over all its devices and people.", email, yes=yes)

    async def work(tx: Transaction) -> None:
        user, found = await find_user(tx.session, email), await find_tenant(tx.session, tenant)
        held = await tx.session.get(Membership, (found.id, user.id), with_for_update=True)
        before = {"role": held.role, "site_ids": held.site_ids} if held else None
        if held is None:
            held = Membership(tenant_id=found.id, user_id=user.id)
            tx.session.add(held)
        held.role, held.site_ids = Role.OWNER.value, None
        target, after = ("user", user.id), {"role": Role.OWNER.value, "site_ids": None}
        record(tx, found.id, actor(), "member.update", target=target, before=before, after=after)

    _in_database(state_dir, work)
    typer.echo("Done.")


def make_operator(
    email: Email,
    state_dir: StateDir = None,
    take_away: Annotated[bool, typer.Option("--take-away", help="They stop being one.")] = False,  # noqa: FBT002 - as above
    yes: Yes = False,  # noqa: FBT002 - as above
) -> None:
    """Make somebody an operator of this installation: may freeze the whole fleet."""
    name = _in_database(state_dir, lambda tx: _name(tx, email))
    what = "stops being an operator" if take_away else "becomes an operator"
    confirm(f"{name} {what} of this installation.", email, yes=yes)

    async def work(tx: Transaction) -> None:
        user = await find_user(tx.session, email)
        before, user.is_operator = {"is_operator": user.is_operator}, not take_away
        target, after = ("user", user.id), {"is_operator": user.is_operator}
        record(tx, PLATFORM_TENANT, actor(), "user.operator", target=target, before=before, after=after)

    _in_database(state_dir, work)
    typer.echo("Done.")
