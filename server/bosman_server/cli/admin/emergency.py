"""What every emergency command needs: whom it is about, the name of whoever types, and a question first."""

import getpass
import os
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.text import clean_text
from bosman_server.cli.installation import fail
from bosman_server.core.audit.service import Actor
from bosman_server.core.identity.models import User
from bosman_server.fleet.tenancy.models import Tenant

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def actor() -> Actor:
    """The person at the console, as far as the system knows them."""
    account = getpass.getuser()
    behind = os.environ.get("SUDO_USER")
    name = f"{behind} (as {account})" if behind and behind != account else account
    return Actor("system", None, clean_text(f"bosman admin: {name}", 120))


def confirm(consequences: str, word: str, *, yes: bool) -> None:
    """Say what will happen and have `word` typed. Exits when something else is."""
    typer.echo(consequences)
    if yes:
        return
    try:
        typed = input(f"Type {word} to go on: ")
    except EOFError:
        typed = ""
    if typed.strip().casefold() != word.casefold():
        raise fail("Nothing was changed.")


async def find_user(session: AsyncSession, email: str) -> User:
    """The account of an address. Exits with what to do when there is none."""
    user = await session.scalar(select(User).where(User.email == email.strip().lower()))
    if user is None:
        raise fail(f"Nobody has an account with {email}. Check the address.")
    return user


async def find_tenant(session: AsyncSession, name: str) -> Tenant:
    """A tenant by its name or id. Exits with the names there are when it is neither."""
    try:
        tenant = await session.get(Tenant, UUID(name))
    except ValueError:
        named = (await session.scalars(select(Tenant).where(Tenant.name == name).order_by(Tenant.created_at))).all()
        if len(named) > 1:
            ids = ", ".join(str(one.id) for one in named)
            raise fail(f"Several tenants have the name {name!r}. Say which by its id: {ids}.") from None
        tenant = named[0] if named else None
    if tenant is None:
        names = (await session.scalars(select(Tenant.name).order_by(Tenant.name).limit(20))).all()
        raise fail(f"There is no tenant {name!r}. The first ones there are: {', '.join(names) or 'none'}.")
    return tenant
