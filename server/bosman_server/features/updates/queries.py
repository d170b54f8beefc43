"""The list of a device's pending updates."""

from sqlalchemy import BigInteger, String, Uuid, any_, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from bosman_server.features.updates.models import PendingUpdate
from bosman_server.kit.db.lists import FastList, Filter, SortKey

_RANKS = {"security": 0, "critical": 1, "optional": 2, "feature": 3, "driver": 4, "definition": 5}
_rank = case(_RANKS, value=PendingUpdate.update_class, else_=6)
_search = (
    PendingUpdate.name
    + " "
    + PendingUpdate.title
    + " "
    + func.coalesce(PendingUpdate.kb, "")
    + " "
    + func.coalesce(cast(PendingUpdate.cve_ids, String()), "")
)

PENDING = FastList(
    base=select(
        PendingUpdate.id,
        PendingUpdate.name,
        PendingUpdate.title,
        PendingUpdate.kb,
        PendingUpdate.update_class.label("class"),
        PendingUpdate.installed_version,
        PendingUpdate.available_version,
        PendingUpdate.size_bytes,
        PendingUpdate.released_at,
        PendingUpdate.origin,
        PendingUpdate.requires_restart,
        PendingUpdate.severity,
        func.coalesce(PendingUpdate.cve_ids, cast(literal("[]", String()), JSONB)).label("cve_ids"),
        PendingUpdate.has_eula,
        PendingUpdate.restart_behavior,
        PendingUpdate.is_exclusive,
        PendingUpdate.is_hidden,
        PendingUpdate.needs_input,
        PendingUpdate.support_url,
    ),
    row_id=PendingUpdate.id,
    sorts={
        "class": SortKey(func.concat(_rank, func.lower(PendingUpdate.name)), str),
        "name": SortKey(func.lower(PendingUpdate.name), str),
        "size_bytes": SortKey(func.coalesce(PendingUpdate.size_bytes, -1).cast(BigInteger), int, "desc"),
    },
    default_sort="class",
    filters={
        "device_id": Filter(Uuid(), lambda value: PendingUpdate.device_id == value),
        "class": Filter(ARRAY(String()), lambda value: PendingUpdate.update_class == any_(value)),
        "q": Filter(String(), lambda value: func.strpos(func.lower(_search), func.lower(value)) > 0),
    },
)
