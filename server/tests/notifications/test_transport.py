"""The way to the mail server: encrypted as the settings say, or not at all."""

from uuid import uuid4

import pytest
from pydantic import ValidationError

from bosman_protocol.codes import Code
from bosman_server.core.notifications.emails import to_email, write_email
from bosman_server.core.notifications.templates import PasswordReset
from bosman_server.core.notifications.transport import MailFailedError, Transport
from bosman_server.settings import Settings
from testkit.mailbox import SENDER, Mailbox
from testkit.stack import free_port


@pytest.fixture
def new_mailbox(tmp_path):
    running = []

    def make(security="none", **changes):
        running.append(Mailbox(security, tmp_path if security != "none" else None, **changes).start())
        return running[-1]

    yield make
    for box in running:
        box.stop()


@pytest.fixture
def deliver(monkeypatch):
    async def send(environment, **changes):
        for name, value in {**environment, **changes}.items():
            monkeypatch.setenv(name, value)
        content = write_email("pl", PasswordReset("https://bosman.example.com/reset#x", 30))
        await Transport(Settings()).send(to_email(content, mail_id=uuid4(), sender=SENDER, to="a@example.com"))

    return send


class TestEncryption:
    @pytest.mark.parametrize("security", ["tls", "starttls"])
    async def test_mail_travels_encrypted_and_signed_in(self, security, new_mailbox, deliver):
        box = new_mailbox(security, user="bosman", password="s3cret")
        await deliver(box.environment)
        assert box.mails[0].encrypted and box.mails[0].user == "bosman"
        assert "hasło" in box.mails[0].subject and "30 minut" in box.mails[0].text

    @pytest.mark.parametrize("security", ["tls", "starttls"])
    async def test_certificate_of_a_stranger_gets_no_mail(self, security, new_mailbox, deliver, tmp_path):
        box = new_mailbox(security)
        environment = {name: value for name, value in box.environment.items() if name != "BOSMAN_SMTP_CA_FILE"}
        with pytest.raises(MailFailedError) as failure:
            await deliver(environment)
        assert failure.value.code is Code.MAIL_SERVER_UNREACHABLE and not failure.value.final
        assert not box.mails

    async def test_server_that_offers_no_starttls_gets_no_mail(self, new_mailbox, deliver):
        box = new_mailbox()
        with pytest.raises(MailFailedError) as failure:
            await deliver(box.environment, BOSMAN_SMTP_SECURITY="starttls")
        assert not failure.value.final and not box.mails

    def test_password_is_never_sent_in_the_clear(self, monkeypatch):
        monkeypatch.setenv("BOSMAN_SMTP_HOST", "mail.example.com")
        monkeypatch.setenv("BOSMAN_SMTP_FROM", SENDER)
        monkeypatch.setenv("BOSMAN_SMTP_PASSWORD", "x")
        monkeypatch.setenv("BOSMAN_SMTP_SECURITY", "none")
        with pytest.raises(ValidationError, match="unencrypted"):
            Settings()


class TestFail:
    @pytest.mark.parametrize(
        ("reply", "final"), [("451 later", False), ("550 no such user", True), ("552 full", True), ("421 busy", False)]
    )
    async def test_only_a_final_no_is_final(self, reply, final, new_mailbox, deliver):
        box = new_mailbox()
        box.recipient_answers["a@example.com"] = [reply]
        with pytest.raises(MailFailedError) as failure:
            await deliver(box.environment)
        assert failure.value.final is final and failure.value.code is Code.MAIL_REFUSED

    async def test_wrong_password_may_be_mended(self, new_mailbox, deliver):
        box = new_mailbox("tls", user="bosman", password="s3cret")
        with pytest.raises(MailFailedError) as failure:
            await deliver(box.environment, BOSMAN_SMTP_PASSWORD="wrong")
        assert failure.value.code is Code.MAIL_SIGN_IN_REFUSED and not failure.value.final

    async def test_nobody_listens(self, deliver):
        environment = {
            "BOSMAN_SMTP_HOST": "127.0.0.1",
            "BOSMAN_SMTP_PORT": str(free_port()),
            "BOSMAN_SMTP_SECURITY": "none",
            "BOSMAN_SMTP_FROM": SENDER,
        }
        with pytest.raises(MailFailedError) as failure:
            await deliver(environment)
        assert failure.value.code is Code.MAIL_SERVER_UNREACHABLE and not failure.value.final
