"""The jobs of a technician's day, each with the number of clicks that it may take."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from bosman_protocol.health import DiskHealth, HealthResult
from bosman_protocol.reports import DeviceFacts, NetworkInterface
from bosman_server.core.identity.permissions import Role
from bosman_server.core.identity.sessions import COOKIE
from bosman_server.features.updates.models import PendingUpdate, Scan
from bosman_server.fleet.devices.models import Device, Presence
from bosman_server.fleet.inventory.models import Facts, Health
from bosman_server.fleet.tenancy.models import Site, Tenant
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.rls import WORKER_ROLE
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.ids import uuid7
from e2e.conftest import ARGUMENTS, CHROMIUM
from testkit.pages import in_thread
from testkit.patience import patient
from testkit.people import People
from testkit.stack import Stack

expect.set_options(timeout=patient() * 1000)
DEVICES = 120
CRITICAL = 7
"""So many miss a critical update, and as many are to restart."""
AT_GDYNIA = 8
LISTS = ("/devices", "/updates", "/updates/catalog", "/tasks", "/jobs", "/audit", "/tenants")


@dataclass(frozen=True)
class FleetOfRows:
    """A customer whose devices stand in the tables alone."""

    tenant_id: UUID
    cookie: str


def _rows(tenant_id: UUID, sites: list[UUID], number: int) -> list[Any]:
    device_id, now = uuid7(), datetime.now(UTC)
    common = {"tenant_id": tenant_id, "device_id": device_id}
    facts = DeviceFacts(
        f"PC-{number:03}", "windows", "Windows 11 Pro", "23H2", serial_number=f"SN{number:05}",
        signed_in_users=(f"ZOLW\\osoba{number:03}",),
        network_interfaces=(NetworkInterface("eth0", None, (f"10.9.{number // 200}.{number % 200}",)),),
    )  # fmt: skip
    disks = HealthResult((DiskHealth("/dev/sda", verdict="failing" if number == 0 else "ok"),), ())
    update = {"report_id": uuid4(), "available_version": "1"}
    return [
        Device(
            tenant_id=tenant_id, id=device_id, site_id=sites[0] if number < AT_GDYNIA else sites[1],
            hostname=facts.hostname, os_family="windows", os_name=facts.os_name, os_version="23H2", agent_version="1",
        ),
        Presence(**common, online=number % 3 != 0, last_seen_at=now),
        Facts(**common, facts=msgspec.to_builtins(facts), collected_at=now),
        Health(
            **common, task_id=uuid7(), checked_at=now, disk_verdict="failing" if number == 0 else "ok",
            result=msgspec.to_builtins(disks),
        ),
        Scan(
            **common, attempted_at=now, scanned_at=now, security_count=1, critical_count=int(number < CRITICAL),
            restart_required=number < CRITICAL,
        ),
        PendingUpdate(**common, **update, name="a1", title="Cumulative", kb="KB5068861", update_class="security"),
        *([PendingUpdate(**common, **update, name="c1", title="Tool", kb="KB890830", update_class="critical")]
          if number < CRITICAL else []),
    ]  # fmt: skip


async def _make(stack: Stack) -> FleetOfRows:
    database = await Database(stack.about()["database_urls"][WORKER_ROLE], pool_size=2).open()
    people = People(stack.url, database)
    tenant_id, sites = TenantId(uuid7()), [uuid7(), uuid7()]
    async with database.writing(TenantScope.of([tenant_id])) as tx:
        tx.session.add(Tenant(id=tenant_id, name="Fabryka Żółw sp. z o.o."))
        await tx.session.flush()
        for site_id, name in zip(sites, ("Gdynia – biuro handlowe", "Łódź"), strict=True):
            tx.session.add(Site(tenant_id=tenant_id, id=site_id, name=name, time_zone="Europe/Warsaw"))
        await tx.session.flush()
        for number in range(DEVICES):
            device, *others = _rows(tenant_id, sites, number)
            tx.session.add(device)
            await tx.session.flush()
            tx.session.add_all(others)
    client = await people.client({tenant_id: Role.OWNER})
    cookie = str(client.cookies[COOKIE])
    await people.close()
    await database.close()
    return FleetOfRows(tenant_id, cookie)


class Hand:
    """Clicks, and counts them. Keys are free: they are what one types anyway."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, what: Locator, **options: Any) -> None:
        self.clicks += 1
        what.click(**options)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)


@pytest.fixture(scope="module")
def fleet(stack: Stack) -> FleetOfRows:
    return in_thread(lambda: _make(stack))


@pytest.fixture
def hand(stack: Stack, fleet: FleetOfRows, new_visitor: Any) -> Hand:
    visitor = new_visitor("en")
    visitor.context.add_cookies([{"name": COOKIE, "value": fleet.cookie, "url": stack.url}])
    visitor.page.goto(f"{stack.url}/devices")
    expect(visitor.page.get_by_role("link", name="PC-000")).to_be_visible()
    return Hand(visitor.page)


def rows(page: Page) -> Locator:
    return page.locator("tbody tr[data-grid-row]")


class TestJobs:
    def test_all_that_miss_a_critical_update(self, hand: Hand) -> None:
        hand.click(hand.page.locator('a[href^="/updates"]').first)
        hand.click(hand.button("Critical"))
        expect(rows(hand.page)).to_have_count(CRITICAL)
        assert hand.clicks <= 2 + 1

    def test_security_updates_on_five_machines(self, hand: Hand) -> None:
        page = hand.page
        hand.click(page.locator('a[href^="/updates"]').first)
        expect(page.get_by_role("link", name=f"PC-{CRITICAL - 1:03}")).to_be_visible()
        hand.click(rows(page).nth(0).get_by_role("checkbox"))
        fifth = rows(page).nth(4).get_by_role("checkbox")
        hand.click(fifth, modifiers=["Shift"])
        hand.click(hand.button("Install updates"))
        sheet = page.get_by_role("dialog")
        expect(sheet.get_by_text("5 devices", exact=True)).to_be_visible()
        hand.click(sheet.get_by_role("button", name="Install on 5 devices"))
        page.wait_for_url("**/jobs/*")
        assert hand.clicks <= 8 + 1

    def test_restart_all_that_need_it(self, hand: Hand) -> None:
        page = hand.page
        # The filter; the header of the column says the same.
        hand.click(hand.button("Restart").first)
        hand.click(page.get_by_role("menuitemcheckbox", name="Required", exact=True))
        expect(rows(page)).to_have_count(CRITICAL)
        hand.click(page.get_by_role("checkbox", name="Select all rows of this page"))
        hand.click(page.get_by_role("toolbar").get_by_role("button", name="Restart", exact=True))
        hand.click(page.get_by_role("dialog").get_by_role("button", name=f"Restart {CRITICAL} devices"))
        page.wait_for_url("**/jobs/*")
        assert hand.clicks <= 6 + 1

    def test_script_on_all_machines_of_a_site(self, hand: Hand) -> None:
        page = hand.page
        page.keyboard.press("/")
        page.keyboard.type("gdynia")
        expect(rows(page)).to_have_count(AT_GDYNIA)
        hand.click(page.get_by_role("checkbox", name="Select all rows of this page"))
        hand.click(hand.button("Run a script"))
        sheet = page.get_by_role("dialog")
        sheet.get_by_role("textbox", name="Script").fill("Get-Service Spooler")
        hand.click(sheet.get_by_role("button", name=f"Run on {AT_GDYNIA} devices"))
        page.wait_for_url("**/jobs/*")
        assert hand.clicks <= 5 + 1

    @pytest.mark.parametrize("typed", ["sn00042", "10.9.0.42", "osoba042"])
    def test_device_by_whatever_is_known_of_it(self, hand: Hand, typed: str) -> None:
        page = hand.page
        page.keyboard.press("Control+k")
        palette = page.get_by_role("dialog")
        expect(palette.get_by_role("textbox")).to_be_focused()
        page.keyboard.type(typed)
        expect(palette.get_by_role("button", name="PC-042")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="PC-042")).to_be_visible()
        hand.click(page.get_by_role("tab", name="Hardware"))
        expect(page.get_by_text("/dev/sda")).to_be_visible()
        assert hand.clicks <= 3 + 1


class TestPlace:
    def test_back_finds_filter_and_place(self, hand: Hand) -> None:
        page = hand.page
        page.keyboard.press("/")
        page.keyboard.type("lodz")
        expect(page.get_by_text(f"of {DEVICES - AT_GDYNIA}")).to_be_visible()
        scroller = page.get_by_role("region", name="Devices")
        scroller.evaluate("box => box.scrollTo({ top: 1800 })")
        page.wait_for_timeout(200)
        rows(page).nth(14).get_by_role("link").first.click()
        page.get_by_role("tab", name="Hardware").wait_for()
        page.go_back()
        expect(rows(page).first).to_be_visible()
        page.wait_for_function("() => document.querySelector('[data-rows]').scrollTop === 1800")
        assert "q=lodz" in page.url

    def test_link_to_the_list_keeps_the_query(self, hand: Hand) -> None:
        page = hand.page
        page.keyboard.press("/")
        page.keyboard.type("sn00042")
        page.get_by_role("link", name="PC-042").click()
        page.get_by_role("navigation", name="Where the device stands").get_by_role("link", name="Devices").click()
        expect(rows(page)).to_have_count(1)
        assert "q=sn00042" in page.url

    def test_space_shows_a_row_beside_the_list(self, hand: Hand) -> None:
        page = hand.page
        page.keyboard.press("j")
        page.keyboard.press(" ")
        panel = page.get_by_role("complementary", name="PC-000 at a glance")
        expect(panel.get_by_text("10.9.0.0")).to_be_visible()
        page.keyboard.press("j")
        expect(page.get_by_role("complementary", name="PC-001 at a glance")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("complementary", name="at a glance")).to_have_count(0)

    def test_what_was_typed_is_not_lost_unasked(self, hand: Hand) -> None:
        page = hand.page
        page.keyboard.press("j")
        page.keyboard.press("s")
        sheet = page.get_by_role("dialog").filter(has_text="PC-000")
        source = sheet.get_by_role("textbox", name="Script")
        source.fill("hostname")
        page.keyboard.press("Escape")
        page.get_by_role("dialog", name="Discard what you have entered?").get_by_role("button", name="Cancel").click()
        expect(source).to_have_value("hostname")

    def test_view_is_kept_and_opened(self, hand: Hand) -> None:
        page = hand.page
        page.get_by_role("button", name="Critical", exact=True).click()
        expect(rows(page)).to_have_count(CRITICAL)
        page.get_by_role("button", name="Save view").click()
        page.get_by_role("textbox", name="Name of the view").fill("Urgent")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("button", name="All", exact=True).click()
        expect(page.get_by_text(f"of {DEVICES}")).to_be_visible()
        page.get_by_role("button", name="Urgent", exact=True).click()
        expect(rows(page)).to_have_count(CRITICAL)


@pytest.fixture(scope="module")
def browser_with_scroll_bars(playwright: Playwright) -> Iterator[Browser]:
    """Playwright hides them by default: what they take and cause would go unseen."""
    running = playwright.chromium.launch(
        executable_path=CHROMIUM, args=ARGUMENTS, ignore_default_args=["--hide-scrollbars"]
    )
    yield running
    running.close()


class TestScrolling:
    @pytest.mark.parametrize("path", LISTS)
    def test_list_scrolls_within_its_page(
        self, stack: Stack, fleet: FleetOfRows, browser_with_scroll_bars: Browser, path: str
    ) -> None:
        context = browser_with_scroll_bars.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
        context.add_cookies([{"name": COOKIE, "value": fleet.cookie, "url": stack.url}])
        page = context.new_page()
        page.goto(f"{stack.url}{path}")
        page.get_by_role("heading", level=1).first.wait_for()
        page.locator("[data-rows]").first.wait_for()
        high, shown = page.locator("main").evaluate("main => [main.scrollHeight, main.clientHeight]")
        assert high == shown
        context.close()
