"""How every message looks on the wire. A changed file here is a changed protocol: old agents still speak the old one.

`BOSMAN_WRITE_GOLDEN=1` writes the files anew; the difference is to be read in review.
"""

import inspect
import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

import bosman_protocol
from bosman_protocol import (
    apps,
    completeness,
    enrollment,
    envelope,
    failures,
    freeze,
    health,
    lease,
    progress,
    release,
    reports,
    scripts,
    signing,
    trust,
    uplink,
    work,
)

GOLDEN = Path(__file__).parent / "golden"


class TestGolden:
    def test_message_looks_as_it_always_has(self, example: tuple[str, Any]) -> None:
        name, message = example
        path = GOLDEN / f"{name}.json"
        encoded = json.loads(msgspec.json.encode(message))
        if os.environ.get("BOSMAN_WRITE_GOLDEN"):
            GOLDEN.mkdir(exist_ok=True)
            path.write_text(json.dumps(encoded, indent=2, ensure_ascii=False) + "\n")
            pytest.skip("written anew")

        assert encoded == json.loads(path.read_text())

    def test_message_of_old_is_still_read(self, example: tuple[str, Any]) -> None:
        name, message = example

        # The files are indented for people; raw parts compare by their bytes.
        compact = json.dumps(json.loads((GOLDEN / f"{name}.json").read_text()), separators=(",", ":")).encode()
        assert msgspec.json.decode(compact, type=type(message)) == message

    def test_every_message_has_an_example(self, examples: dict[str, msgspec.Struct]) -> None:
        wire: set[type] = set()
        for module in (
            uplink,
            reports,
            lease,
            enrollment,
            envelope,
            freeze,
            signing,
            trust,
            work,
            apps,
            completeness,
            health,
            scripts,
            release,
            progress,
        ):
            wire |= {
                kind
                for _, kind in inspect.getmembers(module, inspect.isclass)
                if issubclass(kind, msgspec.Struct) and kind is not msgspec.Struct
            }
        parts = {
            reports.Disk, reports.NetworkInterface, reports.DeviceFacts, reports.SoftwareItem, reports.PendingUpdate,
            signing.SigningKey, failures.ErrorDetail, work.RestartReason, work.UpdateChoice, work.UpdateOutcome,
            reports.VolumeEncryption, reports.UpdatePolicy, work.HistoryEntry,
            completeness.SourceState, completeness.ScanCompleteness,
            apps.AppUpgrade, apps.AppChoice, apps.AppOutcome, health.DiskHealth, health.SensorReading,
        }  # fmt: skip

        missing = wire - parts - {type(message) for message in examples.values()}
        assert missing == set(), "each needs an example in protocol/tests/conftest.py, or is one of the parts above"
        assert Path(bosman_protocol.__file__).exists()


class TestDecodeUplink:
    def test_every_durable_message_round_trips_by_its_tag(self, examples: dict[str, msgspec.Struct]) -> None:
        kinds = set(uplink.UplinkMessage.__args__)
        sent = [message for message in examples.values() if type(message) in kinds]

        assert {type(message) for message in sent} == kinds
        for message in sent:
            assert uplink.decode_uplink(uplink.encoder.encode(message)) == message
            assert uplink.family_of(message) in {"task", "facts", "event"}

    def test_field_that_a_newer_agent_adds_is_passed_over(self) -> None:
        data = json.loads((GOLDEN / "started.json").read_text()) | {"invented_later": 1}

        assert isinstance(uplink.decode_uplink(json.dumps(data).encode()), uplink.TaskStarted)

    @pytest.mark.parametrize("data", [b"", b"null", b"[]", b"{}", b'{"type":"moon"}', b"\xff", b'{"type":"started"}'])
    def test_anything_else_is_refused(self, data: bytes) -> None:
        with pytest.raises(msgspec.MsgspecError):
            uplink.decode_uplink(data)
