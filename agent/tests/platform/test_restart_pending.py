"""Every place where Windows notes that it waits for a restart, from values as the registry has them."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bosman_agent.platform.windows import restart_pending as places
from bosman_agent.platform.windows.restart_pending import RestartMarks, pending_renames, read_marks, restart_state
from bosman_protocol.work import RestartReason

ANSWERS: list[tuple[dict[str, Any], str, str]] = [
    ({places.AUTO_UPDATE + r"\RebootRequired": {}}, "restart.windows_update", "hard"),
    ({places.AUTO_UPDATE + r"\PostRebootReporting": {}}, "restart.post_reboot_reporting", "soft"),
    ({places.SERVICES_PENDING + r"\7971f918": {}}, "restart.update_services", "soft"),
    ({places.SERVICING + r"\RebootPending": {}}, "restart.component_servicing", "hard"),
    ({places.SERVICING + r"\RebootInProgress": {}}, "restart.component_servicing", "soft"),
    ({places.SERVICING + r"\PackagesPending": {}}, "restart.packages_pending", "soft"),
    ({places.RUN_ONCE: {"DVDRebootSignal": "x"}}, "restart.dvd_signal", "soft"),
    ({places.UPDATES: {"UpdateExeVolatile": 1}}, "restart.update_exe_volatile", "soft"),
    ({places.SERVER_MANAGER: {}}, "restart.server_manager", "soft"),
    ({places.NETLOGON: {"JoinDomain": 1}}, "restart.domain_join", "soft"),
    ({places.NETLOGON: {}, places.NETLOGON + r"\AvoidSpnSet": {}}, "restart.domain_join", "soft"),
    (
        {places.ACTIVE_NAME: {"ComputerName": "OLD"}, places.NEXT_NAME: {"ComputerName": "NEW"}},
        "restart.computer_name",
        "soft",
    ),
    (
        {places.SESSION_MANAGER: {"PendingFileRenameOperations": [r"\??\C:\x", ""]}},
        "restart.file_rename",
        "soft",
    ),
    (
        {places.SESSION_MANAGER: {"PendingFileRenameOperations2": [r"\??\C:\x", ""]}},
        "restart.file_rename",
        "soft",
    ),
]


def marks_of(registry: dict[str, Any]) -> RestartMarks:
    def subkeys(path: str) -> int:
        return sum(key.startswith(path + "\\") for key in registry)

    return read_marks(registry.get, subkeys)


class TestPlaces:
    @pytest.mark.parametrize(("registry", "code", "severity"), ANSWERS)
    def test_each_place_is_a_reason_and_only_three_demand_a_restart(
        self, registry: dict[str, Any], code: str, severity: str
    ) -> None:
        state = restart_state(marks_of(registry), agent_com=False)

        assert [(reason.code, reason.severity) for reason in state.reasons] == [(code, severity)]
        assert state.required is (severity == "hard")

    def test_windows_updates_own_answer_demands_one(self) -> None:
        state = restart_state(RestartMarks(), agent_com=True)

        assert (state.required, state.reasons) == (True, (RestartReason("restart.agent_com"),))

    @pytest.mark.parametrize("agent_com", [False, None])
    def test_machine_without_marks_needs_none(self, agent_com: bool | None) -> None:
        values: dict[str, Any] = {
            places.ACTIVE_NAME: {"ComputerName": "Same"},
            places.NEXT_NAME: {"ComputerName": "SAME"},
            places.UPDATES: {"UpdateExeVolatile": 0},
            places.SESSION_MANAGER: {},
            places.NETLOGON: {},
        }

        state = restart_state(marks_of(values), agent_com=agent_com)

        assert (state.required, state.reasons) == (False, ())

    def test_hard_reasons_come_first(self) -> None:
        registry = {key: value for values, _, _ in ANSWERS for key, value in values.items()}

        state = restart_state(marks_of(registry), agent_com=True)

        severities = [reason.severity for reason in state.reasons]
        assert severities == sorted(severities) and severities.count("hard") == 3

    def test_names_of_a_renamed_computer_are_given(self) -> None:
        (reason,) = restart_state(marks_of(ANSWERS[11][0]), agent_com=None).reasons

        assert reason.params == {"old": "OLD", "new": "NEW"}


class TestFileRenames:
    def test_pairs_are_counted_and_the_first_file_is_named(self) -> None:
        value = [r"\??\C:\Program Files\Zażółć\old.dll", "", r"*1\??\C:\a", r"!\??\C:\b"]
        marks = RestartMarks(session_manager={"PendingFileRenameOperations": value})

        (reason,) = restart_state(marks, agent_com=None).reasons

        assert reason.params == {"count": 2, "file": r"C:\Program Files\Zażółć\old.dll"}

    @pytest.mark.parametrize("value", [None, 1, b"x", "text", [], ["", ""], [1, 2]])
    def test_values_that_name_no_file_are_no_reason(self, value: Any) -> None:
        assert pending_renames({"PendingFileRenameOperations": value}) == []

    @given(st.lists(st.text()))
    def test_any_names_fit_the_wire(self, value: list[str]) -> None:
        marks = RestartMarks(session_manager={"PendingFileRenameOperations": value})
        for reason in restart_state(marks, agent_com=None).reasons:
            assert msgspec.json.decode(msgspec.json.encode(reason), type=RestartReason) == reason
