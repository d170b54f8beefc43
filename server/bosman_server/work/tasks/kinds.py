"""Kinds of tasks that belong to the engine itself."""

import hashlib

from bosman_protocol.work import TaskKind
from bosman_server.core.identity.permissions import Permission
from bosman_server.core.specs.kind_spec import KindSpec, Params, declare

_AUDITED_SOURCE_BYTES = 16 * 1024
"""A script up to this size stands in the audit trail as a whole, a longer one by its hash."""


def _script_for_audit(params: Params) -> Params:
    source = str(params["source"]).encode()
    found = params | {"source_sha256": hashlib.sha256(source).hexdigest()}
    if len(source) > _AUDITED_SOURCE_BYTES:
        del found["source"]
    return found


KINDS = declare(
    KindSpec(kind=TaskKind.DIAGNOSTICS_ECHO, timeout_seconds=300),
    KindSpec(kind=TaskKind.SYSTEM_RESTART, timeout_seconds=300, permission=Permission.SYSTEM_RESTART),
    KindSpec(
        kind=TaskKind.SCRIPT_RUN,
        timeout_seconds=3600,
        permission=Permission.SCRIPT_RUN,
        audit_view=_script_for_audit,
    ),
)
