"""The chunker: order, gaps, sizes, limits and what happens when the disk is full."""

import asyncio
import sqlite3
from typing import Any, Literal
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bosman_agent.journal.records import JournalFullError
from bosman_agent.outbox.output import CHUNK_CHARS, OutputWriter
from bosman_protocol.codes import Code
from bosman_protocol.limits import MAX_CHUNK_BYTES
from bosman_protocol.uplink import OutputChunk, decode_uplink, encoder

Pieces = list[tuple[Literal["stdout", "stderr"], str]]
pieces = st.lists(
    st.tuples(st.sampled_from(["stdout", "stderr"]), st.text(st.characters(codec=None), max_size=50)), max_size=30
)


class Store:
    """Keeps what was committed."""

    def __init__(self) -> None:
        self.commits: list[list[OutputChunk]] = []
        self.error: Exception | None = None

    async def __call__(self, chunks: list[OutputChunk], _count: int) -> None:
        await asyncio.sleep(0)
        if self.error is not None:
            raise self.error
        self.commits.append(chunks)

    @property
    def chunks(self) -> list[OutputChunk]:
        return [chunk for commit in self.commits for chunk in commit]


async def write_all(parts: Pieces, *, pause_after: int = 1000, **options: Any) -> tuple[list[OutputChunk], Store, int]:
    store = Store()
    writer = OutputWriter(uuid4(), store, interval_seconds=0.001, **options)
    for number, (stream, text) in enumerate(parts):
        writer.write(stream, text)
        if number % pause_after == 0:
            await asyncio.sleep(0.002)
    rest = await writer.close()
    return store.chunks + rest, store, writer.chunk_count


def cleaned(parts: Pieces, stream: str) -> str:
    return "".join(text.encode("utf-8", "replace").decode() for name, text in parts if name == stream).replace("\0", "")


class TestWrite:
    @given(parts=pieces, pause_after=st.integers(1, 5))
    @settings(max_examples=60, deadline=None)
    def test_nothing_is_lost_or_reordered_and_numbers_have_no_gaps(self, parts: Pieces, pause_after: int) -> None:
        chunks, _, count = asyncio.run(write_all(parts, pause_after=pause_after))

        assert [chunk.seq for chunk in chunks] == list(range(count))
        for stream in ("stdout", "stderr"):
            assert "".join(chunk.text for chunk in chunks if chunk.stream == stream) == cleaned(parts, stream)
        for chunk in chunks:
            assert decode_uplink(encoder.encode(chunk)) == chunk

    async def test_first_text_leaves_at_once(self) -> None:
        store = Store()
        writer = OutputWriter(uuid4(), store, interval_seconds=3600)
        writer.write("stdout", "now")
        for _ in range(5):
            await asyncio.sleep(0)

        assert [chunk.text for chunk in store.chunks] == ["now"]
        await writer.close()

    async def test_text_that_pours_is_bundled(self) -> None:
        store = Store()
        writer = OutputWriter(uuid4(), store, interval_seconds=3600)
        for number in range(100):
            writer.write("stdout", f"{number}\n")
            await asyncio.sleep(0)
        rest = await writer.close()

        assert len(store.commits) == 1
        assert len(rest) == 1
        assert store.chunks[0].text + rest[0].text == "".join(f"{number}\n" for number in range(100))

    @pytest.mark.parametrize("char", ["x", "ż", "🚢", "\x01"])
    async def test_long_text_is_cut_to_chunks_that_the_wire_takes(self, char: str) -> None:
        chunks, _, _ = await write_all([("stdout", char * (CHUNK_CHARS * 2 + 1))])

        assert [len(chunk.text) for chunk in chunks] == [CHUNK_CHARS, CHUNK_CHARS, 1]
        assert all(len(chunk.text.encode()) <= MAX_CHUNK_BYTES for chunk in chunks)

    async def test_output_beyond_the_limit_is_cut_off_and_said_so_once(self) -> None:
        chunks, _, _ = await write_all([("stdout", "x" * 10)] * 20, limit_bytes=55)

        assert "".join(chunk.text for chunk in chunks if chunk.stream == "stdout") == "x" * 50
        assert [chunk.text for chunk in chunks if chunk.stream == "system"] == [Code.OUTPUT_TRUNCATED]

    async def test_full_outbox_cuts_off_too(self) -> None:
        chunks, _, _ = await write_all([("stdout", "x")], has_room=lambda: False)

        assert [(chunk.stream, chunk.text) for chunk in chunks] == [("system", Code.OUTPUT_TRUNCATED)]

    @pytest.mark.parametrize("error", [JournalFullError("full"), sqlite3.OperationalError("disk I/O error")])
    async def test_chunks_that_cannot_be_stored_leave_no_gap(self, error: Exception) -> None:
        store = Store()
        writer = OutputWriter(uuid4(), store, interval_seconds=0.001)
        writer.write("stdout", "kept")
        await asyncio.sleep(0.01)
        store.error = error
        writer.write("stdout", "lost")
        await asyncio.sleep(0.01)
        writer.write("stdout", "lost too")
        rest = await writer.close()

        assert [(chunk.seq, chunk.text) for chunk in store.chunks + rest] == [
            (0, "kept"),
            (1, Code.OUTPUT_TRUNCATED.value),
        ]

    async def test_nothing_is_taken_after_the_end(self) -> None:
        store = Store()
        writer = OutputWriter(uuid4(), store)
        await writer.close()
        writer.write("stdout", "late")
        await asyncio.sleep(0.01)

        assert store.chunks == [] and writer.chunk_count == 0
