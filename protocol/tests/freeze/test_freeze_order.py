from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bosman_protocol.codes import Code
from bosman_protocol.freeze import FreezeOrder, read_order, sign_order
from bosman_protocol.signing import EnvelopeRefusedError, Purpose, public_part, sign, verify
from bosman_protocol.work import ACTION_CLASSES, KINDS, TaskKind, is_guarded

KEY = Ed25519PrivateKey.generate()
KNOWN = {public_part(KEY).key_id: public_part(KEY).public_key}
TENANT = uuid4()


def order(**changes: Any) -> FreezeOrder:
    fields: dict[str, Any] = {"scope": TENANT, "frozen": True, "version": 1, "issued_at": datetime.now(UTC)}
    return FreezeOrder(**(fields | changes))


def refusal(payload: bytes) -> Code:
    with pytest.raises(EnvelopeRefusedError) as caught:
        read_order(payload, tenant_id=TENANT)
    return caught.value.code


class TestSignOrder:
    def test_signed_order_is_read_back(self) -> None:
        made = order(reason="złośliwe oprogramowanie")

        assert read_order(verify(sign_order(made, KEY), KNOWN, Purpose.FREEZE), tenant_id=TENANT) == made

    @pytest.mark.parametrize(("made_for", "used_for"), [(Purpose.TASK, Purpose.FREEZE), (Purpose.FREEZE, Purpose.TASK)])
    def test_signature_of_one_purpose_is_not_valid_for_the_other(self, made_for: Purpose, used_for: Purpose) -> None:
        signed = sign(msgspec.json.encode(order()), KEY, made_for)

        with pytest.raises(EnvelopeRefusedError) as caught:
            verify(signed, KNOWN, used_for)
        assert caught.value.code == Code.ENVELOPE_BAD_SIGNATURE


class TestReadOrder:
    def test_order_for_the_fleet_concerns_everybody(self) -> None:
        made = order(scope=None)

        assert read_order(msgspec.json.encode(made), tenant_id=uuid4()) == made

    def test_order_for_another_tenant_is_refused(self) -> None:
        assert refusal(msgspec.json.encode(order(scope=uuid4()))) == Code.FREEZE_OTHER_TENANT

    @pytest.mark.parametrize(
        "payload",
        [
            b"",
            b"{}",
            b"\xff",
            msgspec.json.encode({"type": "task"}),
            msgspec.json.encode(order()).replace(b'"freeze"', b'"task"'),
            msgspec.json.encode(msgspec.structs.replace(order(), version=-1)),
            msgspec.json.encode(msgspec.structs.replace(order(), issued_at=datetime(2026, 1, 1))),  # noqa: DTZ001 - naive on purpose
        ],
    )
    def test_anything_else_is_malformed(self, payload: bytes) -> None:
        assert refusal(payload) == Code.ENVELOPE_MALFORMED


class TestIsGuarded:
    def test_every_kind_has_a_class_or_says_that_it_has_none(self) -> None:
        assert set(ACTION_CLASSES) == set(TaskKind)

    def test_what_does_harm_belongs_into_windows_except_the_agent_itself(self) -> None:
        outside = {kind for kind, one in KINDS.items() if one.action_class is not None and one.window_class is None}
        assert outside == {TaskKind.AGENT_UPDATE}
        assert not [kind for kind, one in KINDS.items() if one.action_class is None and one.window_class is not None]

    def test_what_only_reads_is_not_held_up(self) -> None:
        assert not is_guarded(TaskKind.UPDATES_SCAN) and is_guarded(TaskKind.SYSTEM_RESTART)

    def test_kind_that_nobody_knows_counts_as_harmful(self) -> None:
        assert is_guarded("moon.landing")
