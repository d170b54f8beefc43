"""The route of live changes."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.core.identity.stream_guard import StreamGuard, place_keys
from bosman_server.core.live.stream import ChangeStream
from bosman_server.kit.http.fair import LongAnswer
from bosman_server.kit.http.openapi import ref
from bosman_server.kit.http.sse import event_stream
from bosman_server.kit.live import Change
from bosman_server.kit.runtime import CurrentRuntime

router = APIRouter(tags=["tasks"])


_EVENTS = {
    "description": (
        "The events `ready`, `change` (its data is the schema), `heartbeat` after 15 s of silence, "
        "and `reload`: read everything again."
    ),
    "content": {"text/event-stream": {"schema": ref(Change)}},
}


@router.get("/events", response_class=Response, responses={200: _EVENTS})
async def stream_changes(
    access: Annotated[Access, require(Permission.DEVICE_READ)], runtime: CurrentRuntime, request: Request
) -> LongAnswer:
    """What changes of what the user may read, as server-sent events."""
    guard = StreamGuard(request, access.subject)
    changes = ChangeStream(runtime, access, guard, request.app.state.web_version)
    return event_stream(changes.events(), place_keys(access.subject))
