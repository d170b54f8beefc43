"""What becomes of a simulated computer when work is done on it."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from bench.simulator.catalogue import Profile
from bosman_protocol.codes import Code
from bosman_protocol.completeness import ScanCompleteness, SourceState, completeness
from bosman_protocol.limits import MAX_LIST_ITEMS
from bosman_protocol.reports import FactsReport, PendingUpdate, SoftwareReport, UpdatesReport
from bosman_protocol.uplink import UplinkMessage
from bosman_protocol.work import RestartReason


def utc_now() -> datetime:
    """Now, with its zone."""
    return datetime.now(UTC)


class Machine:
    """A profile that changes."""

    def __init__(self, profile: Profile, rng: random.Random) -> None:
        self.profile = profile
        self.rng = rng

    def inventory(self) -> list[UplinkMessage]:
        """Facts and all parts of the software list."""
        now = utc_now()
        items = self.profile.software
        report_id = self._report_id()
        starts = range(0, max(len(items), 1), MAX_LIST_ITEMS)
        parts = [
            SoftwareReport(
                report_id, now, number, start + MAX_LIST_ITEMS >= len(items), items[start : start + MAX_LIST_ITEMS]
            )
            for number, start in enumerate(starts)
        ]
        return [FactsReport(now, self.profile.facts), *parts]

    def updates_report(self, *, age: timedelta = timedelta(0)) -> UpdatesReport:
        """What a scan finds; `age` is how long ago it was made."""
        profile = self.profile
        return UpdatesReport(
            self._report_id(), utc_now() - age, 0, last=True, items=profile.pending,
            restart_required=profile.restart_required, restart_reasons=profile.restart_reasons,
            completeness=self._seen(),
        )  # fmt: skip

    def _seen(self) -> ScanCompleteness:
        """Most sources answer; of every twentieth machine one does not."""
        if self.profile.os_family == "windows":
            return completeness((SourceState("Windows Update", "answered"),))
        main = SourceState("http://deb.example/debian bookworm", "answered")
        fixes = SourceState("http://deb.example/debian-security bookworm-security", "answered")
        if sum(self.profile.facts.hostname.encode()) % 20 == 0:
            fixes = SourceState(fixes.name, "failed", Code.APT_SOURCE_UNREACHABLE)
        return completeness((main, fixes), lists_at=utc_now())

    def installed(self, updates: list[PendingUpdate]) -> None:
        """These are no longer pending; some of them want a restart."""
        gone = {(update.name, update.available_version) for update in updates}
        profile = self.profile
        profile.pending = tuple(item for item in profile.pending if (item.name, item.available_version) not in gone)
        if any(update.requires_restart or update.name.startswith("linux-image") for update in updates):
            profile.restart_required = True
            if profile.os_family == "windows":
                profile.restart_reasons = (RestartReason("restart.windows_update"),)
            else:
                profile.restart_reasons = (RestartReason("restart.package", {"package": updates[0].name}),)

    def restarted(self) -> None:
        """It came up again."""
        profile = self.profile
        profile.restart_required = False
        profile.restart_reasons = ()
        profile.facts = msgspec.structs.replace(profile.facts, last_boot_at=utc_now())
        profile.boot_id = str(UUID(int=self.rng.getrandbits(128), version=4))

    def _report_id(self) -> UUID:
        # Not from the seed: the same id in two runs would make the second report look like a repetition.
        return UUID(int=random.getrandbits(128), version=4)
