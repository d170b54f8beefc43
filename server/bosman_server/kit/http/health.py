"""Whether this process is alive, and whether it is of use right now."""

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bosman_server.kit.runtime import Runtime


async def healthz(_: Request) -> Response:
    """The event loop turns."""
    return PlainTextResponse("ok\n")


async def readyz(request: Request) -> Response:
    """Database and bus answer; 503 names what does not."""
    runtime: Runtime = request.app.state.runtime
    checks = {"database": await runtime.database.is_up(), "bus": runtime.bus.is_connected}
    status = 200 if all(checks.values()) else 503
    return Response(msgspec.json.encode(checks), status_code=status, media_type="application/json")
