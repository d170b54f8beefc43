"""Settings of the file, and what the environment makes of them."""

from typing import Any

import pytest

from bosman_agent.identity.config import ConfigBrokenError, Settings, load_config

RECONNECT = "BOSMAN_AGENT_RECONNECT_MAX_SECONDS"
JITTER = "BOSMAN_AGENT_RECONNECT_LEASE_JITTER_SECONDS"


class TestLoadConfig:
    def test_without_variables_the_file_counts(self, agent_folder: Any) -> None:
        data, config = agent_folder(reconnect_cap_seconds=7, reconnect_lease_jitter_seconds=3)

        assert load_config(data) == config
        assert (config.settings.reconnect_cap_seconds, config.settings.reconnect_lease_jitter_seconds) == (7, 3)

    def test_variables_win_over_the_file(self, agent_folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        data, _ = agent_folder(reconnect_cap_seconds=7, reconnect_lease_jitter_seconds=3)
        monkeypatch.setenv(RECONNECT, "2")
        monkeypatch.setenv(JITTER, "0.5")

        settings = load_config(data).settings

        assert (settings.reconnect_cap_seconds, settings.reconnect_lease_jitter_seconds) == (2, 0.5)

    def test_empty_variable_is_none(self, agent_folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        data, config = agent_folder()
        monkeypatch.setenv(RECONNECT, "")

        assert load_config(data) == config

    @pytest.mark.parametrize(("variable", "value"), [(RECONNECT, "0"), (RECONNECT, "soon"), (JITTER, "-1")])
    def test_senseless_variable_is_named(
        self, agent_folder: Any, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
    ) -> None:
        data, _ = agent_folder()
        monkeypatch.setenv(variable, value)

        with pytest.raises(ConfigBrokenError, match=variable):
            load_config(data)


class TestLeaseJitter:
    @pytest.mark.parametrize(
        ("settings", "seconds"),
        [
            (Settings(), 5),
            (Settings(reconnect_cap_seconds=2), 2),
            (Settings(reconnect_lease_jitter_seconds=90), 60),
            (Settings(reconnect_lease_jitter_seconds=0), 0),
        ],
    )
    def test_is_bounded_by_the_pause_between_attempts(self, settings: Settings, seconds: float) -> None:
        assert settings.lease_jitter_seconds == seconds
