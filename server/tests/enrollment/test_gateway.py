"""Enrolment over HTTPS: what buys an identity, and what is refused, with a code and an audit entry."""

from datetime import timedelta

import pytest
from cryptography import x509

from bosman_server.kit import tenant_token
from testkit.device import enroll, enrollment_body, new_request, post_enrollment


async def refusals(worker_database, tenant_id):
    async with worker_database.unscoped() as connection:
        rows = await connection.fetch(
            "SELECT code FROM audit_entry WHERE tenant_id = $1 AND action = 'device.enroll' AND result = 'refused'",
            tenant_id,
        )
    return [row["code"] for row in rows]


@pytest.fixture
def gateway_url(stack):
    return stack.about()["gateway_url"]


class TestEnroll:
    async def test_a_token_and_a_csr_buy_a_certificate_for_ninety_days(self, acme, enroll_device):
        identity = await enroll_device(acme)
        certificate = x509.load_pem_x509_certificate(identity.reply.certificate_pem.encode())
        names = {item.rfc4514_attribute_name: item.value for item in certificate.subject}
        assert names == {"CN": str(identity.id), "O": str(acme.id)}
        lifetime = certificate.not_valid_after_utc - certificate.not_valid_before_utc
        assert timedelta(days=90) <= lifetime < timedelta(days=90, hours=2)

    async def test_the_new_device_is_listed_with_a_cleaned_hostname(self, acme, enroll_device, people):
        await enroll_device(acme, hostname="<b>PC\u202e\x00</b>\n")
        client = await people.owner(acme)
        (row,) = (await client.get("devices")).json()["items"]
        assert row["hostname"] == "<b>PC</b>"

    async def test_wrong_token_is_refused_and_audited(self, acme, gateway_url, worker_database):
        _, csr = new_request()
        answer = await post_enrollment(gateway_url, enrollment_body(tenant_token.new(acme.id, 24), csr))
        assert (answer.status_code, answer.json()["code"]) == (403, "token.unknown")
        assert await refusals(worker_database, acme.id) == ["token.unknown"]

    async def test_token_of_a_made_up_shape_or_tenant_is_refused(self, gateway_url):
        _, csr = new_request()
        for token in ("x" * 40, "AAAA.AAAAAAAAAAAAAAAAAAAAAAAA", "żółć" * 8):
            answer = await post_enrollment(gateway_url, enrollment_body(token, csr))
            assert (answer.status_code, answer.json()["code"]) == (403, "token.unknown")

    async def test_used_token_is_refused_and_audited(self, acme, gateway_url, new_token, worker_database):
        token = await new_token(acme, max_uses=1)
        await enroll(gateway_url, token)
        _, csr = new_request()
        answer = await post_enrollment(gateway_url, enrollment_body(token, csr))
        assert (answer.status_code, answer.json()["code"]) == (403, "token.used_up")
        assert await refusals(worker_database, acme.id) == ["token.used_up"]

    async def test_expired_and_revoked_tokens_are_refused(self, acme, gateway_url, new_token, worker_database):
        token = await new_token(acme)
        _, csr = new_request()
        async with worker_database.unscoped() as connection:
            await connection.execute("UPDATE enrollment_token SET expires_at = now() WHERE tenant_id = $1", acme.id)
            answer = await post_enrollment(gateway_url, enrollment_body(token, csr))
            assert answer.json()["code"] == "token.expired"
            await connection.execute("UPDATE enrollment_token SET revoked_at = now() WHERE tenant_id = $1", acme.id)
        answer = await post_enrollment(gateway_url, enrollment_body(token, csr))
        assert answer.json()["code"] == "token.revoked"

    async def test_csr_that_names_another_device_is_refused_and_costs_no_use(
        self, acme, enroll_device, gateway_url, new_token, worker_database
    ):
        victim = await enroll_device(acme)
        token = await new_token(acme, max_uses=1)
        _, csr = new_request(str(victim.id))
        answer = await post_enrollment(gateway_url, enrollment_body(token, csr))
        assert (answer.status_code, answer.json()["code"]) == (403, "csr.other_device")
        assert await refusals(worker_database, acme.id) == ["csr.other_device"]
        await enroll(gateway_url, token)

    @pytest.mark.parametrize(
        "csr", ["", "nonsense", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"]
    )
    async def test_unreadable_csr_is_refused(self, acme, gateway_url, new_token, csr):
        answer = await post_enrollment(gateway_url, enrollment_body(await new_token(acme), csr))
        assert (answer.status_code, answer.json()["code"]) == (422, "csr.invalid")

    @pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"token": 1}'])
    async def test_malformed_body_is_refused(self, gateway_url, body):
        answer = await post_enrollment(gateway_url, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")

    async def test_ten_mebibytes_are_refused_before_they_are_read(self, acme, gateway_url, new_token):
        token = await new_token(acme)
        _, csr = new_request()
        answer = await post_enrollment(gateway_url, enrollment_body(token, csr, hostname="x" * (10 * 1024 * 1024)))
        assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")
        await enroll(gateway_url, token)

    async def test_hostname_over_the_limit_is_refused(self, acme, gateway_url, new_token):
        _, csr = new_request()
        answer = await post_enrollment(gateway_url, enrollment_body(await new_token(acme), csr, hostname="x" * 257))
        assert answer.status_code == 422
