"""The first Owner of a stack, for stories about one device: every call is one exchange with the real API."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pyotp

from testkit.patience import patient, until
from testkit.stack import Stack

ENDED = {"succeeded", "failed", "timed_out", "cancelled", "expired"}
TASK_SECONDS = 180.0


class Owner:
    """The first Owner of the stack, and its one device of a family: every call is one exchange with the real API."""

    def __init__(self, stack: Stack, os_family: str = "windows") -> None:
        self.stack = stack
        self._os_family = os_family
        self._client = httpx.Client(base_url=f"{stack.url}/api/v1", timeout=patient(), headers={"Origin": stack.url})
        email, password = "owner@example.com", "bosman gwizda o świcie 7"
        self.post(
            "/setup",
            {"code": stack.setup_code, "email": email, "name": "Owner", "password": password, "language": "pl"},
        )
        self.post("/session", {"email": email, "password": password})
        self._secret: str = self.post("/session/totp/enrollment", {})["secret"]
        self.post("/session/totp/enrollment/confirm", {"code": pyotp.TOTP(self._secret).now()})
        self.tenant_id = self.all("/tenants")[0]["id"]
        self.site_id = self.all("/sites")[0]["id"]

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        answer = self._client.request(method, path, json=body, headers=headers)
        if answer.status_code == 403 and answer.json()["code"] == "session.step_up_required":
            self._step_up()
            answer = self._client.request(method, path, json=body, headers=headers)
        if answer.status_code == 409 and answer.json()["code"] == "job.confirm_required":
            typed = {"confirmed_count": answer.json()["params"]["count"]}
            answer = self._client.request(method, path, json=(body or {}) | typed)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json() if answer.content else None

    def _step_up(self) -> None:
        # A code works once: the next one comes with the next half minute.
        time.sleep(30 - time.time() % 30 + 0.5)
        self._client.post("/session/step-up", json={"code": pyotp.TOTP(self._secret).now()}).raise_for_status()

    def get(self, path: str) -> Any:
        """Read."""
        return self._call("GET", path)

    def post(self, path: str, body: Any = None) -> Any:
        """Do."""
        return self._call("POST", path, body)

    def patch(self, path: str, body: Any) -> Any:
        """Change what stands there now."""
        version = self.get(path)["version"]
        return self._call("PATCH", path, body, {"if-match": f'"{version}"'})

    def all(self, path: str) -> list[dict[str, Any]]:
        """The items of a list (its first 200)."""
        joint = "&" if "?" in path else "?"
        found: list[dict[str, Any]] = self.get(f"{path}{joint}limit=200")["items"]
        return found

    def token(self) -> dict[str, Any]:
        """A fresh enrolment token."""
        wanted = {"tenant_id": self.tenant_id, "site_id": self.site_id, "max_uses": 5}
        made: dict[str, Any] = self.post("/enrollment-tokens", wanted)
        return made

    def devices(self) -> list[dict[str, Any]]:
        """The devices of the family as the list has them."""
        return [device for device in self.all("/devices") if device["os_family"] == self._os_family]

    def windows_devices(self) -> list[dict[str, Any]]:
        """Windows devices as the list has them."""
        return [device for device in self.all("/devices") if device["os_family"] == "windows"]

    def device(self) -> dict[str, Any]:
        """The one device, whole."""
        (row,) = self.devices()
        found: dict[str, Any] = self.get(f"/devices/{row['id']}")
        return found

    def until(self, check: Callable[[], Any], seconds: float = TASK_SECONDS) -> Any:
        """Wait for something true. Raises AssertionError."""
        return until(check, seconds, poll_seconds=0.2)

    def start(self, kind: str, params: dict[str, Any] | None = None) -> str:
        """Start a task on the device; its id."""
        device_id = self.devices()[0]["id"]
        return str(self.post(f"/devices/{device_id}/tasks", {"kind": kind, "params": params or {}})["id"])

    def wait(self, task_id: str, seconds: float = TASK_SECONDS) -> dict[str, Any]:
        """The task, once it has ended."""

        def ended() -> Any:
            task = self.get(f"/tasks/{task_id}")
            return task if task["state"] in ENDED else None

        found: dict[str, Any] = self.until(ended, seconds)
        return found

    def do(self, kind: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Start a task and wait for its end."""
        return self.wait(self.start(kind, params))

    def output(self, task_id: str) -> str:
        """What a task has said so far."""
        page = self.get(f"/tasks/{task_id}/output")
        return "".join(chunk["text"] for chunk in page["chunks"]).replace("\r\n", "\n")

    def add_release(self, folder: Path) -> None:
        """Store a release as an operator does."""
        command = [sys.executable, "-m", "bosman_server.cli", "releases", "add", str(folder)]
        command += ["--state-dir", str(self.stack.state_dir)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
