from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bosman_protocol.codes import Code
from bosman_protocol.envelope import CLOCK_SKEW, TaskEnvelope, read_envelope
from bosman_protocol.signing import EnvelopeRefusedError

NOW = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
DEVICE = UUID(int=7)


def payload(**changes: Any) -> bytes:
    envelope = TaskEnvelope(
        task_id=uuid4(),
        job_id=uuid4(),
        tenant_id=uuid4(),
        device_id=DEVICE,
        kind="diagnostics.echo",
        params=msgspec.Raw(b"{}"),
        issued_at=NOW,
        expires_at=NOW + timedelta(days=7),
        timeout_seconds=60,
        nonce=bytes(16),
    )
    return msgspec.json.encode(msgspec.structs.replace(envelope, **changes))


def refusal(data: bytes, now: datetime = NOW) -> Code:
    with pytest.raises(EnvelopeRefusedError) as caught:
        read_envelope(data, device_id=DEVICE, now=now)
    return caught.value.code


class TestReadEnvelope:
    def test_fresh_envelope_for_this_device_is_accepted(self) -> None:
        assert read_envelope(payload(), device_id=DEVICE, now=NOW).device_id == DEVICE

    @given(st.timedeltas(timedelta(0), timedelta(days=30)))
    def test_valid_exactly_until_it_expires(self, age: timedelta) -> None:
        data = payload(expires_at=NOW + timedelta(days=7))
        if age < timedelta(days=7):
            assert read_envelope(data, device_id=DEVICE, now=NOW + age)
        else:
            assert refusal(data, NOW + age) == Code.ENVELOPE_EXPIRED

    @pytest.mark.parametrize(("ahead", "accepted"), [(CLOCK_SKEW, True), (CLOCK_SKEW + timedelta(seconds=1), False)])
    def test_clock_may_run_behind_by_the_skew(self, ahead: timedelta, accepted: bool) -> None:
        data = payload(issued_at=NOW + ahead)
        if accepted:
            assert read_envelope(data, device_id=DEVICE, now=NOW)
        else:
            assert refusal(data) == Code.ENVELOPE_NOT_YET_VALID

    def test_other_device_is_refused_before_anything_else(self) -> None:
        data = payload(device_id=uuid4(), expires_at=NOW - timedelta(days=1))

        assert refusal(data) == Code.ENVELOPE_WRONG_DEVICE

    @pytest.mark.parametrize(
        "changes",
        [
            {"issued_at": NOW.replace(tzinfo=None)},
            {"expires_at": (NOW + timedelta(days=1)).replace(tzinfo=None)},
            {"nonce": bytes(15)},
            {"nonce": bytes(33)},
            {"timeout_seconds": 0},
            {"timeout_seconds": 86_401},
            {"kind": "with space"},
            {"kind": ""},
        ],
    )
    def test_field_out_of_bounds_is_malformed(self, changes: dict[str, Any]) -> None:
        assert refusal(payload(**changes)) == Code.ENVELOPE_MALFORMED

    @given(st.binary(max_size=200))
    def test_any_bytes_are_refused_and_never_fail(self, data: bytes) -> None:
        assert refusal(data) == Code.ENVELOPE_MALFORMED
