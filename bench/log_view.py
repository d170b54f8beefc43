"""Whether the page of a task goes on answering while 20 MB of output are in it, and come into it.

Starts a server with a real agent, lets it run a script that says as much as one task may say, and watches the task's
page in headless Chromium: while the output comes, when it is loaded from the start, while it is scrolled and searched,
and when it is copied. Work is the longest task of the page's main thread, by the processor time that it took: what a
frame has to wait for, whatever else the machine is doing. A frame is the time between two calls of
requestAnimationFrame, by the clock, which others on the machine make longer.
`python -m bench.log_view [--megabytes 20]`
"""

import argparse
import asyncio
import json
import math
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.harness.figures import Figure, table
from bench.harness.processes import machine
from bosman_server.core.identity.permissions import Role
from bosman_server.core.identity.sessions import COOKIE
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.rls import WORKER_ROLE
from bosman_server.kit.db.scope import TenantId
from testkit.pages import in_thread
from testkit.people import People
from testkit.stack import Stack, temporary_stack

BAR_MS = 50
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
LAST = "the very last line"
WAIT_MS = 120_000

# As a build or an installation says it: lines of about eighty characters, some of them errors.
SCRIPT = """
import sys, time
time.sleep(6)
total, said, number = {bytes}, 0, 0
while said < total:
    number += 1
    kind = "error" if number % 997 == 0 else "info"
    line = f"[{{number:07d}}] {{kind}}: unpacking package-{{number % 4096:04d}} of the distribution, please wait ...\\n"
    sys.stdout.write(line)
    said += len(line)
    if number % 4000 == 0:
        sys.stdout.flush()
        time.sleep(0.1)
print("{last}")
"""

WATCH = """
(() => {
  const watch = { frames: [], last: null };
  window.bosmanWatch = watch;
  const tick = (now) => {
    if (watch.last !== null) watch.frames.push(now - watch.last);
    watch.last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
})();
"""
RESET = "() => { window.bosmanWatch.frames = []; window.bosmanWatch.last = null; }"
READ = "() => ({ count: window.bosmanWatch.frames.length, longest: Math.max(0, ...window.bosmanWatch.frames) })"
HEIGHT = "(least) => (document.querySelector('[role=log]')?.scrollHeight ?? 0) >= least"
SCROLL = """async (steps) => {
  const box = document.querySelector("[role=log]");
  for (let step = 0; step <= steps; step += 1) {
    box.scrollTop = (box.scrollHeight * ((step * 7919) % steps)) / steps;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}"""


def longest_task(trace: bytes) -> float:
    """Processor milliseconds of the longest task of a page's main thread."""
    events = json.loads(trace)["traceEvents"]
    named = [event for event in events if event.get("name") == "thread_name"]
    pages = {(event["pid"], event["tid"]) for event in named if event["args"]["name"] == "CrRendererMain"}
    times = [event["tdur"] / 1000 for event in events if "tdur" in event and (event["pid"], event["tid"]) in pages]
    return max(times, default=math.nan)


@contextmanager
def measured(page: Page, name: str, figures: list[Figure]) -> Iterator[None]:
    """Note the longest work and the longest frame of what is done within."""
    print(f"{name} ...", file=sys.stderr)
    browser = page.context.browser
    assert browser is not None
    page.evaluate(RESET)
    browser.start_tracing(page=page, categories=["toplevel"])
    began = time.perf_counter()
    yield
    took = time.perf_counter() - began
    seen = page.evaluate(READ)
    work = longest_task(browser.stop_tracing())
    note = f"{seen['count']} frames in {took:.1f} s"
    figures.append(Figure(f"{name}: longest work", work, "ms", BAR_MS, note=note))
    figures.append(Figure(f"{name}: longest frame", seen["longest"], "ms"))


async def start_script(stack: Stack, size: int) -> tuple[str, str]:
    """The cookie of an Owner, and the task that says so many bytes."""
    database = await Database(stack.about()["database_urls"][WORKER_ROLE], pool_size=2).open()
    people = People(stack.url, database)
    try:
        async with database.unscoped() as connection:
            tenant_id = await connection.fetchval("SELECT id FROM tenancy_tenant")
        client = await people.client({TenantId(tenant_id): Role.OWNER})
        device = await _device(client)
        params = {"shell": "python", "source": SCRIPT.format(bytes=size, last=LAST), "run_as": "system"}
        answer = await client.post(f"devices/{device}/tasks", json={"kind": "script.run", "params": params})
        answer.raise_for_status()
        return client.cookies[COOKIE], answer.json()["id"]
    finally:
        await people.close()
        await database.close()


async def _device(client: httpx.AsyncClient) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        items = (await client.get("devices")).json()["items"]
        if items and items[0]["online"]:
            return str(items[0]["id"])
        await asyncio.sleep(0.5)
    raise TimeoutError("no device came online")


def signed_in(browser: Browser, stack: Stack, cookie: str) -> BrowserContext:
    """A browser's window of the Owner, which keeps count of its frames."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": stack.url}])
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=stack.url)
    context.add_init_script(WATCH)
    context.set_default_timeout(WAIT_MS)
    return context


def measure(browser: Browser, stack: Stack, megabytes: float) -> list[Figure]:
    """All figures of one output."""
    size = int(megabytes * 2**20) - 64
    cookie, task = in_thread(lambda: start_script(stack, size))
    figures: list[Figure] = []
    page = signed_in(browser, stack, cookie).new_page()
    page.goto(f"{stack.url}/tasks/{task}")
    page.get_by_role("log").wait_for()
    with measured(page, "output comes, followed", figures):
        page.get_by_text(LAST, exact=True).wait_for()
    lines = size // 81
    page.get_by_text("Succeeded").first.wait_for()
    # The page's own start is not the log's: it counts from when the log is there.
    page.goto(f"{stack.url}/tasks/{task}")
    page.get_by_role("log").wait_for()
    with measured(page, "loaded from the start", figures):
        page.wait_for_function(HEIGHT, arg=lines * 18 * 0.95)
    with measured(page, "scrolled to and fro", figures):
        page.evaluate(SCROLL, 120)
    with measured(page, "searched for a word", figures):
        page.get_by_role("searchbox").fill("error")
        page.get_by_text("1 of ", exact=False).first.wait_for()
        page.wait_for_timeout(3000)
    with measured(page, "searched for the end", figures):
        page.get_by_role("searchbox").fill(LAST)
        page.get_by_text("1 of 1", exact=True).wait_for()
    with measured(page, "copied", figures):
        page.get_by_role("log").locator("xpath=..").get_by_role("button", name="Copy").click()
        page.wait_for_timeout(1500)
    copied = page.evaluate("async () => (await navigator.clipboard.readText()).length")
    figures.append(Figure("characters copied", copied, "", size, at_least=True))
    return figures


def run(megabytes: float) -> list[Figure]:
    """Start everything, measure, stop everything."""
    chromium = os.environ.get("E2E_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    with temporary_stack() as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        try:
            return measure(browser, stack, megabytes)
        finally:
            browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=20)
    arguments = parser.parse_args()
    print(machine(), file=sys.stderr)
    print(table(f"{arguments.megabytes:g} MB of output in the page of a task", run(arguments.megabytes)))
