"""What work does to a simulated computer."""

import asyncio
import random

import pytest

from bench.simulator.catalogue import CUSTOMERS, make_profile
from bench.simulator.machine import Machine, utc_now
from bench.simulator.work import FailedError, Hands, carry_out
from bosman_protocol.reports import UpdatesReport
from bosman_protocol.uplink import UplinkMessage
from bosman_protocol.work import EchoParams, EchoResult, InstallParams, InstallResult, UpdateChoice


def _machine(*, windows: bool) -> Machine:
    """One with updates pending."""
    for number in range(200):
        profile = make_profile("machine", number, CUSTOMERS[0], CUSTOMERS[0].places[0], utc_now())
        if len(profile.pending) > 1 and (profile.os_family == "windows") == windows:
            return Machine(profile, random.Random(number))
    raise AssertionError("no such machine in 200")


class _Witness:
    def __init__(self, failure_rate: float = 0.0) -> None:
        self.text = ""
        self.reports: list[UplinkMessage] = []
        self.hands = Hands(self._write, lambda *_: None, self.reports.append, failure_rate=failure_rate, pace=0)

    def _write(self, text: str) -> None:
        self.text += text


class TestCarryOut:
    def test_echo_says_its_text(self) -> None:
        witness = _Witness()
        result = asyncio.run(carry_out(_machine(windows=False), EchoParams("cześć", 3), witness.hands))
        assert result == EchoResult(3)
        assert witness.text == "cześć\n" * 3

    @pytest.mark.parametrize("windows", [True, False])
    def test_installing_all_leaves_nothing_and_reports_it(self, *, windows: bool) -> None:
        machine, witness = _machine(windows=windows), _Witness()
        wanted = len(machine.profile.pending)
        result = asyncio.run(carry_out(machine, InstallParams("all"), witness.hands))
        assert isinstance(result, InstallResult)
        assert [update.outcome for update in result.updates] == ["installed"] * wanted
        assert machine.profile.pending == ()
        report = witness.reports[-1]
        assert isinstance(report, UpdatesReport)
        assert report.items == ()

    @pytest.mark.parametrize("windows", [True, False])
    def test_failed_update_stays_pending_and_fails_the_task(self, *, windows: bool) -> None:
        machine, witness = _machine(windows=windows), _Witness(failure_rate=1.0)
        with pytest.raises(FailedError) as failed:
            asyncio.run(carry_out(machine, InstallParams("all"), witness.hands))
        assert len(machine.profile.pending) == 1
        assert isinstance(failed.value.result, InstallResult)
        assert failed.value.result.updates[-1].outcome == "failed"

    def test_update_that_is_not_offered_is_skipped(self) -> None:
        machine, witness = _machine(windows=True), _Witness()
        before = machine.profile.pending
        params = InstallParams("chosen", (UpdateChoice("KB1", "0"),))
        result = asyncio.run(carry_out(machine, params, witness.hands))
        assert isinstance(result, InstallResult)
        assert result.updates[0].outcome == "skipped"
        assert machine.profile.pending == before


class TestRestarted:
    def test_restart_clears_the_flag_and_renews_the_boot(self) -> None:
        machine = _machine(windows=True)
        asyncio.run(carry_out(machine, InstallParams("all"), _Witness().hands))
        due_before = machine.profile.restart_required
        boot, booted_at = machine.profile.boot_id, machine.profile.facts.last_boot_at
        machine.restarted()
        assert (due_before, machine.profile.restart_required) == (True, False)
        assert machine.profile.boot_id != boot
        assert machine.profile.facts.last_boot_at != booted_at
