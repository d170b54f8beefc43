"""The list of a device's pending updates."""

from uuid import UUID

from sqlalchemy import BigInteger, String, case, cast, func, literal
from sqlalchemy.dialects.postgresql import JSONB

from bosman_server.features.updates.models import PendingUpdate, UpdateClass
from bosman_server.features.updates.schemas import PendingUpdateOut
from bosman_server.kit.db.list_spec import SortKey, any_of, by_text, equal, search
from bosman_server.kit.db.lists import ListSpec

_RANKS = {"security": 0, "critical": 1, "optional": 2, "feature": 3, "driver": 4, "definition": 5}
_rank = case(_RANKS, value=PendingUpdate.update_class, else_=6)

PENDING = ListSpec(
    root=PendingUpdate,
    row=PendingUpdateOut,
    shown={
        "class": PendingUpdate.update_class,
        "cve_ids": func.coalesce(PendingUpdate.cve_ids, cast(literal("[]", String()), JSONB)),
    },
    sorts={
        "class": by_text(func.concat(_rank, PendingUpdate.name)),
        "name": by_text(PendingUpdate.name),
        "size_bytes": SortKey(func.coalesce(PendingUpdate.size_bytes, -1).cast(BigInteger), "desc"),
    },
    default_sort="class",
    filters={
        "q": search(
            PendingUpdate.name,
            PendingUpdate.title,
            func.coalesce(PendingUpdate.kb, ""),
            func.coalesce(cast(PendingUpdate.cve_ids, String()), ""),
        ),
        "class": any_of(PendingUpdate.update_class, UpdateClass),
    },
    path_filters={"device_id": equal(PendingUpdate.device_id, UUID)},
    tenant_parameter=None,
)
