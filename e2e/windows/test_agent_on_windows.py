"""The life of an agent on Windows: refused, installed, at work, killed, updated, rolled back, removed.

Real: the installer, the service, the agent, cmd, the registry, DPAPI, COM, Bosman itself. A stand-in: Windows Update.
"""

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from testkit.code_signing import CodeSigning
from testkit.wine.agent_build import BROKEN, AgentBuild
from testkit.wine.machine import WindowsMachine, wait_for
from testkit.wua.scene import CRITICAL, DEFINITIONS, DRIVERS, UPDATES, update, update_id

ROOT = Path(__file__).parents[2]
POLISH = "Zażółć gęślą jaźń, ŁÓDŹ"
UNINSTALL_KEY = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall\Bosman Agent"


@pytest.fixture(scope="module")
def installer(build: AgentBuild, owner: Any) -> Path:
    folder = build.release("0.1.0", installer=True)
    # Which version agents are brought to is this story's own decision.
    owner.patch(f"/tenants/{owner.tenant_id}", {"agent_updates": False})
    owner.add_release(folder)
    return next(folder.glob("*.exe"))


@pytest.fixture(scope="module")
def scenario(machine: WindowsMachine) -> Any:
    """Windows Update is played by a stand-in, registered for the interpreter of the installed agent."""
    equipment = machine.prefix.drive / "bosman-test" / "testkit"
    shutil.copytree(ROOT / "testkit" / "wua", equipment / "wua")
    shutil.copy2(ROOT / "testkit" / "__init__.py", equipment)
    python = r"C:\Program Files\Bosman Agent\versions\0.1.0\python\python.exe"
    registered = machine.prefix.run([python, "-X", "utf8", r"C:\bosman-test\testkit\wua\register.py"])
    assert registered.code == 0, registered.error_text

    def play(*updates: dict[str, Any], **about: Any) -> None:
        (machine.prefix.drive / "bosman-wua.json.state.json").unlink(missing_ok=True)
        text = json.dumps({"updates": updates, **about}, ensure_ascii=False)
        (machine.prefix.drive / "bosman-wua.json").write_text(text, encoding="utf-8")

    return play


def arguments(token: dict[str, Any], **changes: str) -> list[str]:
    values = {"TOKEN": token["token"], "SERVER": token["gateway_url"], "CAPIN": token["authority_sha256"], **changes}
    return [f"/{name}={value}" for name, value in values.items()]


def setup_log(machine: WindowsMachine) -> str:
    return "".join(path.read_text() for path in machine.prefix.drive.glob("users/*/Temp/bosman-agent-setup.log"))


class TestRefusedInstallation:
    def test_nothing_given_names_what_is_missing(self, machine: WindowsMachine, installer: Path) -> None:
        assert machine.install(installer).code == 87
        assert "/TOKEN=" in setup_log(machine)

    def test_server_with_another_authority_is_refused(
        self, machine: WindowsMachine, installer: Path, owner: Any
    ) -> None:
        ran = machine.install(installer, *arguments(owner.token(), CAPIN="ab" * 32))

        assert ran.code == 4
        assert "Urząd certyfikacji serwera nie jest tym z wiersza instalacji" in setup_log(machine)

    def test_token_that_nobody_made_is_refused(self, machine: WindowsMachine, installer: Path, owner: Any) -> None:
        ran = machine.install(installer, *arguments(owner.token(), TOKEN="x" * 40))

        assert ran.code == 4
        assert "Serwer nie zna tego tokenu" in setup_log(machine)

    def test_refused_installation_leaves_nothing_running(self, machine: WindowsMachine) -> None:
        assert machine.service_state() == ""
        assert not machine.programs.exists()
        assert not (machine.data / "agent.json").exists()


class TestInstallation:
    def test_silent_installation_brings_the_device_online(
        self, machine: WindowsMachine, installer: Path, owner: Any
    ) -> None:
        began = time.monotonic()
        ran = machine.install(installer, *arguments(owner.token()))
        assert ran.code == 0, setup_log(machine) + machine.log()
        owner.until(lambda: [device for device in owner.windows_devices() if device["online"]], 60)

        print(f"installation to online: {time.monotonic() - began:.1f} s")
        assert machine.service_state() == "RUNNING"
        assert owner.device()["agent_version"] == "0.1.0"

    def test_installer_and_uninstaller_are_signed(
        self, machine: WindowsMachine, installer: Path, code_signing: CodeSigning
    ) -> None:
        for program in (installer, machine.programs / "uninstall.exe"):
            good, said = code_signing.verify(program)
            assert good, said

    def test_administrator_has_the_command_line(self, machine: WindowsMachine, owner: Any) -> None:
        status = machine.command("status", "--json")
        doctor = machine.command("doctor", "--json")

        assert json.loads(status.text)["device_id"] == owner.device()["id"]
        verdicts = {check["check"]: check["verdict"] for check in json.loads(doctor.text)["findings"]}
        assert {verdicts[name] for name in ("enrolled", "names", "gateway", "bus", "certificate", "clock")} == {"ok"}

    def test_key_lies_sealed(self, machine: WindowsMachine) -> None:
        stored = (machine.data / "device.pem").read_bytes()

        assert b"BOSMAN SEALED PASSWORD" in stored
        assert b"ENCRYPTED PRIVATE KEY" in stored
        assert b"BEGIN PRIVATE KEY" not in stored

    def test_windows_lists_it_among_programs(self, machine: WindowsMachine) -> None:
        listed = machine.registry(UNINSTALL_KEY)

        for word in ("DisplayName", "Bosman Agent", "0.1.0", "QuietUninstallString", "EstimatedSize"):
            assert word in listed

    def test_second_installation_keeps_who_it_is(self, machine: WindowsMachine, installer: Path, owner: Any) -> None:
        before = (machine.data / "agent.json").read_bytes(), (machine.data / "device.pem").read_bytes()
        device_id = owner.device()["id"]

        assert machine.install(installer).code == 0
        assert machine.install(installer, *arguments(owner.token())).code == 0

        assert ((machine.data / "agent.json").read_bytes(), (machine.data / "device.pem").read_bytes()) == before
        wait_for("connection", machine.connected)
        assert [device["id"] for device in owner.windows_devices()] == [device_id]

    def test_facts_and_software_are_those_of_the_machine(self, owner: Any) -> None:
        assert owner.do("inventory.collect")["state"] == "succeeded"
        device = owner.device()
        facts = owner.until(lambda: owner.device()["facts"])
        software = owner.until(lambda: owner.all(f"/devices/{device['id']}/software"))

        assert facts["os_family"] == "windows"
        assert "Windows" in facts["os_name"]
        assert facts["memory_bytes"] > 0
        assert "Bosman Agent" in {item["name"] for item in software}


class TestScripts:
    def test_batch_with_polish_letters_streams_its_output(self, owner: Any) -> None:
        source = f"echo {POLISH}\nping -n 3 127.0.0.1 >nul\necho koniec"
        task_id = owner.start("script.run", {"shell": "cmd", "source": source})

        owner.until(lambda: POLISH in owner.output(task_id))
        streamed_while_running = owner.get(f"/tasks/{task_id}")["state"] == "running"
        task = owner.wait(task_id)

        assert task["state"] == "succeeded", task
        assert streamed_while_running
        assert owner.output(task_id) == f"{POLISH}\nkoniec\n"
        assert task["result"]["interpreter"].lower().endswith("cmd.exe")

    def test_exit_code_fails_the_task(self, owner: Any) -> None:
        task = owner.do("script.run", {"shell": "cmd", "source": "exit /b 3"})

        assert (task["state"], task["error_code"], task["exit_code"]) == ("failed", "script.failed", 3)

    def test_python_is_there_without_being_installed(self, owner: Any) -> None:
        task = owner.do("script.run", {"shell": "python", "source": "import sys\nprint(sys.platform, 'żółw')"})

        assert task["state"] == "succeeded", task
        assert owner.output(task["id"]) == "win32 żółw\n"

    @pytest.mark.parametrize(
        ("params", "code"),
        [
            ({"shell": "pwsh", "source": "1"}, "script.no_interpreter"),
            ({"shell": "cmd", "source": "echo 1", "run_as": "user"}, "script.no_user"),
        ],
    )
    def test_what_the_machine_lacks_is_named(self, owner: Any, params: dict[str, Any], code: str) -> None:
        task = owner.do("script.run", params)

        assert (task["state"], task["error_code"]) == ("failed", code)

    @pytest.mark.parametrize(("kind", "code"), [("apps.scan", "apps.not_available")])
    def test_machine_without_winget_says_so(self, owner: Any, kind: str, code: str) -> None:
        assert owner.do(kind)["error_code"] == code

    def test_health_says_what_it_could_not_look_at(self, owner: Any) -> None:
        task = owner.do("health.collect")

        assert task["state"] == "succeeded", task
        assert "health.no_smartctl" in {problem["code"] for problem in task["result"]["problems"]}


class TestWindowsUpdate:
    def test_scan_lists_every_class_with_its_marks(self, owner: Any, scenario: Any) -> None:
        scenario(
            update("lcu", kbs=["5034441"], severity="Critical", cves=["CVE-2026-12345"], size=8_123_456_789),
            update("critical", categories=[CRITICAL], eula_accepted=False),
            update("driver", categories=[DRIVERS], type=2),
            update("preview", categories=[UPDATES], browse_only=True),
            update("defender", categories=[DEFINITIONS]),
        )
        task = owner.do("updates.scan")
        assert task["state"] == "succeeded", task

        device_id = owner.device()["id"]
        found = owner.until(lambda: owner.all(f"/devices/{device_id}/updates"))
        classes = {item["name"]: item["class"] for item in found}
        assert classes == {
            update_id("lcu"): "security",
            update_id("critical"): "critical",
            update_id("driver"): "driver",
            update_id("preview"): "optional",
            update_id("defender"): "definition",
        }
        (lcu,) = [item for item in found if item["name"] == update_id("lcu")]
        assert (lcu["kb"], lcu["severity"], lcu["cve_ids"]) == ("KB5034441", "critical", ["CVE-2026-12345"])
        assert lcu["title"] == "Aktualizacja zażółć lcu"

    def test_installation_tells_of_every_update_and_of_the_restart(self, owner: Any, scenario: Any) -> None:
        scenario(
            update("lcu", kbs=["5034441"], eula_accepted=False,
                   install={"result_code": 2, "hresult": 0, "reboot": True}),
            update("broken", download={"result_code": 4, "hresult": 0x80240438}),
            update("alone", impact=2),
        )  # fmt: skip
        names = ("lcu", "broken", "alone")
        task = owner.do(
            "updates.install",
            {"select": "chosen", "updates": [{"name": update_id(name), "version": "1"} for name in names]},
        )

        outcomes = {item["name"]: item for item in task["result"]["updates"]}
        assert outcomes[update_id("lcu")]["outcome"] == "installed"
        assert outcomes[update_id("broken")]["outcome"] == "failed"
        assert outcomes[update_id("broken")]["error"]["params"]["hresult"] == "0x80240438"
        assert task["result"]["restart_required"] is True
        assert task["state"] == "failed"
        device_id = owner.device()["id"]
        reasons = owner.until(lambda: owner.get(f"/devices/{device_id}")["restart_reasons"])
        assert "restart.agent_com" in {reason["code"] for reason in reasons}

    def test_update_that_a_newer_one_replaced_is_told_apart(self, owner: Any, scenario: Any) -> None:
        scenario(update("old", until_search=1), update("new", from_search=2))
        assert owner.do("updates.scan")["state"] == "succeeded"

        task = owner.do(
            "updates.install", {"select": "chosen", "updates": [{"name": update_id("old"), "version": "1"}]}
        )

        (outcome,) = task["result"]["updates"]
        assert (outcome["outcome"], outcome["error"]["code"]) == ("skipped", "updates.superseded")

    def test_restart_is_handed_to_windows(self, machine: WindowsMachine, owner: Any) -> None:
        task = owner.do("system.restart", {"delay_seconds": 120, "reason": "aktualizacje"})

        assert task["state"] == "succeeded", task
        assert (machine.prefix.drive / "restarts.txt").read_text().split() == ["restart", "in", "120", "s"]


class TestKilledAgent:
    def test_killed_agent_is_back_and_says_so(self, machine: WindowsMachine, owner: Any) -> None:
        (pid,) = machine.agent_pids()
        before = machine.status()["started_at"]
        began = time.monotonic()
        machine.kill(pid)
        wait_for("another agent", lambda: machine.status()["started_at"] != before and machine.connected(), 30)
        back = time.monotonic() - began

        print(f"killed agent back: {back:.1f} s")
        assert owner.do("diagnostics.echo")["state"] == "succeeded"
        troubles = owner.until(
            lambda: [item for item in owner.all("/audit?action=agent.incident") if item["action"] == "agent.incident"]
        )
        assert troubles


class TestSelfUpdate:
    def update(self, owner: Any, version: str) -> dict[str, Any]:
        task = owner.post(f"/devices/{owner.device()['id']}/agent-update", {"version": version})
        waited: dict[str, Any] = owner.wait(task["id"], 300)
        return waited

    def test_good_version_takes_over(self, machine: WindowsMachine, owner: Any, build: AgentBuild) -> None:
        device_id = owner.device()["id"]
        owner.add_release(build.release("0.2.0"))
        task = self.update(owner, "0.2.0")

        assert task["state"] == "succeeded", task
        assert task["result"] == {"version": "0.2.0", "previous_version": "0.1.0"}
        device = owner.until(lambda: owner.device() if owner.device()["agent_version"] == "0.2.0" else None)
        assert device["id"] == device_id
        service = r"HKLM\SYSTEM\CurrentControlSet\Services\BosmanAgent"
        wait_for("the service of the new version", lambda: r"versions\0.2.0" in machine.registry(service))
        assert machine.command("--version").text.strip() == "0.2.0"
        assert owner.do("diagnostics.echo")["state"] == "succeeded"

    def test_bad_version_is_turned_back_from(self, machine: WindowsMachine, owner: Any, build: AgentBuild) -> None:
        owner.add_release(build.release("0.3.0", main=BROKEN))
        task = self.update(owner, "0.3.0")

        assert (task["state"], task["error_code"]) == ("failed", "agent.update_rolled_back")
        wait_for("connection", machine.connected)
        assert owner.device()["agent_version"] == "0.2.0"
        assert owner.do("diagnostics.echo")["state"] == "succeeded"

    def test_kill_in_the_middle_ends_in_a_working_agent(
        self, machine: WindowsMachine, owner: Any, build: AgentBuild
    ) -> None:
        owner.add_release(build.release("0.4.0"))
        task_id = owner.post(f"/devices/{owner.device()['id']}/agent-update", {"version": "0.4.0"})["id"]
        wait_for("the trial", lambda: '"probing"' in (machine.data / "swap.json").read_text(), 120)
        for pid in [*machine.service_pids(), *machine.agent_pids()]:
            machine.kill(pid)
        # The service manager of Windows would do this by itself; Wine's believes in the dead service for ever.
        machine.prefix.stop()
        machine.prefix.start()
        machine.prefix.run(["sc.exe", "start", "BosmanAgent"])

        task = owner.wait(task_id, 300)
        assert task["state"] == "succeeded" or task["error_code"] == "agent.update_rolled_back", task
        wait_for("connection", machine.connected)
        wanted = "0.4.0" if task["state"] == "succeeded" else "0.2.0"
        owner.until(lambda: owner.device()["agent_version"] == wanted)
        assert not (machine.data / "swap.json").exists()


class TestRemoval:
    def test_nothing_is_left(self, machine: WindowsMachine) -> None:
        removed = machine.uninstall()

        assert removed.code == 0, setup_log(machine)
        # Wine names a service that was deleted until its process has ended.
        wait_for("the service is gone", lambda: machine.service_state() == "", 60)
        # The last that an uninstaller does, a moment after its end is seen here.
        wait_for("its entry among programs is gone", lambda: machine.registry(UNINSTALL_KEY) == "", 20)
        assert machine.registry(r"HKLM\SYSTEM\CurrentControlSet\Services\BosmanAgent") == ""
        assert not machine.data.exists()
        assert [path.name for path in machine.programs.rglob("*") if path.is_file()] in ([], ["uninstall.exe"])
        assert machine.agent_pids() == machine.service_pids() == []
