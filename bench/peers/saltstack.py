"""A Salt master with one minion: `cmd.run "echo hi"` by a persistent LocalClient."""

import asyncio
import json
import shutil
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

from bench.harness.server import free_port
from bench.peers.cache import PeerUnavailableError, install_salt
from bench.peers.processes import PeerProcess

_MEASURE_SECONDS = 240.0


class Salt:
    """`async with Salt() as peer: await peer.measure(50)`."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._root = Path(tempfile.mkdtemp(prefix="bosman-salt-"))
        self._python = Path()

    async def __aenter__(self) -> Self:
        """Install and start. Raises PeerUnavailableError."""
        try:
            self._python = await asyncio.to_thread(install_salt)
            self._configure()
            for name in ("master", "minion"):
                command: list[str | Path] = [self._python.parent / f"salt-{name}", "-c", self._root / "etc"]
                await self._stack.enter_async_context(PeerProcess(command, self._root))
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self._stack.aclose()
        shutil.rmtree(self._root, ignore_errors=True)

    async def measure(self, count: int) -> list[float]:
        """Milliseconds from the call to the minion's answer. Raises PeerUnavailableError."""
        script = Path(__file__).with_name("salt_client.py")
        process = await asyncio.create_subprocess_exec(
            self._python, "-P", script, self._root / "etc" / "master", str(count),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            output, errors = await asyncio.wait_for(process.communicate(), _MEASURE_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise PeerUnavailableError("Salt: the minion did not answer") from None
        if process.returncode != 0:
            raise PeerUnavailableError(f"Salt: {errors.decode(errors='replace')[-500:]}")
        times: list[float] = json.loads(output.splitlines()[-1])
        return times

    def _configure(self) -> None:
        publish, answers = free_port(), free_port()
        folder = self._root / "etc"
        folder.mkdir()
        common = {"user": "root", "log_level": "warning"}
        master = {
            **common, **_places(self._root / "master"), "interface": "127.0.0.1", "publish_port": publish,
            "ret_port": answers, "auto_accept": True, "worker_threads": 3,
        }  # fmt: skip
        minion = {
            **common, **_places(self._root / "minion"), "id": "bench", "master": "127.0.0.1",
            "publish_port": publish, "master_port": answers,
        }  # fmt: skip
        # JSON is YAML.
        (folder / "master").write_text(json.dumps(master))
        (folder / "minion").write_text(json.dumps(minion))


def _places(root: Path) -> dict[str, str]:
    return {
        "root_dir": str(root),
        "pki_dir": str(root / "pki"),
        "cachedir": str(root / "cache"),
        "sock_dir": str(root / "run"),
        "log_file": str(root / "log"),
    }
