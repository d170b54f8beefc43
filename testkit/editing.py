"""Changing what has just been read, as the web does: with the version that was seen."""

from typing import Any

import httpx


async def edit(client: httpx.AsyncClient, path: str, body: Any, method: str = "PATCH") -> httpx.Response:
    """Read what stands at a path, and send changes to it; where it may not be read they name a version all the same."""
    found = await client.get(path)
    version = found.json().get("version", 0)
    return await client.request(method, path, json=body, headers={"if-match": f'"{version}"'})
