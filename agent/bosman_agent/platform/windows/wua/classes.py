"""The class of an update, by the ids of its categories: their names are in the language of the machine.

The ids are Microsoft's (MSDN ff357803, "Classification GUIDs"); those of drivers and upgrades are not in that list and
are known from update catalogues.
"""

from collections.abc import Iterable

from bosman_protocol.reports import UpdateClass

SECURITY = "0fa1201d-4330-4fa8-8ae9-b877473b6441"
CRITICAL = "e6cf1350-c01b-414d-a61f-263d14d133b4"
DEFINITIONS = "e0789628-ce08-4437-be74-2495b842f43b"
UPDATE_ROLLUPS = "28bc880e-0592-4cbf-8f95-c79b17911d5f"
UPDATES = "cd5ffd1e-e932-4e3a-bf74-18bf0b1bbd83"
SERVICE_PACKS = "68c5b0a3-d1a6-4553-ae49-01d3a7827828"
FEATURE_PACKS = "b54e7d24-7add-428f-8b75-90a396fa584f"
TOOLS = "b4832bd8-e735-4761-8daf-37f882276dab"
DRIVERS = "ebfc1fc5-71a4-4f7b-9aca-3b9a503104a0"
UPGRADES = "3689bdc8-b205-4af4-8d4a-a63924c5e9d5"

DRIVER_TYPE = 2
"""IUpdate.Type: 1 is software, 2 a driver."""


def classify(category_ids: Iterable[str], *, update_type: int, browse_only: bool) -> UpdateClass:
    """The first class that holds, since an update may be in several categories.

    1. driver: whatever else it is, it is installed by another rule (and may be a security update of firmware);
    2. feature: another version of Windows is a decision of its own, however it is labelled;
    3. optional, where Windows itself would only show it (previews), even if it is labelled as security;
    4. definition: there are several a day, and they must not drown the security updates that they are labelled as;
    5. security, then critical;
    6. optional: update rollups, service packs, feature packs, tools.

    MsrcSeverity does not count: cumulative updates often have none.
    """
    ids = {category.lower() for category in category_ids}
    if update_type == DRIVER_TYPE or DRIVERS in ids:
        return "driver"
    if UPGRADES in ids:
        return "feature"
    if browse_only:
        return "optional"
    if DEFINITIONS in ids:
        return "definition"
    if SECURITY in ids:
        return "security"
    return "critical" if CRITICAL in ids else "optional"
