"""A stack with this very machine as its device, and a real browser that fails on every console error."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from testkit.pages import make_page_scene, sign_in_anew
from testkit.patience import patient
from testkit.stack import Stack, recording_stack

CHROMIUM = os.environ.get("E2E_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHOTS = Path(os.environ.get("BOSMAN_SHOTS", Path(__file__).parents[1] / "artifacts" / "screenshots"))
AXE = Path(__file__).parents[1] / "web" / "node_modules" / "axe-core" / "axe.min.js"


# Of one file: while its loop runs, no test of asyncio can run in the same process.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium here; as root `make test` installs it")
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield running
    running.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One for all that look at it only; who sets it up, kills or updates something has one of their own."""
    with recording_stack(tmp_path_factory.mktemp("restarts") / "recorded") as running:
        yield running


@pytest.fixture(scope="session")
def made_scene(stack: Stack) -> dict[str, Any]:
    """An Owner with a device, a finished task and a token."""
    return make_page_scene(stack)


@pytest.fixture
def scene(stack: Stack, made_scene: dict[str, Any]) -> dict[str, Any]:
    """The same, signed in just now: a second factor does not last as long as all tests together."""
    return sign_in_anew(stack, made_scene)


# Told to the test at once: a violation inside a page that is left right away never reaches the console.
WATCH_POLICY = """
document.addEventListener("securitypolicyviolation", (event) => {
  window.bosmanPolicyViolation(
    [event.effectiveDirective, event.blockedURI, event.sample, event.sourceFile, event.lineNumber].join(" | "));
});
"""


class Visitor:
    """A person at a browser: pages whose errors fail the test, screenshots, accessibility."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.complaints: list[str] = []
        context.expose_function(
            "bosmanPolicyViolation", lambda text: self.complaints.append(f"content security policy: {text}")
        )
        context.add_init_script(WATCH_POLICY)
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        self.page.on("console", self._on_console)

    def _on_console(self, message: Any) -> None:
        # A refused sign-in answers 401, which the browser itself prints: that is the test's own doing.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def shot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")

    def assert_accessible(self) -> None:
        """No serious or critical finding of axe on the page as it stands."""
        self.page.evaluate(AXE.read_text())
        result = self.page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
        serious = [
            f"{item['id']}: {item['nodes'][0]['html'][:200]}"
            for item in result["violations"]
            if item["impact"] in {"serious", "critical"}
        ]
        assert not serious, serious

    def assert_no_sideways_scroll(self) -> None:
        width = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], width


@pytest.fixture
def new_visitor(browser: Browser) -> Iterator[Any]:
    visitors: list[Visitor] = []

    def make(language: str, *, width: int = 1440, dark: bool = False, state: Any = None) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            locale={"pl": "pl-PL", "en": "en-GB"}[language],
            color_scheme="dark" if dark else "light",
            storage_state=state,
            accept_downloads=True,
        )
        context.set_default_timeout(patient() * 1000)
        visitors.append(Visitor(context))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.context.close()
    complaints = [line for visitor in visitors for line in visitor.complaints]
    assert not complaints, complaints


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Nothing here is quick, and all of it for the same reason."""
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.slow(reason="a story with a whole Bosman, in a browser or in processes"))
