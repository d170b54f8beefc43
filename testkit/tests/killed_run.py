"""No test of its own: `test_warden.py` runs this and kills it while everything that tests start is running."""

import asyncio
import os
from pathlib import Path

from bosman_server.embedded.postgres import EmbeddedPostgres
from testkit.authority import Authority
from testkit.bus import NatsServer
from testkit.stack import forked, launched, temporary_stack


async def test_never_ends(tmp_path):
    NatsServer(tmp_path / "nats", Authority()).start()
    # A folder that PostgreSQL's account cannot enter: its data lie below /var/lib.
    server = EmbeddedPostgres(tmp_path / "postgres")
    await server.start()
    # Those that unit tests start do not even name their folders on their command lines.
    launch = forked if "PYTEST_XDIST_WORKER" in os.environ else launched
    with temporary_stack("--no-agent", launch=launch) as stack:
        said = {"pid": os.getpid(), "pids": stack.about()["pids"], "folders": [str(stack.state_dir), str(tmp_path)]}
        told = Path(os.environ["BOSMAN_KILLED_RUN"])
        told.with_suffix(".new").write_text(repr(said))
        told.with_suffix(".new").rename(told)
        await asyncio.Event().wait()
