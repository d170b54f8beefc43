"""A whole Bosman on this machine, and a Windows machine under Wine whose agent is installed by its real installer."""

import json
import shutil
from collections.abc import Iterator

import pytest

from testkit.code_signing import CodeSigning
from testkit.owner import Owner
from testkit.stack import Stack, recording_stack
from testkit.wine.agent_build import AgentBuild
from testkit.wine.machine import WindowsMachine
from testkit.wine.prefix import WinePrefix, missing_tools

LOCALE = "pl_PL.UTF-8"


@pytest.fixture(scope="session", autouse=True)
def _wine() -> None:
    if missing := [*missing_tools(), *(["osslsigncode"] if shutil.which("osslsigncode") is None else [])]:
        pytest.skip(f"not here: {', '.join(missing)}; as root `make test-windows` installs them")


@pytest.fixture(scope="package", autouse=True)
def code_signing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeSigning]:
    """What is built here is signed, by an authority that exists for these tests alone."""
    made = CodeSigning(tmp_path_factory.mktemp("code-signing"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in made.environment.items():
            patch.setenv(name, value)
        yield made


@pytest.fixture(scope="package")
def build(tmp_path_factory: pytest.TempPathFactory) -> AgentBuild:
    return AgentBuild(tmp_path_factory.mktemp("agent-build"))


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with recording_stack(tmp_path_factory.mktemp("restarts") / "recorded") as running:
        yield running


@pytest.fixture(scope="package")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WindowsMachine]:
    prefix = WinePrefix(tmp_path_factory.mktemp("wine"), locale=LOCALE)
    prefix.start()
    # Nothing may restart anything here: what the agent would do is written down.
    recorder = ["cmd.exe", "/d", "/c", r"echo restart in {seconds} s>> C:\restarts.txt"]
    prefix.set_for_services("BOSMAN_AGENT_RESTART_COMMAND", json.dumps(recorder))
    # The service manager reads its environment when it starts.
    prefix.stop()
    prefix.start()
    yield WindowsMachine(prefix)
    prefix.stop()


@pytest.fixture(scope="package")
def owner(stack: Stack) -> Iterator[Owner]:
    made = Owner(stack)
    yield made
    made.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One story: a chapter after a broken one would only fail for its reason."""
    for item in items:
        if "e2e/windows" in str(item.path):
            item.add_marker(pytest.mark.timeout(600))
