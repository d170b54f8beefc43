"""MeshCentral with one real meshagent: `echo hi` over a persistent control socket."""

import asyncio
import base64
import itertools
import json
import os
import secrets
import ssl
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self

import aiohttp

from bench.harness.server import free_port
from bench.peers.cache import PeerUnavailableError, install_meshcentral, node_folder
from bench.peers.processes import PeerProcess

_START_SECONDS = 240.0
_ANSWER_SECONDS = 20.0
_USER = "bench"
_GROUP = "bench"


class MeshCentral:
    """`async with MeshCentral() as peer: await peer.measure(50)`.

    Its data stays in the cache: its keys take long to make.
    """

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._port = free_port()
        self._password = f"Aa1!{secrets.token_urlsafe(16)}"
        self._numbers = itertools.count()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._node = ""

    async def __aenter__(self) -> Self:
        """Install, start, connect an agent. Raises PeerUnavailableError."""
        try:
            async with asyncio.timeout(_START_SECONDS):
                await self._start()
        except (TimeoutError, OSError, aiohttp.ClientError) as error:
            await self._stack.aclose()
            raise PeerUnavailableError(f"MeshCentral: {error or type(error).__name__}") from error
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self._stack.aclose()

    async def measure(self, count: int) -> list[float]:
        """Milliseconds from sending the command to having its output, after some to warm up."""
        times = []
        for number in range(count + 5):
            began = time.perf_counter()
            await self._command()
            if number >= 5:
                times.append(1000 * (time.perf_counter() - began))
        return times

    async def _start(self) -> None:
        home = await asyncio.to_thread(install_meshcentral)
        data = home / "meshcentral-data"
        data.mkdir(exist_ok=True)
        (data / "config.json").write_text(json.dumps(_config(self._port)))
        node = node_folder()
        environment = {"PATH": f"{node}{os.pathsep}{os.environ['PATH']}"}
        program = [node / "node", home / "node_modules" / "meshcentral"]
        for arguments in (
            ["--createaccount", _USER, "--pass", self._password, "--email", "bench@bench.example"],
            ["--resetaccount", _USER, "--pass", self._password],
            ["--adminaccount", _USER],
        ):
            async with PeerProcess([*program, *arguments], home, environment) as once:
                await once.wait()
        server = await self._stack.enter_async_context(PeerProcess(program, home, environment))
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        session = await self._stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context))
        )
        self._socket = await self._open(session, server)
        mesh = await self._mesh()
        await self._run_agent(session, home, mesh)

    async def _open(self, session: aiohttp.ClientSession, server: PeerProcess) -> aiohttp.ClientWebSocketResponse:
        words = [base64.b64encode(word.encode()).decode() for word in (_USER, self._password)]
        while True:
            if server.ended:
                raise PeerUnavailableError(f"MeshCentral ended: {server.tail()}")
            try:
                socket = await session.ws_connect(
                    f"wss://127.0.0.1:{self._port}/control.ashx",
                    headers={"x-meshauth": ",".join(words)},
                    max_msg_size=0,
                )
            except (aiohttp.ClientError, OSError):
                await asyncio.sleep(0.5)
                continue
            first = await socket.receive_json(timeout=_ANSWER_SECONDS)
            if first.get("action") == "close":
                raise PeerUnavailableError(f"MeshCentral refused the sign-in: {first}")
            return socket

    async def _ask(self, message: dict[str, Any], **wanted: Any) -> dict[str, Any]:
        """Send, and return the first answer that has these values."""
        assert self._socket is not None
        await self._socket.send_json(message)
        while True:
            answer: dict[str, Any] = await self._socket.receive_json(timeout=_ANSWER_SECONDS)
            if all(answer.get(name) == value for name, value in wanted.items()):
                return answer

    async def _mesh(self) -> str:
        for _ in range(2):
            for mesh in (await self._ask({"action": "meshes"}, action="meshes"))["meshes"]:
                if mesh["name"] == _GROUP:
                    return str(mesh["_id"])
            await self._ask(
                {"action": "createmesh", "meshname": _GROUP, "meshtype": 2, "responseid": "mesh"}, responseid="mesh"
            )
        raise PeerUnavailableError("MeshCentral made no device group")

    async def _run_agent(self, session: aiohttp.ClientSession, home: Path, mesh: str) -> None:
        folder = home / "agent"
        folder.mkdir(exist_ok=True)
        program = folder / "meshagent"
        program.write_bytes((home / "node_modules/meshcentral/agents/meshagent_x86-64").read_bytes())
        program.chmod(0o700)
        settings = f"https://127.0.0.1:{self._port}/meshsettings"
        async with session.get(settings, params={"id": mesh.rsplit("/", maxsplit=1)[-1]}) as answer:
            answer.raise_for_status()
            (folder / "meshagent.msh").write_bytes(await answer.read())
        await self._stack.enter_async_context(PeerProcess([program, "connect"], folder))
        while not self._node:
            nodes = (await self._ask({"action": "nodes"}, action="nodes"))["nodes"]
            online = [node["_id"] for group in nodes.values() for node in group if node.get("conn", 0) & 1]
            self._node = online[0] if online else ""
            await asyncio.sleep(0.5)
        await asyncio.sleep(5)  # a fresh agent first reports its hardware

    async def _command(self) -> None:
        response = f"run{next(self._numbers)}"
        message = {
            "action": "runcommands", "nodeids": [self._node], "type": 0, "cmds": "echo hi", "responseid": response,
            "runAsUser": 0, "reply": True,
        }  # fmt: skip
        answer = await self._ask(message, responseid=response)
        while "hi" not in str(answer.get("result")):
            assert self._socket is not None
            answer = await self._socket.receive_json(timeout=_ANSWER_SECONDS)


def _config(port: int) -> dict[str, Any]:
    settings = {
        "cert": "127.0.0.1", "port": port, "portBind": "127.0.0.1", "aliasPort": port, "redirPort": 0, "mpsPort": 0,
        "exactPorts": True, "WANonly": True, "selfUpdate": False, "autoBackup": False, "plugins": {"enabled": False},
        "agentUpdateSystem": 0, "agentPong": 300, "sessionTime": 60,
    }  # fmt: skip
    return {"settings": settings, "domains": {"": {"title": "bench", "newAccounts": False}}}
