"""What leaves for a terminal is not obeyed there (L9)."""

import json
from datetime import UTC, datetime

import pytest

from bosman_server.core.audit.models import AuditEntry
from bosman_server.core.identity.permissions import Role
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.plain import escaped_json, shown, visible
from bosman_server.work.tasks.models import Chunk
from testkit.scene import make_scene

EVIL = "ok\x1b]0;owned\x07\x1b[2J\x9b31m\u202eabc\u2066\u200f\x7f\r\rhidden\tżółć 👩‍💻\r\nend\n"
OBEYED = "\x1b\x07\x9b\u202e\u2066\u200f\x7f\r"


def is_plain(text):
    return not any(char in text for char in OBEYED)


class TestVisible:
    def test_shows_what_would_be_obeyed_and_keeps_the_rest(self):
        assert visible("\x1b[31m\x07\x9b\u202e\x7f") == "␛[31m␇<U+009B><U+202E>␡"
        assert visible("a\tb\nżółć 👩‍💻\r\n") == "a\tb\nżółć 👩‍💻\n"
        assert visible("100%\rhidden") == "100%␍hidden"
        assert is_plain(visible(EVIL))

    async def test_line_break_may_lie_across_two_pieces(self):
        async def pieces(*texts):
            for text in texts:
                yield text

        async def joined(*texts):
            return "".join([piece async for piece in shown(pieces(*texts))])

        assert await joined("a\r", "\nb\r", "c\r") == "a\nb␍c␍"
        assert await joined("\r", "\r", "\n") == "␍\n"

    def test_json_reads_the_same(self):
        encoded = escaped_json({"text": EVIL})
        assert json.loads(encoded) == {"text": EVIL} and is_plain(encoded.decode())


@pytest.fixture
async def scene(worker_database):
    made = await make_scene(worker_database)
    tid, now = made.tenant_id, datetime.now(UTC)
    async with worker_database.writing(TenantScope.of([tid])) as tx:
        tx.session.add(Chunk(tenant_id=tid, task_id=made.task_id, seq=1, stream="stdout", at=now, text=EVIL))
        tx.session.add(
            AuditEntry(
                tenant_id=tid, actor_kind="user", actor_name="Ola", action="job.create", result="ok",
                target_kind="job", target_id=made.job_id, after={"params": {"source": EVIL}},
            )
        )  # fmt: skip
    return made


class TestDownload:
    async def test_file_is_plain_unless_raw_is_said_and_both_are_in_the_trail(self, people, scene):
        client = await people.client({scene.tenant_id: Role.OWNER})
        place = f"tasks/{scene.task_id}/output.txt"
        plain, raw = await client.get(place), await client.get(place, params={"raw": "true"})
        assert is_plain(plain.text) and "␛]0;owned␇" in plain.text and "żółć" in plain.text
        assert raw.content.decode().endswith(EVIL)
        actions = [row["action"] for row in (await client.get("audit")).json()["items"]]
        assert actions.count("task.output_download") == 1 and actions.count("task.output_download_raw") == 1

    @pytest.mark.parametrize("place", ["tasks/{task_id}/output", "tasks/{task_id}"])
    async def test_json_is_plain_and_true(self, people, scene, place):
        client = await people.client({scene.tenant_id: Role.VIEWER})
        answer = await client.get(place.format(task_id=scene.task_id))
        assert is_plain(answer.text)
        if place.endswith("output"):
            assert answer.json()["chunks"][1]["text"] == EVIL

    @pytest.mark.parametrize("kind", ["csv", "jsonl"])
    async def test_so_is_an_export_of_the_trail(self, people, scene, kind):
        client = await people.client({scene.tenant_id: Role.OWNER})
        answer = await client.get("audit/export", params={"format": kind})
        assert is_plain(answer.text.replace("\r\n", "")) and "owned" in answer.text
