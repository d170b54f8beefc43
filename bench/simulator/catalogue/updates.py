"""Pending updates in the style of Windows Update and of apt."""

import random
import zlib
from datetime import UTC, datetime, timedelta

from bench.simulator.catalogue.systems import System
from bosman_protocol.reports import PendingUpdate
from bosman_protocol.work import RestartReason

MIB = 1024**2

_DRIVERS = (
    ("Intel - System - 2433.6.3.0", "2433.6.3.0"),
    ("Intel Corporation - Display - 32.0.101.6987", "32.0.101.6987"),
    ("Realtek - MEDIA - 6.0.9757.1", "6.0.9757.1"),
    ("Dell, Inc. - Firmware - 1.27.1", "1.27.1"),
    ("Lenovo Ltd. - Firmware - 1.0.0.42", "1.0.0.42"),
    ("HP Inc. - SoftwareComponent - 5.2.14.0", "5.2.14.0"),
    ("Intel - net - 23.140.0.4", "23.140.0.4"),
)
# name, installed, available, MiB, security
_APT = (
    ("openssl", "3.0.17-1~deb12u2", "3.0.17-1~deb12u3", 1.4, True),
    ("libssl3", "3.0.17-1~deb12u2", "3.0.17-1~deb12u3", 2.0, True),
    ("openssh-server", "1:9.2p1-2+deb12u6", "1:9.2p1-2+deb12u7", 0.5, True),
    ("openssh-client", "1:9.2p1-2+deb12u6", "1:9.2p1-2+deb12u7", 1.0, True),
    ("sudo", "1.9.13p3-1+deb12u1", "1.9.13p3-1+deb12u2", 1.9, True),
    ("libxml2", "2.9.14+dfsg-1.3~deb12u2", "2.9.14+dfsg-1.3~deb12u4", 0.7, True),
    ("libexpat1", "2.5.0-1+deb12u1", "2.5.0-1+deb12u2", 0.1, True),
    ("curl", "7.88.1-10+deb12u12", "7.88.1-10+deb12u14", 0.3, True),
    ("libcurl4", "7.88.1-10+deb12u12", "7.88.1-10+deb12u14", 0.4, True),
    ("libgnutls30", "3.7.9-2+deb12u4", "3.7.9-2+deb12u5", 1.4, True),
    ("bind9-dnsutils", "1:9.18.33-1~deb12u2", "1:9.18.41-1~deb12u1", 0.4, True),
    ("nginx", "1.22.1-9+deb12u2", "1.22.1-9+deb12u3", 0.5, True),
    ("apache2-bin", "2.4.62-1~deb12u2", "2.4.65-1~deb12u1", 1.4, True),
    ("php8.2-cli", "8.2.28-1~deb12u1", "8.2.29-1~deb12u1", 1.7, True),
    ("postgresql-15", "15.13-0+deb12u1", "15.14-0+deb12u1", 16.8, True),
    ("git", "1:2.39.5-0+deb12u2", "1:2.39.5-0+deb12u3", 7.3, True),
    ("systemd", "252.38-1~deb12u1", "252.39-1~deb12u1", 3.0, False),
    ("libsystemd0", "252.38-1~deb12u1", "252.39-1~deb12u1", 0.3, False),
    ("base-files", "12.4+deb12u11", "12.4+deb12u12", 0.1, False),
    ("tzdata", "2025b-0+deb12u1", "2025b-0+deb12u2", 0.3, False),
    ("linux-image-amd64", "6.1.147-1", "6.1.153-1", 0.1, True),
    ("docker.io", "20.10.24+dfsg1-1+deb12u1", "20.10.24+dfsg1-1+deb12u2", 36.2, False),
    ("mariadb-server", "1:10.11.11-0+deb12u1", "1:10.11.14-0+deb12u2", 3.8, False),
    ("rsync", "3.2.7-1+deb12u2", "3.2.7-1+deb12u3", 0.4, False),
    ("wget", "1.21.3-1+deb12u1", "1.21.3-1+deb12u2", 0.9, False),
    ("ca-certificates", "20230311+deb12u1", "20250419~deb12u1", 0.2, False),
    ("unattended-upgrades", "2.9.1+nmu3", "2.9.1+nmu4", 0.1, False),
)
_TITLES = {
    "openssl": "Secure Sockets Layer toolkit - cryptographic utility",
    "libssl3": "Secure Sockets Layer toolkit - shared libraries",
    "openssh-server": "secure shell (SSH) server, for secure access from remote machines",
    "openssh-client": "secure shell (SSH) client, for secure access to remote machines",
    "sudo": "Provide limited super user privileges to specific users",
    "libxml2": "GNOME XML library",
    "libexpat1": "XML parsing C library - runtime library",
    "curl": "command line tool for transferring data with URL syntax",
    "systemd": "system and service manager",
    "nginx": "small, powerful, scalable web/proxy server",
    "git": "fast, scalable, distributed revision control system",
    "tzdata": "time zone and daylight-saving time data",
    "linux-image-amd64": "Linux for 64-bit PCs (meta-package)",
    "postgresql-15": "The World's Most Advanced Open Source Relational Database",
}


def patch_tuesday(now: datetime) -> datetime:
    """The last second Tuesday of a month at 18:00 UTC that is not after `now`."""
    year, month = now.year, now.month
    while True:
        first = datetime(year, month, 1, 18, tzinfo=UTC)
        day = first + timedelta(days=(1 - first.weekday()) % 7 + 7)
        if day <= now:
            return day
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)


def _kb(what: str) -> str:
    return f"KB{5_050_000 + zlib.crc32(what.encode()) % 40_000}"


def windows_updates(rng: random.Random, system: System, now: datetime, *, behind: int) -> tuple[PendingUpdate, ...]:
    """What Windows Update would offer to a machine that missed `behind` months (0: only the daily ones)."""
    day = patch_tuesday(now)
    month = f"{day:%Y-%m}"
    items: list[PendingUpdate] = []
    if rng.random() < 0.5 or behind:
        items.append(_defender(rng, now))
    if behind:
        kb = _kb(f"cu {system.key} {month}")
        kind = "Cumulative Update"
        build = (system.build or "0.0").split(".")[0]
        items.append(PendingUpdate(
            kb, f"{month} {kind} for {system.update_name} ({kb})", f"{build}.{7000 + day.month * 13}", "security",
            system.build, kb, rng.randrange(640, 1180) * MIB, day, "Windows Update", requires_restart=True,
        ))  # fmt: skip
        if rng.random() < 0.7:
            items.append(_dotnet(rng, system, day))
        if rng.random() < 0.6:
            items.append(_removal_tool(rng, day))
    if behind > 1 and system.key == "srv2019":
        kb = _kb(f"ssu {month}")
        items.append(PendingUpdate(
            kb, f"{month} Servicing Stack Update for {system.update_name} ({kb})", "17763.7912", "critical", None, kb,
            14 * MIB, day, "Windows Update", requires_restart=False,
        ))  # fmt: skip
    if not system.server and rng.random() < 0.3:
        title, version = rng.choice(_DRIVERS)
        name = title.rsplit(" - ", 1)[0]
        items.append(PendingUpdate(
            name, title, version, "optional", None, None, rng.randrange(2, 700) * MIB,
            day - timedelta(days=rng.randrange(5, 200)), "Windows Update", requires_restart=rng.random() < 0.5,
        ))  # fmt: skip
    if not system.server and behind > 1 and rng.random() < 0.5:
        kb = _kb(f"preview {system.key}")
        items.append(PendingUpdate(
            kb, f"{month} Cumulative Update Preview for {system.update_name} ({kb})", "preview", "optional", None, kb,
            rng.randrange(600, 1100) * MIB, day + timedelta(days=7), "Windows Update", requires_restart=True,
        ))  # fmt: skip
    return tuple(items)


def _defender(rng: random.Random, now: datetime) -> PendingUpdate:
    version = f"1.441.{rng.randrange(1, 900)}.0"
    title = (
        "Security Intelligence Update for Microsoft Defender Antivirus - KB2267602 "
        f"(Version {version}) - Current Channel (Broad)"
    )
    return PendingUpdate(
        "KB2267602", title, version, "critical", None, "KB2267602", rng.randrange(2, 130) * MIB,
        now - timedelta(hours=rng.randrange(1, 20)), "Windows Update", requires_restart=False,
    )  # fmt: skip


def _dotnet(rng: random.Random, system: System, day: datetime) -> PendingUpdate:
    versions = "3.5 and 4.8.1" if "11" in system.name or "2025" in system.name else "3.5, 4.8 and 4.8.1"
    kb = _kb(f"dotnet {system.key} {day:%Y-%m}")
    title = f"{day:%Y-%m} Cumulative Update for .NET Framework {versions} for {system.update_name} ({kb})"
    return PendingUpdate(
        kb, title, f"4.8.{9300 + day.month}", "security", None, kb, rng.randrange(60, 90) * MIB, day, "Windows Update",
        requires_restart=True,
    )  # fmt: skip


def _removal_tool(rng: random.Random, day: datetime) -> PendingUpdate:
    version = f"5.{120 + (day.year - 2025) * 12 + day.month}"
    return PendingUpdate(
        "KB890830", f"Windows Malicious Software Removal Tool x64 - v{version} (KB890830)", version, "critical", None,
        "KB890830", rng.randrange(60, 85) * MIB, day, "Windows Update", requires_restart=False,
    )  # fmt: skip


def linux_updates(rng: random.Random, system: System, *, behind: int) -> tuple[PendingUpdate, ...]:
    """What apt would upgrade on a machine that was last upgraded `behind` months ago."""
    if not behind:
        return ()
    count = min(len(_APT), rng.randrange(2, 7) * behind)
    archive, _, suite = system.update_name.partition("/")
    plain = f"{archive.replace('-Security', '')}/{suite.replace('-security', '-updates')}"
    items = []
    for name, installed, available, size, security in sorted(rng.sample(_APT, count)):
        items.append(PendingUpdate(
            name, _TITLES.get(name, name), available, "security" if security else "optional", installed, None,
            int(size * MIB), None, system.update_name if security else plain, requires_restart=None,
        ))  # fmt: skip
    return tuple(items)


def restart_state(rng: random.Random, system: System, *, due: bool) -> tuple[bool, tuple[RestartReason, ...]]:
    """Whether a restart is due, and the reasons that the platform names."""
    if not due:
        return False, ()
    if system.family == "windows":
        codes = rng.sample(("restart.windows_update", "restart.component_servicing", "restart.file_rename"), 2)
        return True, tuple(RestartReason(code) for code in codes[: rng.randrange(1, 3)])
    reasons = [RestartReason("restart.kernel", {"kernel": system.kernel or ""})]
    if rng.random() < 0.5:
        reasons.append(RestartReason("restart.package", {"package": rng.choice(("libc6", "dbus", "linux-base"))}))
    if rng.random() < 0.5:
        reasons.append(RestartReason("restart.service", {"service": rng.choice(("ssh.service", "cron.service"))}))
    return True, tuple(reasons)
