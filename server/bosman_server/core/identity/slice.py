"""People, their sessions and keys, and what they may do where."""

from bosman_server.core.identity import (
    account_api,
    api,
    invitations_api,
    keys_api,
    list_views_api,
    members_api,
    profile_api,
)
from bosman_server.core.specs.slice_spec import Slice

SLICE = Slice(
    routers=(
        api.router,
        account_api.router,
        profile_api.router,
        list_views_api.router,
        members_api.router,
        invitations_api.router,
        keys_api.router,
    )
)
