"""Whatever somebody with the owner's password does to the trail, the first broken entry is named."""

import os
from uuid import uuid4

import pytest

from bosman_server.core.audit.chain import SELECTED, START, Head, link_hash
from bosman_server.core.audit.verify import Fault, Report, _Walker
from bosman_server.kit.crypto.encryption import PLATFORM
from testkit.command_line import run_bosman

COUNT = 8
CHANGES = (
    "actor_kind = 'user'",
    "actor_name = 'somebody else'",
    "actor_id = gen_random_uuid()",
    "source_ip = '127.0.0.1'",
    "at = at - interval '1 microsecond'",
    "action = 'site.create'",
    "target_kind = 'device'",
    "target_id = gen_random_uuid()",
    "after = '{}'",
    "after = NULL",
    "before = '{\"number\": 1}'",
    "result = 'refused'",
    "code = ''",
    "device_id = gen_random_uuid()",
)


@pytest.fixture
async def trail(acme, write, wait_until_sealed):
    """A tenant with eight sealed entries and a few that came with it."""
    await write(acme.id, COUNT)
    await wait_until_sealed(acme.id)
    return acme.id


async def link(owner, tenant_id, seq):
    return await owner.fetchrow("SELECT * FROM audit_link WHERE tenant_id = $1 AND seq = $2", tenant_id, seq)


class TestVerify:
    async def test_an_untouched_trail_holds_to_its_head(self, trail, check, owner):
        report = await check(trail)
        assert report.finding is None and report.waiting == 0
        last = await owner.fetchrow(
            "SELECT seq, hash FROM audit_link WHERE tenant_id = $1 ORDER BY seq DESC LIMIT 1", trail
        )
        assert report.head == Head(last["seq"], last["hash"]) and last["seq"] > COUNT

    async def test_a_change_of_any_column_is_named(self, trail, check, owner):
        fifth = await link(owner, trail, 5)
        for change in CHANGES:
            was = await owner.fetchrow("SELECT * FROM audit_entry WHERE id = $1", fifth["entry_id"])
            column = change.split(" = ")[0]
            await owner.execute(f"UPDATE audit_entry SET {change} WHERE id = $1", fifth["entry_id"])
            found = (await check(trail)).finding
            assert (found.fault, found.seq, found.entry_id) == (Fault.CHANGED, 5, fifth["entry_id"]), change
            await owner.execute(f"UPDATE audit_entry SET {column} = $2 WHERE id = $1", fifth["entry_id"], was[column])
            assert (await check(trail)).finding is None, change

    async def test_a_change_of_the_very_last_entry_is_found(self, trail, check, owner):
        head = (await check(trail)).head.seq
        last = await link(owner, trail, head)
        await owner.execute("UPDATE audit_entry SET actor_name = 'x' WHERE id = $1", last["entry_id"])
        found = (await check(trail)).finding
        assert (found.fault, found.seq) == (Fault.CHANGED, head)

    async def test_a_removed_entry_is_named(self, trail, check, owner):
        fourth = await link(owner, trail, 4)
        await owner.execute("DELETE FROM audit_entry WHERE id = $1", fourth["entry_id"])
        found = (await check(trail)).finding
        assert (found.fault, found.seq, found.entry_id) == (Fault.MISSING, 4, fourth["entry_id"])

    async def test_an_entry_removed_with_its_link_is_named(self, trail, check, owner):
        fourth = await link(owner, trail, 4)
        await owner.execute("DELETE FROM audit_entry WHERE id = $1", fourth["entry_id"])
        await owner.execute("DELETE FROM audit_link WHERE tenant_id = $1 AND seq = 4", trail)
        found = (await check(trail)).finding
        assert (found.fault, found.seq) == (Fault.LINK_MISSING, 4)

    async def test_an_entry_removed_with_its_link_and_the_gap_closed_is_named(self, trail, check, owner):
        fourth = await link(owner, trail, 4)
        await owner.execute("DELETE FROM audit_entry WHERE id = $1", fourth["entry_id"])
        await owner.execute("DELETE FROM audit_link WHERE tenant_id = $1 AND seq = 4", trail)
        await owner.execute("UPDATE audit_link SET seq = -seq WHERE tenant_id = $1 AND seq > 4", trail)
        await owner.execute("UPDATE audit_link SET seq = -seq - 1 WHERE tenant_id = $1 AND seq < 0", trail)
        found = (await check(trail)).finding
        assert (found.fault, found.seq) == (Fault.REWRITTEN, 4)

    async def test_two_swapped_entries_are_out_of_order(self, trail, check, owner):
        third, sixth = await link(owner, trail, 3), await link(owner, trail, 6)
        async with owner.transaction():
            for seq, entry_id in ((3, uuid4()), (6, third["entry_id"]), (3, sixth["entry_id"])):
                await owner.execute(
                    "UPDATE audit_link SET entry_id = $3 WHERE tenant_id = $1 AND seq = $2", trail, seq, entry_id
                )
        found = (await check(trail)).finding
        assert (found.fault, found.seq, found.entry_id) == (Fault.OUT_OF_ORDER, 3, sixth["entry_id"])

    async def test_a_changed_link_is_told_from_a_changed_entry(self, trail, check, owner):
        await owner.execute("UPDATE audit_link SET hash = $2 WHERE tenant_id = $1 AND seq = 5", trail, os.urandom(32))
        found = (await check(trail)).finding
        assert (found.fault, found.seq) == (Fault.LINK_CHANGED, 5)

    async def test_a_chain_forged_with_another_key_is_named_where_it_begins(self, trail, check, owner):
        fifth = await link(owner, trail, 5)
        await owner.execute("UPDATE audit_entry SET actor_name = 'x' WHERE id = $1", fifth["entry_id"])
        rows = await owner.fetch(
            f"SELECT l.seq, l.sealed_at, l.hash, {SELECTED} FROM audit_link l"
            " JOIN audit_entry e ON e.tenant_id = l.tenant_id AND e.id = l.entry_id"
            " WHERE l.tenant_id = $1 ORDER BY l.seq",
            trail,
        )
        previous = START
        for row in rows:
            seq, sealed_at, previous_hash, *values = row.values()
            if seq >= 5:
                previous_hash = link_hash(b"k" * 32, previous, trail, seq, sealed_at, values)
                await owner.execute(
                    "UPDATE audit_link SET hash = $3 WHERE tenant_id = $1 AND seq = $2", trail, seq, previous_hash
                )
            previous = previous_hash
        found = (await check(trail)).finding
        assert (found.fault, found.seq, found.entry_id) == (Fault.REWRITTEN, 5, fifth["entry_id"])

    async def test_nothing_holds_under_another_key(self, trail, check):
        found = (await check(trail, key=bytes(32))).finding
        assert (found.fault, found.seq) == (Fault.REWRITTEN, 1)

    async def test_an_end_cut_off_shows_by_a_head_that_was_kept(self, trail, check, owner):
        head = (await check(trail)).head
        await owner.execute(
            "DELETE FROM audit_entry WHERE id = (SELECT entry_id FROM audit_link WHERE tenant_id = $1 AND seq = $2)",
            trail,
            head.seq,
        )
        await owner.execute("DELETE FROM audit_link WHERE tenant_id = $1 AND seq = $2", trail, head.seq)
        assert (await check(trail)).finding is None, "without the head it cannot be seen"
        found = (await check(trail, expected={trail: [head]})).finding
        assert (found.fault, found.seq) == (Fault.CUT_OFF, head.seq)

    async def test_a_head_that_was_kept_and_still_holds_is_fine(self, trail, check, write, wait_until_sealed):
        head = (await check(trail)).head
        await write(trail, 2)
        await wait_until_sealed(trail)
        report = await check(trail, expected={trail: [head]})
        assert report.finding is None and report.head.seq == head.seq + 2

    async def test_links_cut_off_without_their_entries_show_by_themselves(self, trail, check, owner):
        last = await link(owner, trail, COUNT)
        await owner.execute("DELETE FROM audit_link WHERE tenant_id = $1 AND seq >= $2", trail, COUNT)
        found = (await check(trail)).finding
        assert (found.fault, found.entry_id) == (Fault.NOT_WAITING, last["entry_id"])

    async def test_an_entry_that_nobody_sealed_for_long_is_named(self, acme, check, owner, audit_key):
        entry_id, tenant_id = uuid4(), uuid4()
        async with owner.transaction():
            await insert(owner, tenant_id, entry_id)
            # Blocked: the worker's sealer may not take it before this transaction is over.
            await owner.execute(
                "UPDATE audit_pending SET added_at = now() - interval '1 hour' WHERE entry_id = $1", entry_id
            )
            found = await finding_within(owner, audit_key, tenant_id)
        assert (found.fault, found.entry_id, found.action) == (Fault.NEVER_SEALED, entry_id, "site.update")

    async def test_an_entry_removed_before_it_was_sealed_is_named(self, owner, audit_key):
        entry_id, tenant_id = uuid4(), uuid4()
        async with owner.transaction():
            await insert(owner, tenant_id, entry_id)
            await owner.execute("DELETE FROM audit_entry WHERE id = $1", entry_id)
            found = await finding_within(owner, audit_key, tenant_id)
        assert (found.fault, found.entry_id) == (Fault.REMOVED_UNSEALED, entry_id)

    async def test_a_tenant_without_any_trail_is_suspicious(self, check):
        assert (await check(uuid4())).finding.fault is Fault.NO_TRAIL


async def insert(owner, tenant_id, entry_id):
    await owner.execute(
        "INSERT INTO audit_entry (tenant_id, id, at, actor_kind, actor_name, action, result)"
        " VALUES ($1, $2, now(), 'system', 'x', 'site.update', 'ok')",
        tenant_id,
        entry_id,
    )


async def finding_within(owner, key, tenant_id):
    """As `verify` looks for unsealed entries, inside a transaction that the worker cannot see into."""
    report = Report(tenant_id)
    await _Walker(owner, key, tenant_id).look_for_unsealed(report)
    return report.finding


class TestCommand:
    async def run(self, stack, *arguments):
        ran = await run_bosman("audit", "verify", *arguments, environment={"BOSMAN_STATE_DIR": str(stack.state_dir)})
        return ran.code, ran.out + ran.err

    async def test_a_trail_that_holds_exits_with_0_and_a_head_to_keep(self, stack, trail, acme, check):
        head = (await check(trail)).head
        status, text = await self.run(stack, "--tenant", acme.name)
        assert status == 0, text
        assert f"{trail}:{head.seq}:{head.hash.hex()}" in text
        status, text = await self.run(
            stack, "--tenant", str(trail), "--expect-head", f"{trail}:{head.seq}:{head.hash.hex()}"
        )
        assert status == 0, text

    async def test_a_broken_trail_exits_with_1_and_names_the_entry(self, stack, trail, owner):
        second = await link(owner, trail, 2)
        await owner.execute("UPDATE audit_entry SET actor_name = 'x' WHERE id = $1", second["entry_id"])
        status, text = await self.run(stack, "--tenant", str(trail))
        assert status == 1 and f"at no. 2, entry {second['entry_id']}" in text and "changed" in text

    async def test_a_head_that_is_not_in_the_chain_exits_with_1(self, stack, trail):
        status, text = await self.run(stack, "--tenant", str(trail), "--expect-head", f"{trail}:9999:{'00' * 32}")
        assert status == 1 and "cut off" in text

    @pytest.mark.parametrize("arguments", [["--tenant", "nobody"], ["--expect-head", "x:y"]])
    async def test_nonsense_exits_with_2(self, stack, arguments):
        status, _ = await self.run(stack, *arguments)
        assert status == 2

    async def test_the_platforms_own_trail_is_a_chain_as_well(self, stack, people, eventually):
        await people.anonymous().post("session", json={"email": "nobody@example.com", "password": "wrong password"})

        async def sealed():
            status, text = await self.run(stack, "--tenant", "platform")
            return status == 0 and f"head {PLATFORM}:" in text and f"head {PLATFORM}:0:" not in text

        assert await eventually(sealed)
