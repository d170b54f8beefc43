"""What is masked in logs, whoever wrote it there."""

import io
import json
import logging
import sys

import pytest
import structlog

from bosman_server.kit.logs import configure_logging, mask_secrets


def masked(**event):
    return mask_secrets(None, "info", dict(event))


class TestMask:
    @pytest.mark.parametrize(
        "name",
        ["password", "new_password", "Authorization", "cookie", "set-cookie", "api_token", "totp_code", "recovery_code",
         "recoverycode", "nkey_seed", "private_key", "worker_dsn", "link", "client_secret"],
    )  # fmt: skip
    def test_telling_names(self, name):
        assert masked(**{name: "value"})[name] == "***"
        assert masked(data={"deep": [{name: "value"}]})["data"]["deep"][0][name] == "***"

    @pytest.mark.parametrize("name", ["token_id", "code", "event", "mail_id", "tenant_id", "subject"])
    def test_names_that_are_needed_stay(self, name):
        assert masked(**{name: "value"})[name] == "value"

    @pytest.mark.parametrize(
        ("text", "left"),
        [
            ("key bsk_AZ.x-y_z done", "key *** done"),
            ("Authorization: Bearer abcdefgh12345", "Authorization: Bearer ***"),
            ("postgresql://bosman_app:s3cr-et@db/x", "postgresql://bosman_app:***@db/x"),
            ("cookie bosman_session=abc.def; path=/", "cookie bosman_session=***; path=/"),
            ("open https://x/setup#abcdef", "open https://x/setup#***"),
            ("-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----", "***"),
            ("nothing of note", "nothing of note"),
        ],
    )
    def test_telling_shapes(self, text, left):
        assert masked(event=text)["event"] == left
        assert masked(error=[text])["error"] == [left]


class TestConfigured:
    @pytest.mark.parametrize("form", ["json", "console"])
    def test_lines_of_libraries_and_tracebacks_are_masked_too(self, form, monkeypatch):
        stream, root = io.StringIO(), logging.getLogger()
        handlers, level = root.handlers, root.level
        monkeypatch.setattr(sys, "stderr", stream)
        try:
            configure_logging("info", form, "test")
            logging.getLogger("some.library").warning("connecting to %s", "postgresql://bosman_app:hunter22@db/x")
            try:
                int("postgresql://bosman_app:hunter22@db/x")
            except ValueError:
                structlog.get_logger().exception("failed", password="hunter22")
        finally:
            root.handlers, root.level = handlers, level
            structlog.reset_defaults()
            structlog.contextvars.clear_contextvars()
        assert "hunter22" not in stream.getvalue() and stream.getvalue().count("***") >= 3
        assert "ValueError" in stream.getvalue()
        if form == "json":
            assert all(json.loads(line) for line in stream.getvalue().splitlines())
