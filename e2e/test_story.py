"""The story of the first hour: set-up link → TOTP → this machine's real updates → install one and watch → restart flag.

Runs once in Polish and once in English, each against a Bosman of its own. The
update that is installed is a harmless package built here and offered by a local
repository; scanning, installing and the pending list are apt's own and real.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page, expect

from testkit.package_manager import locked_package_manager
from testkit.patience import patient
from testkit.stack import Stack, recording_stack

PACKAGE = "bosman-e2e-canary"
MARK = Path("/run/reboot-required")
SOURCES = Path("/etc/apt/sources.list.d/bosman-e2e.list")
PASSWORD = "Siedem-zielonych-lodzi"

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("apt-get") is None, reason="installing a package needs root and apt"
)


@dataclass(frozen=True)
class Words:
    """What the buttons are called."""

    language: str
    name: str
    email: str
    password: str
    create: str
    code: str
    saved: str
    open: str
    updates: str
    actions: str
    scan: str
    install: str
    chosen: str
    search: str
    go: str
    succeeded: str
    restart: str
    sign_in: str
    home: str
    restart_required: str
    restart_go: str
    headers: tuple[str, ...]


ENGLISH = Words(
    "en", "Name", "E-mail address", "Password", "Create the account", "6-digit code",
    "I have saved the codes", "Open Bosman", "Updates", "Actions for {}", "Scan for updates", "Install updates",
    "Chosen updates", "Search by name or KB", "Install on 1 device", "Succeeded", "Restart", "Continue", "Home",
    "Required", "Restart 1 device",
    ("Device", "Customer", "Site", "OS", "Pending updates", "Last scan", "Actions"),
)  # fmt: skip
POLISH = Words(
    "pl", "Imię i nazwisko", "Adres e-mail", "Hasło", "Utwórz konto", "Kod z 6 cyfr",
    "Kody są zapisane", "Otwórz Bosmana", "Aktualizacje", "Działania dla {}", "Skanuj aktualizacje",
    "Zainstaluj aktualizacje", "Wybrane aktualizacje", "Szukaj po nazwie lub KB", "Zainstaluj na 1 urządzeniu",
    "Wykonano", "Zrestartuj", "Dalej", "Pulpit", "Wymagany", "Zrestartuj 1 urządzenie",
    ("Urządzenie", "Klient", "Lokalizacja", "System", "Oczekujące", "Ostatni skan", "Akcje"),
)  # fmt: skip


def build_package(folder: Path, version: str) -> Path:
    root = folder / f"build-{version}"
    control = root / "DEBIAN" / "control"
    control.parent.mkdir(parents=True)
    control.parent.chmod(0o755)
    control.write_text(
        f"Package: {PACKAGE}\nVersion: {version}\nArchitecture: all\nMaintainer: Bosman <nobody@example.com>\n"
        "Description: harmless package for Bosman's end-to-end test\n"
    )
    script = root / "DEBIAN" / "postinst"
    # What a kernel's package does: leave the mark that a restart is due.
    script.write_text(f"#!/bin/sh\n[ {version} = 1.0 ] || {{ touch {MARK}; echo {PACKAGE} >> {MARK}.pkgs; }}\n")
    script.chmod(0o755)
    target = folder / f"{PACKAGE}_{version}_all.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", root, target], check=True, capture_output=True)
    return target


def apt(*arguments: Any) -> None:
    """Run apt-get; the agent under test uses apt too, so a lock is waited for."""
    for patience in range(60):
        done = subprocess.run(
            ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=120", *map(str, arguments)],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_SUSPEND": "1", "LC_ALL": "C.UTF-8"},
            timeout=300,
        )
        if done.returncode == 0:
            return
        assert "Could not get lock" in done.stderr and patience < 59, done.stderr
        time.sleep(1)


@pytest.fixture
def restarts(tmp_path: Path) -> Path:
    """Where the restart recorder writes."""
    return tmp_path / "restarts"


@pytest.fixture
def stack(restarts: Path) -> Iterator[Stack]:
    """A Bosman of its own for each language: set-up happens once."""
    with recording_stack(restarts) as running:
        yield running


@pytest.fixture
def canary() -> Iterator[None]:
    """Version 1.0 installed, 2.0 offered by a repository in a folder; nobody else installs packages meanwhile."""
    with locked_package_manager(), _canary():
        yield


@contextlib.contextmanager
def _canary() -> Iterator[None]:
    # Not below pytest's own folder: that is 0700, and apt reads repositories as a user of its own.
    root = Path(tempfile.mkdtemp(prefix="bosman-canary-"))
    folder = root / "repository"
    folder.mkdir()
    root.chmod(0o755)
    old = build_package(root, "1.0")
    new = build_package(folder, "2.0")
    packages = subprocess.run(["dpkg-deb", "--field", new], check=True, capture_output=True, text=True).stdout.strip()
    digest = subprocess.run(["sha256sum", new], check=True, capture_output=True, text=True).stdout.split()[0]
    (folder / "Packages").write_text(
        f"{packages}\nFilename: ./{new.name}\nSize: {new.stat().st_size}\nSHA256: {digest}\n\n"
    )
    marked_before = MARK.exists()
    apt("install", "-y", old)
    SOURCES.write_text(f"deb [trusted=yes] file:{folder} ./\n")
    try:
        apt("update")
        yield
    finally:
        SOURCES.unlink(missing_ok=True)
        apt("purge", "-y", PACKAGE)
        if not marked_before:
            MARK.unlink(missing_ok=True)
            MARK.with_suffix(".pkgs").unlink(missing_ok=True)
        shutil.rmtree(root)


def installed_version() -> str:
    query = ["dpkg-query", "-W", "-f", "${Version}", PACKAGE]
    return subprocess.run(query, check=True, capture_output=True, text=True).stdout


def set_up(page: Page, stack: Stack, words: Words) -> str:
    """First Owner; returns the TOTP secret."""
    page.goto(str(stack.about()["setup_url"]))
    page.get_by_label(words.name).fill("Ola Nowak")
    page.get_by_label(words.email).fill("ola@example.com")
    page.get_by_label(words.password, exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name=words.create).click()
    secret = page.get_by_text(re.compile(r"^(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}$")).inner_text().replace(" ", "")
    # Six digits send themselves.
    page.get_by_label(words.code).press_sequentially(pyotp.TOTP(secret).now())
    page.get_by_label(words.saved, exact=False).check()
    page.get_by_role("button", name=words.open).click()
    page.get_by_role("heading", name=words.home).wait_for()
    return secret


def sign_in_again(page: Page, stack: Stack, words: Words, secret: str) -> None:
    page.context.clear_cookies()
    page.goto(stack.url)
    page.get_by_label(words.email).fill("ola@example.com")
    page.get_by_label(words.password, exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name=words.sign_in).click()
    page.get_by_label(words.code).press_sequentially(pyotp.TOTP(secret).at(int(time.time()) + 30))
    page.get_by_role("heading", name=words.home).wait_for()


def finished_task(page: Page, stack: Stack, kind: str) -> dict[str, Any]:
    """The newest task of a kind, once it has succeeded."""
    deadline = time.monotonic() + patient(120)
    while True:
        items = page.request.get(f"{stack.url}/api/v1/tasks?kind={kind}").json()["items"]
        if items and items[0]["state"] == "succeeded":
            return dict(items[0])
        assert time.monotonic() < deadline, items[:1]
        page.wait_for_timeout(300)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("words", [ENGLISH, POLISH], ids=["en", "pl"])
class TestFirstHour:
    def test_from_the_set_up_link_to_an_installed_update(
        self, stack: Stack, new_visitor: Any, canary: None, restarts: Path, words: Words
    ) -> None:
        visitor = new_visitor(words.language)
        page: Page = visitor.page
        secret = set_up(page, stack, words)
        hostname = os.uname().nodename

        page.get_by_role("navigation").first.get_by_role("link", name=words.updates).click()
        page.get_by_role("heading", name=words.updates, exact=True).wait_for()
        menu = page.get_by_role("button", name=words.actions.format(hostname))
        menu.wait_for()
        headers = [text.strip() for text in page.get_by_role("columnheader").all_inner_texts() if text.strip()]
        # What no device has anything to show in is no column: "restart" comes with the first that needs one.
        assert tuple(header for header in headers if header != "Restart") == words.headers
        row = page.get_by_role("row").filter(has_text=hostname)
        menu.click()
        page.get_by_role("menuitem", name=words.scan).click()
        finished_task(page, stack, "updates.scan")
        visitor.shot(f"story-{words.language}-updates")

        menu.click()
        page.get_by_role("menuitem", name=words.install).click()
        drawer = page.get_by_role("dialog")
        drawer.get_by_label(words.chosen).check()
        drawer.get_by_placeholder(words.search).fill(PACKAGE)
        drawer.get_by_role("checkbox").check()
        visitor.shot(f"story-{words.language}-choose")
        drawer.get_by_role("button", name=words.go).click()
        expect(drawer).to_be_hidden()

        tasks = page.request.get(f"{stack.url}/api/v1/tasks?kind=updates.install").json()["items"]
        page.goto(f"{stack.url}/tasks/{tasks[0]['id']}")
        log = page.get_by_role("log").first
        expect(log).to_contain_text(f"Unpacking {PACKAGE} (2.0)", timeout=patient(120) * 1000)
        expect(page.locator("main")).to_contain_text(words.succeeded, timeout=patient(120) * 1000)
        visitor.shot(f"story-{words.language}-output")
        assert installed_version() == "2.0"

        page.goto(f"{stack.url}/updates")
        expect(row).to_contain_text(words.restart_required)
        visitor.shot(f"story-{words.language}-restart-required")
        menu.click()
        page.get_by_role("menuitem", name=words.restart).click()
        page.get_by_role("dialog").get_by_role("button", name=words.restart_go).click()
        finished_task(page, stack, "system.restart")
        assert "restart" in restarts.read_text()

        pending = page.request.get(f"{stack.url}/api/v1/devices/{tasks[0]['device_id']}/updates?q={PACKAGE}").json()
        assert pending["total"] == 0
        sign_in_again(page, stack, words, secret)
