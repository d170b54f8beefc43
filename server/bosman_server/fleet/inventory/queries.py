"""The list of a device's software."""

from sqlalchemy import String, Uuid, func, select

from bosman_server.fleet.inventory.models import Software
from bosman_server.kit.db.lists import FastList, Filter, SortKey

SOFTWARE = FastList(
    base=select(
        Software.id,
        Software.name,
        Software.version,
        Software.publisher,
        Software.architecture,
        Software.source,
        Software.installed_at,
        Software.scope,
        Software.user_name,
        Software.product_code,
    ),
    row_id=Software.id,
    sorts={
        "name": SortKey(func.lower(Software.name), str),
        "version": SortKey(Software.version, str),
        "publisher": SortKey(func.lower(func.coalesce(Software.publisher, "")), str),
    },
    default_sort="name",
    filters={
        "device_id": Filter(Uuid(), lambda value: Software.device_id == value),
        "q": Filter(
            String(),
            lambda value: (
                func.strpos(func.lower(Software.name + " " + func.coalesce(Software.publisher, "")), func.lower(value))
                > 0
            ),
        ),
    },
)
