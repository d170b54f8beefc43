"""Who decides what Windows offers, from values as the registry has them."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bosman_agent.platform.windows.update_policy import (
    AUTOMATIC_KEY,
    POLICY_KEY,
    SOURCES,
    decide_policy,
    read_policy,
)
from bosman_protocol.reports import UpdatePolicy

WSUS: dict[str, Any] = {"WUServer": "https://wsus.example.pl:8531", "WUStatusServer": "https://wsus.example.pl:8531"}


class TestSource:
    @pytest.mark.parametrize(
        ("policy", "automatic", "source", "server"),
        [
            ({}, {}, "microsoft", None),
            (WSUS, {"UseWUServer": 1}, "wsus", WSUS["WUServer"]),
            (WSUS, {"UseWUServer": "1"}, "wsus", WSUS["WUServer"]),
            (WSUS, {"UseWUServer": 0}, "microsoft", None),
            (WSUS, {}, "microsoft", None),
            ({}, {"UseWUServer": 1}, "microsoft", None),
            ({"DeferQualityUpdates": 1, "DeferQualityUpdatesPeriodInDays": 7}, {}, "wufb", None),
            ({"TargetReleaseVersion": 1, "TargetReleaseVersionInfo": "24H2"}, {}, "wufb", None),
            (WSUS | {"DeferQualityUpdates": 1}, {"UseWUServer": 1}, "wsus", WSUS["WUServer"]),
        ],
    )
    def test_source(self, policy: dict[str, Any], automatic: dict[str, Any], source: str, server: str | None) -> None:
        made = decide_policy(policy, automatic)

        assert (made.source, made.server) == (source, server)

    @pytest.mark.parametrize(("wsus_classes", "source"), [(0, "microsoft"), (1, "wsus"), (4, "wsus")])
    def test_server_that_looks_after_no_class_decides_nothing(self, wsus_classes: int, source: str) -> None:
        values = {name: int(number < wsus_classes) for number, name in enumerate(SOURCES)}

        assert decide_policy(WSUS | values, {"UseWUServer": 1, "UseUpdateClassPolicySource": 1}).source == source


class TestDetails:
    def test_deferrals_and_target_are_read(self) -> None:
        made = decide_policy(
            {
                "DeferQualityUpdates": 1, "DeferQualityUpdatesPeriodInDays": 7, "DeferFeatureUpdates": 1,
                "DeferFeatureUpdatesPeriodInDays": 180, "TargetReleaseVersion": 1, "TargetReleaseVersionInfo": "24H2",
            },
            {},
        )  # fmt: skip

        assert (made.quality_deferral_days, made.feature_deferral_days, made.target_version) == (7, 180, "24H2")

    def test_days_without_their_switch_do_not_count(self) -> None:
        assert decide_policy({"DeferQualityUpdatesPeriodInDays": 7}, {}).quality_deferral_days is None

    @pytest.mark.parametrize(
        ("automatic", "expected"),
        [({}, None), ({"NoAutoUpdate": 1, "AUOptions": 4}, False), ({"AUOptions": 4}, True), ({"AUOptions": 2}, False),
         ({"AUOptions": 3}, False), ({"NoAutoUpdate": 0, "AUOptions": 5}, True)],
    )  # fmt: skip
    def test_automatic(self, automatic: dict[str, Any], expected: bool | None) -> None:
        assert decide_policy({}, automatic).automatic is expected

    def test_both_keys_are_asked_for_and_missing_ones_are_empty(self) -> None:
        asked: list[str] = []

        def read(path: str) -> None:
            asked.append(path)

        assert read_policy(read) == UpdatePolicy("microsoft")
        assert asked == [POLICY_KEY, AUTOMATIC_KEY]

    @given(
        st.dictionaries(
            st.sampled_from([*SOURCES, *WSUS, "DeferQualityUpdates", "DeferQualityUpdatesPeriodInDays", "UseWUServer",
                             "TargetReleaseVersion", "TargetReleaseVersionInfo", "AUOptions", "NoAutoUpdate"]),
            st.none() | st.integers() | st.text() | st.binary() | st.lists(st.text()),
        )
    )  # fmt: skip
    def test_any_values_fit_the_wire(self, values: dict[str, Any]) -> None:
        made = decide_policy(values, values)

        assert msgspec.json.decode(msgspec.json.encode(made), type=UpdatePolicy) == made
