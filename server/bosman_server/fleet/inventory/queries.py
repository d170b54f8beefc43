"""The list of a device's software."""

from uuid import UUID

from sqlalchemy import func

from bosman_server.fleet.inventory.models import Software
from bosman_server.fleet.inventory.schemas import SoftwareOut
from bosman_server.kit.db.list_spec import SortKey, by_text, equal, search
from bosman_server.kit.db.lists import ListSpec

SOFTWARE = ListSpec(
    root=Software,
    row=SoftwareOut,
    sorts={
        "name": by_text(Software.name),
        "version": SortKey(Software.version),
        "publisher": by_text(func.coalesce(Software.publisher, "")),
    },
    default_sort="name",
    filters={"q": search(Software.name, func.coalesce(Software.publisher, ""))},
    path_filters={"device_id": equal(Software.device_id, UUID)},
    tenant_parameter=None,
)
