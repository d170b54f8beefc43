"""Made-up devices: always the same, within the limits of the wire, believable."""

from collections import Counter
from datetime import UTC, datetime

import msgspec
import pytest

from bench.simulator.catalogue import CUSTOMERS, Profile, make_profile
from bench.simulator.catalogue.updates import patch_tuesday
from bench.simulator.fleet import plan
from bosman_protocol.reports import FactsReport, SoftwareReport, UpdatesReport
from bosman_protocol.uplink import decode_uplink, encoder

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
PROFILES = [item.machine("test").profile for item in plan(300)]


def _profile(number: int) -> Profile:
    return make_profile("seed", number, CUSTOMERS[0], CUSTOMERS[0].places[0], NOW)


class TestPlan:
    @pytest.mark.parametrize("count", [1, 7, 300, 5000])
    def test_any_count_is_spread_exactly(self, count: int) -> None:
        planned = plan(count)
        assert len(planned) == count
        assert len({item.name for item in planned}) == count

    def test_300_devices_reach_three_tenants_and_six_sites(self) -> None:
        assert len({item.customer.name for item in plan(300)}) == 3
        assert len({(item.customer.code, item.place.code) for item in plan(300)}) == 6


class TestMakeProfile:
    def test_same_arguments_give_the_same_device(self) -> None:
        assert _profile(7) == _profile(7)

    def test_other_number_gives_another_device(self) -> None:
        assert _profile(7).facts != _profile(8).facts

    def test_reports_pass_the_limits_of_the_wire(self) -> None:
        for number, item in enumerate(plan(120)):
            machine = item.machine("wire")
            for message in [*machine.inventory(), machine.updates_report()]:
                decoded = decode_uplink(encoder.encode(message))
                assert isinstance(decoded, FactsReport | SoftwareReport | UpdatesReport), number

    def test_names_are_unique_and_fit_into_netbios(self) -> None:
        names = [profile.hostname for profile in PROFILES]
        assert len(set(names)) == len(names)
        assert all(len(name) <= 15 for name in names)

    def test_all_systems_of_both_families_are_met(self) -> None:
        systems = Counter(profile.facts.os_name for profile in PROFILES)
        for name in ("Windows 10 Pro", "Windows 11 Pro", "Windows Server 2019 Standard"):
            assert systems[name] > 0
        assert any("Debian" in name for name in systems)
        assert any("Ubuntu" in name for name in systems)

    def test_updates_of_a_family_look_like_its_own(self) -> None:
        for profile in PROFILES:
            for update in profile.pending:
                assert (update.origin == "Windows Update") == (profile.os_family == "windows")
                assert (update.kb is None) or update.kb in update.title

    def test_restart_is_due_exactly_when_there_are_reasons(self) -> None:
        assert all(profile.restart_required == bool(profile.restart_reasons) for profile in PROFILES)
        assert any(profile.restart_required for profile in PROFILES)

    def test_profile_survives_json(self) -> None:
        profile = _profile(3)
        assert msgspec.json.decode(msgspec.json.encode(profile), type=Profile) == profile


class TestPatchTuesday:
    @pytest.mark.parametrize(
        ("now", "expected"),
        [
            (datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 10, 18, tzinfo=UTC)),
            (datetime(2026, 11, 10, 17, tzinfo=UTC), datetime(2026, 10, 13, 18, tzinfo=UTC)),
            (datetime(2026, 1, 2, tzinfo=UTC), datetime(2025, 12, 9, 18, tzinfo=UTC)),
            (datetime(2026, 9, 8, 18, tzinfo=UTC), datetime(2026, 9, 8, 18, tzinfo=UTC)),
        ],
    )
    def test_last_second_tuesday_that_is_not_ahead(self, now: datetime, expected: datetime) -> None:
        assert patch_tuesday(now) == expected
