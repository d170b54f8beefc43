"""The outbox of the running stack against a real mail server."""

import secrets

import pytest

from bosman_server.core.notifications import service
from bosman_server.kit.db.scope import ALL_TENANTS, TenantScope


def fresh_address():
    return f"{secrets.token_hex(6)}@example.com"


@pytest.fixture
def row_of(worker_database):
    async def read(mail_id):
        async with worker_database.reading(ALL_TENANTS) as connection:
            return await connection.fetchrow("SELECT * FROM notifications_mail WHERE id = $1", mail_id)

    return read


@pytest.fixture
def hurry(worker_database):
    """The next attempt is due now."""

    async def change(mail_id):
        async with worker_database.writing(ALL_TENANTS) as tx:
            await tx.connection.execute("UPDATE notifications_mail SET next_attempt_at = now() WHERE id = $1", mail_id)

    return change


class TestSend:
    async def test_it_arrives_in_its_language_and_its_secret_is_wiped(self, post, mailbox, row_of, eventually, acme):
        to = fresh_address()
        mail_id = await post(to, tenant_id=acme.id)
        mail = await mailbox.next_to(to)
        assert mail.subject == "Żaneta Łęcka zaprasza do Acme w Bosmanie"
        assert mail.link == "https://bosman.example.com/invite#QWERTYSECRET"
        assert "Rola: technik." in mail.text and "29 listopada 2026, 12:00 (UTC+01:00)" in mail.text
        assert mail.message["Auto-Submitted"] == "auto-generated"

        async def sent():
            row = await row_of(mail_id)
            return row["state"] == "sent" and row

        row = await eventually(sent)
        assert row["params_sealed"] is None and row["sent_at"] is not None and row["attempts"] == 1

    async def test_while_it_waits_the_database_holds_no_readable_secret(self, post, mailbox, worker_database):
        to = fresh_address()
        mailbox.recipient_answers[to] = ["451 come back later"] * 3
        mail_id = await post(to)
        async with worker_database.reading(ALL_TENANTS) as connection:
            sealed = await connection.fetchval("SELECT params_sealed FROM notifications_mail WHERE id = $1", mail_id)
            whole = await connection.fetchval("SELECT string_agg(m::text, '') FROM notifications_mail m")
        assert sealed and b"QWERTYSECRET" not in sealed and "QWERTYSECRET" not in whole
        assert b"QWERTYSECRET".hex() not in whole

    async def test_rolled_back_act_sends_nothing(self, app_database, cipher, worker_database, acme):
        to = fresh_address()

        async def act():
            async with app_database.writing(TenantScope.of([acme.id])) as tx:
                values = {"link": "https://x.example.com", "valid_minutes": 5}
                await service.enqueue(tx.session, cipher, acme.id, to, "en", "password_reset", values)
                await tx.session.flush()
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await act()
        async with worker_database.reading(ALL_TENANTS) as connection:
            assert not await connection.fetchval("SELECT count(*) FROM notifications_mail WHERE to_address = $1", to)


class TestRetry:
    async def test_temporary_refusal_is_tried_again_later(self, post, mailbox, row_of, hurry, eventually):
        to = fresh_address()
        mailbox.recipient_answers[to] = ["451 come back later"]
        mail_id = await post(to)

        async def deferred():
            row = await row_of(mail_id)
            return row["error_code"] and row

        row = await eventually(deferred)
        assert row["state"] == "waiting" and row["error_code"] == "mail.refused" and row["params_sealed"]
        assert 40 < (row["next_attempt_at"] - row["created_at"]).total_seconds() < 80
        await hurry(mail_id)
        first_id = (await mailbox.next_to(to)).message["Message-ID"]
        assert str(mail_id) in first_id

    async def test_final_refusal_fails_at_once(self, post, mailbox, row_of, eventually):
        to = fresh_address()
        mailbox.recipient_answers[to] = ["550 no such user"]
        mail_id = await post(to)

        async def failed():
            row = await row_of(mail_id)
            return row["state"] == "failed" and row

        row = await eventually(failed)
        assert row["error_code"] == "mail.refused" and row["params_sealed"] is None and not mailbox.to(to)

    async def test_it_is_given_up_after_eight_attempts(self, post, mailbox, row_of, hurry, worker_database, eventually):
        to = fresh_address()
        mailbox.recipient_answers[to] = ["451 later"] * 8
        mail_id = await post(to)
        for attempt in range(1, 9):

            async def tried(attempt=attempt):
                row = await row_of(mail_id)
                return (
                    row["attempts"] == attempt
                    and row["error_code"]
                    and not mailbox.recipient_answers[to][8 - attempt :]
                )

            await eventually(tried)
            async with worker_database.writing(ALL_TENANTS) as tx:
                await tx.connection.execute(
                    "UPDATE notifications_mail SET next_attempt_at = now() WHERE id = $1 AND state = 'waiting'", mail_id
                )

        async def failed():
            return (await row_of(mail_id))["state"] == "failed"

        await eventually(failed)
        assert (await row_of(mail_id))["attempts"] == 8 and not mailbox.to(to)
