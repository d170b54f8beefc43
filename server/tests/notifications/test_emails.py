"""What mails say, in both languages, whatever names people give themselves."""

import re
from datetime import UTC, datetime
from importlib.resources import files
from typing import get_type_hints
from uuid import uuid4

import pytest
from babel.messages.pofile import read_po

from bosman_protocol import work
from bosman_server.core.identity.permissions import Role
from bosman_server.core.notifications.emails import to_email, write_email
from bosman_server.core.notifications.templates import (
    ApprovalRequested,
    ApprovalsRequested,
    BadMailError,
    Invitation,
    Message,
    PasswordChanged,
    PasswordReset,
    SecurityNotice,
    Template,
    check_address,
    read_message,
)
from bosman_server.core.notifications.translations import LANGUAGES, Catalogue

LINK = "https://bosman.example.com/x#secret"
AT = datetime(2026, 11, 22, 23, 45, tzinfo=UTC)
SAMPLES: dict[Template, Message] = {
    Template.INVITATION: Invitation("Żaneta", "Acme", "technician", LINK, AT),
    Template.PASSWORD_RESET: PasswordReset(LINK, 30, "192.0.2.7"),
    Template.PASSWORD_CHANGED: PasswordChanged(AT, "192.0.2.7"),
    Template.APPROVAL_REQUESTED: ApprovalRequested("Żaneta", "system.restart", 5, "Acme", LINK),
    Template.APPROVALS_REQUESTED: ApprovalsRequested("Żaneta", 60, 61, "Acme", LINK),
    Template.SECURITY_NOTICE: SecurityNotice("api_key_created", AT, "192.0.2.7", "Grafana"),
}
EVENTS = get_type_hints(SecurityNotice)["event"].__args__
NOTICES = [SecurityNotice(event, AT, "192.0.2.7", "Grafana") for event in EVENTS]


def entries(language):
    path = files("bosman_server.core.notifications") / "locale" / language / "LC_MESSAGES" / "mail.po"
    with path.open("rb") as source:
        catalogue = read_po(source, locale=language, abort_invalid=True)
    return catalogue, {message.id if isinstance(message.id, str) else message.id[0]: message for message in catalogue}


class TestCatalogues:
    def test_both_languages_have_the_same_keys(self):
        assert entries("en")[1].keys() == entries("pl")[1].keys()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_text_is_there_in_every_plural_form(self, language):
        catalogue, messages = entries(language)
        for key, message in messages.items():
            forms = message.string if isinstance(message.string, tuple) else (message.string,)
            assert len(forms) == (catalogue.num_plurals if message.pluralizable else 1), key
            assert key == "" or all(forms), key
            assert not message.fuzzy or key == "", key

    def test_translations_take_the_same_values(self):
        def values(message):
            forms = message.string if isinstance(message.string, tuple) else (message.string,)
            return {frozenset(re.findall(r"%\((\w+)\)[sd]", form)) for form in forms}

        english, polish = entries("en")[1], entries("pl")[1]
        for key in english:
            assert values(english[key]) == values(polish[key]), key

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_text_goes_unused(self, language):
        used = set()

        class Spy(Catalogue):
            def has(self, key):
                used.add(key)
                return super().has(key)

            def plural(self, key, number):
                used.add(key)
                return super().plural(key, number)

        spy = Spy(language)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("bosman_server.core.notifications.emails.catalogue", lambda _: spy)
            for sample in (*SAMPLES.values(), *NOTICES):
                write_email(language, sample)
        named = {key for key in entries(language)[1] if key.startswith(("role.", "kind."))}
        assert entries(language)[1].keys() - {""} - named == used - named

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_role_and_kind_of_work_has_a_name(self, language):
        kinds = set(work.TaskKind)
        for key in [f"role.{role}" for role in Role] + [f"kind.{kind}" for kind in kinds]:
            assert Catalogue(language).has(key), key


class TestWrite:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("template", Template)
    def test_every_mail_has_all_its_parts(self, language, template):
        content = write_email(language, SAMPLES[template])
        assert content.subject and "%" not in content.subject + content.text
        for part in (*content.before, *content.after, content.footer):
            assert part in content.text
        if content.link:
            assert LINK in content.text and f'href="{LINK}"' in content.html

    @pytest.mark.parametrize(
        ("number", "words"), [(1, "1 minutę"), (2, "2 minuty"), (5, "5 minut"), (12, "12 minut"), (22, "22 minuty")]
    )
    def test_polish_counts_minutes_in_all_forms(self, number, words):
        assert f"przez {words}." in write_email("pl", PasswordReset(LINK, number)).text

    def test_times_name_their_zone(self):
        assert "22 listopada 2026, 23:45 (UTC)" in write_email("pl", SAMPLES[Template.INVITATION]).text
        assert "22 November 2026, 23:45 (UTC)" in write_email("en", SAMPLES[Template.INVITATION]).text

    def test_hostile_names_stay_text_in_html(self):
        content = write_email("en", Invitation("<script>alert(1)</script>", 'A"&<b>', "owner", LINK, AT))
        assert "<script" not in content.html and "<b>" not in content.html
        assert "&lt;script&gt;" in content.html

    @pytest.mark.parametrize("name", ["%(link)s", "%s %d %", "{0.__class__}", "{link}"])
    def test_names_that_look_like_placeholders_stay_as_they_are(self, name):
        content = write_email("pl", Invitation(name, "Acme", "owner", LINK, AT))
        assert name in content.text and name in content.subject

    def test_language_that_we_do_not_have_is_english(self):
        assert write_email("de", SAMPLES[Template.PASSWORD_RESET]).subject == "Choose a new password for Bosman"


class TestRefuse:
    @pytest.mark.parametrize("name", ["Eve\r\nBcc: x@example.com", "Eve\nBcc: x@example.com", "Eve\u2028\u202eevE\x00"])
    def test_line_breaks_in_names_make_no_header(self, name):
        params = {"inviter": name, "tenant": "A", "role": "owner", "link": LINK, "valid_until": AT}
        content = write_email("en", read_message(Template.INVITATION, params))
        message = to_email(content, mail_id=uuid4(), sender="Bosman <b@example.com>", to="a@example.com")
        assert "bcc" not in {header.lower() for header in message}
        assert len(bytes(message).split(b"\r\n\r\n")[0].split(b"\r\nBcc:")) == 1

    @pytest.mark.parametrize("broken", ["a\r\nBcc: e@example.com", "a\nx"])
    def test_header_that_would_break_in_two_is_refused_at_last(self, broken):
        content = write_email("en", Invitation(broken, "Acme", "owner", LINK, AT))
        with pytest.raises(ValueError, match=r"linefeed"):
            to_email(content, mail_id=uuid4(), sender="Bosman <b@example.com>", to="a@example.com")

    @pytest.mark.parametrize(
        "address",
        ["", "a", "a@", "@b", "a@b@c", "a@b,c@d", "a@b\r\nBcc: x@y", "<a@b>", "a b@c", "a@b\x00", "x" * 300 + "@b.pl"],
    )
    def test_what_is_not_one_bare_address(self, address):
        with pytest.raises(BadMailError):
            check_address(address)

    @pytest.mark.parametrize("address", ["a@b.pl", "zażółć@przykład.pl", "o'neil+tag@example.com"])
    def test_addresses_that_are_fine(self, address):
        assert check_address(address) == address

    @pytest.mark.parametrize(
        "params",
        [
            {},
            {"link": "javascript:alert(1)", "valid_minutes": 5},
            {"link": LINK},
            {"link": LINK, "valid_minutes": "x"},
            {"link": LINK, "valid_minutes": 5, "more": 1},
        ],
    )
    def test_values_of_another_shape(self, params):
        with pytest.raises(BadMailError):
            read_message(Template.PASSWORD_RESET, params)
