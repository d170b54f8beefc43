"""What is out of bounds never gets past decoding."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bosman_protocol.lease import LeaseRequest
from bosman_protocol.limits import MAX_CHUNK_BYTES, MAX_LIST_ITEMS
from bosman_protocol.uplink import decode_uplink
from bosman_protocol.work import PARAMS, RESULTS, TaskKind, parse_params

GOLDEN = Path(__file__).parent / "golden"


def changed(name: str, *path: Any, value: Any) -> bytes:
    data = json.loads((GOLDEN / f"{name}.json").read_text())
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return json.dumps(data).encode()


class TestBounds:
    @pytest.mark.parametrize(
        ("name", "path", "good", "bad"),
        [
            ("output", ["text"], "x" * MAX_CHUNK_BYTES, "x" * (MAX_CHUNK_BYTES + 1)),
            ("output", ["seq"], 2**53, 2**53 + 1),
            ("output", ["seq"], 0, -1),
            ("output", ["stream"], "system", "stdin"),
            ("progress", ["percent"], 100, 101),
            ("progress", ["note_code"], "x" * 64, "x" * 65),
            ("progress", ["note_code"], "a.b", "a b"),
            ("progress", ["note_code"], "a.b", "a.b\n"),
            ("finished", ["state"], "cancelled", "running"),
            ("finished", ["error", "detail"], "x" * 4096, "x" * 4097),
            ("agent_started", ["agent_version"], "1.0", ""),
            ("facts", ["facts", "hostname"], "x" * 256, "x" * 257),
            ("facts", ["facts", "memory_bytes"], 0, -1),
            ("facts", ["facts", "os_family"], "windows", "plan9"),
            ("software", ["part"], 1000, 1001),
            ("updates", ["items", 0, "update_class"], "critical", "nice"),
            ("updates", ["items", 0, "title"], "x" * 4096, "x" * 4097),
        ],
    )
    def test_edge_passes_and_one_beyond_is_refused(self, name: str, path: list[Any], good: Any, bad: Any) -> None:
        decode_uplink(changed(name, *path, value=good))
        with pytest.raises(msgspec.ValidationError):
            decode_uplink(changed(name, *path, value=bad))

    def test_lists_are_bounded(self) -> None:
        item = json.loads((GOLDEN / "software.json").read_text())["items"][0]

        decode_uplink(changed("software", "items", value=[item] * MAX_LIST_ITEMS))
        with pytest.raises(msgspec.ValidationError):
            decode_uplink(changed("software", "items", value=[item] * (MAX_LIST_ITEMS + 1)))

    def test_lease_request_is_bounded(self) -> None:
        request = {"agent_version": "1", "holding": [str(n).rjust(32, "0") for n in range(1001)]}

        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(json.dumps(request).encode(), type=LeaseRequest)


class TestParseParams:
    def test_every_kind_has_parameters_and_a_result(self) -> None:
        assert set(PARAMS) == set(RESULTS) == set(TaskKind)

    @pytest.mark.parametrize("kind", list(TaskKind))
    def test_no_parameters_mean_the_defaults_or_name_what_is_missing(self, kind: TaskKind) -> None:
        needed = [field.name for field in msgspec.structs.fields(PARAMS[kind]) if field.required]

        if needed:
            with pytest.raises(msgspec.ValidationError, match=needed[0]):
                parse_params(kind, {})
        else:
            assert parse_params(kind, {}) == msgspec.convert({}, PARAMS[kind])

    @pytest.mark.parametrize("kind", list(TaskKind))
    def test_unknown_parameter_is_refused(self, kind: TaskKind) -> None:
        with pytest.raises(msgspec.ValidationError, match="invented"):
            parse_params(kind, {"invented": 1})

    @pytest.mark.parametrize(
        ("kind", "raw", "field"),
        [
            (TaskKind.DIAGNOSTICS_ECHO, {"repeat": 0}, "repeat"),
            (TaskKind.DIAGNOSTICS_ECHO, {"repeat": 100_001}, "repeat"),
            (TaskKind.DIAGNOSTICS_ECHO, {"interval_seconds": -0.1}, "interval_seconds"),
            (TaskKind.DIAGNOSTICS_ECHO, {"text": "x" * 4097}, "text"),
            (TaskKind.SYSTEM_RESTART, {"delay_seconds": 86_401}, "delay_seconds"),
            (TaskKind.UPDATES_INSTALL, {"select": "everything"}, "select"),
            (TaskKind.UPDATES_INSTALL, {"updates": [{"name": "a", "version": "1"}] * 2001}, "updates"),
            (TaskKind.UPDATES_UNINSTALL, {"kb": "5034441"}, "kb"),
            (TaskKind.UPDATES_UNINSTALL, {"kb": "KB5034441\n"}, "kb"),
            (TaskKind.SCRIPT_RUN, {"shell": "perl", "source": "1"}, "shell"),
            (TaskKind.SCRIPT_RUN, {"shell": "cmd", "source": ""}, "source"),
            (TaskKind.SCRIPT_RUN, {"shell": "cmd", "source": "x" * 131_073}, "source"),
            (TaskKind.APPS_UPGRADE, {"apps": [{"id": 'x" & calc'}]}, "apps"),
            (TaskKind.APPS_UPGRADE, {"apps": [{"id": "x\n"}]}, "apps"),
        ],
    )
    def test_bad_value_names_its_field(self, kind: TaskKind, raw: dict[str, Any], field: str) -> None:
        with pytest.raises(msgspec.ValidationError, match=field):
            parse_params(kind, raw)
