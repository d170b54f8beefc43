"""Kinds of tasks about updates and applications."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from bosman_protocol.codes import Code
from bosman_protocol.work import TaskKind
from bosman_server.core.identity.permissions import Permission
from bosman_server.core.specs.kind_spec import KindSpec, Params, declare
from bosman_server.features.updates.service import titles_of
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.transaction import Connection
from bosman_server.kit.problems import Problem
from bosman_server.kit.values import JsonView

_MOST_TITLES = 100
"""Updates that are named, the first ones: whatever their words are, the parameters still fit into one message."""
_MOST_LETTERS = 200


def _updates_are_chosen(params: JsonView) -> None:
    if params["select"] == "chosen" and not params["updates"]:
        raise Problem(422, Code.UPDATES_NONE_SELECTED)


def _apps_are_chosen(params: JsonView) -> None:
    if params["select"] == "chosen" and not params["apps"]:
        raise Problem(422, Code.UPDATES_NONE_SELECTED)


async def add_titles(connection: Connection, tenant_id: TenantId, params: Params, device_ids: Sequence[UUID]) -> Params:
    """The parameters, with title and KB of each chosen update that one of these devices has reported.

    Windows knows an update by a GUID. The words are those of the tenant's own devices, never of whoever asks for
    the work: an approver must not be told of another update.
    """
    chosen = params["updates"]
    if not chosen:
        return params
    known = await titles_of(connection, tenant_id, device_ids, [choice["name"] for choice in chosen[:_MOST_TITLES]])
    return {**params, "updates": [_named(choice, known) for choice in chosen]}


def _named(choice: Mapping[str, str], known: Mapping[tuple[str, str], tuple[str, str | None]]) -> dict[str, str]:
    named = {"name": choice["name"], "version": choice["version"]}
    title, kb = known.get((choice["name"], choice["version"]), ("", None))
    if title:
        named["title"] = title[:_MOST_LETTERS]
    if kb:
        named["kb"] = kb
    return named


KINDS = declare(
    # Longer than the agent lets a search of Windows hang: it is the agent that can say what happened.
    KindSpec(kind=TaskKind.UPDATES_SCAN, timeout_seconds=2100),
    KindSpec(
        kind=TaskKind.UPDATES_INSTALL,
        timeout_seconds=4 * 3600,
        permission=Permission.UPDATE_INSTALL,
        fresh="many",
        check=_updates_are_chosen,
        enrich=add_titles,
    ),
    KindSpec(kind=TaskKind.UPDATES_HISTORY, timeout_seconds=600),
    KindSpec(kind=TaskKind.UPDATES_UNINSTALL, timeout_seconds=2 * 3600, permission=Permission.UPDATE_INSTALL),
    KindSpec(kind=TaskKind.APPS_SCAN, timeout_seconds=900),
    KindSpec(
        kind=TaskKind.APPS_UPGRADE,
        timeout_seconds=2 * 3600,
        permission=Permission.UPDATE_INSTALL,
        fresh="many",
        check=_apps_are_chosen,
    ),
)
