"""Much at once in pieces that suit others: questions to the database asked together, long work done in turns."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Batcher(Generic[K, V]):
    """Answers single questions by few queries: a thousand agents that come back at once cost a handful."""

    def __init__(self, ask: Callable[[list[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._ask_all = ask
        self._wanted: dict[K, asyncio.Future[V | None]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V | None:
        """The answer for one key, None where there is none. Raises what the query raises."""
        if key not in self._wanted:
            self._wanted[key] = asyncio.get_running_loop().create_future()
        answer = self._wanted[key]
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._run())
        return await asyncio.shield(answer)

    async def _run(self) -> None:
        while self._wanted:
            wanted, self._wanted = self._wanted, {}
            try:
                found = await self._ask_all(list(wanted))
            except Exception as error:  # noqa: BLE001 - whoever asked gets it
                for future in wanted.values():
                    future.set_exception(error)
                    # Whoever asked may have given up meanwhile.
                    future.exception()
                continue
            for key, future in wanted.items():
                future.set_result(found.get(key))


async def in_turns(items: Sequence[V], size: int = 1000) -> AsyncIterator[Sequence[V]]:
    """The items in parts; between two of them other work of this event loop gets its turn."""
    for start in range(0, len(items), size):
        if start:
            await asyncio.sleep(0)
        yield items[start : start + size]
