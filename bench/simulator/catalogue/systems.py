"""Operating systems that devices run, with what their names look like in facts."""

from typing import Literal

import msgspec

Family = Literal["linux", "windows"]


class System(msgspec.Struct, frozen=True):
    """An operating system release. `weight` is how often it is met among machines of its role."""

    key: str
    family: Family
    role: Literal["desktop", "server"]
    weight: int
    name: str
    version: str
    build: str | None
    kernel: str | None
    update_name: str
    """How update titles (Windows) or archive origins (apt) call it."""

    @property
    def server(self) -> bool:
        """Whether it serves others."""
        return self.role == "server"


SYSTEMS: tuple[System, ...] = (
    System("win10", "windows", "desktop", 30, "Windows 10 Pro", "22H2", "19045.6456", None,
           "Windows 10 Version 22H2 for x64-based Systems"),
    System("win11-23", "windows", "desktop", 18, "Windows 11 Pro", "23H2", "22631.6060", None,
           "Windows 11 Version 23H2 for x64-based Systems"),
    System("win11-24", "windows", "desktop", 30, "Windows 11 Pro", "24H2", "26100.6899", None,
           "Windows 11 Version 24H2 for x64-based Systems"),
    System("win11-25", "windows", "desktop", 12, "Windows 11 Enterprise", "25H2", "26200.6899", None,
           "Windows 11, version 25H2 for x64-based Systems"),
    System("debian-desktop", "linux", "desktop", 4, "Debian GNU/Linux 12 (bookworm)", "12", None, "6.1.0-41-amd64",
           "Debian-Security:12/oldstable-security"),
    System("ubuntu-desktop", "linux", "desktop", 6, "Ubuntu 24.04.3 LTS", "24.04", None, "6.8.0-86-generic",
           "Ubuntu:24.04/noble-security"),
    System("srv2019", "windows", "server", 14, "Windows Server 2019 Standard", "1809", "17763.7919", None,
           "Windows Server 2019 for x64-based Systems"),
    System("srv2022", "windows", "server", 24, "Windows Server 2022 Standard", "21H2", "20348.4297", None,
           "Microsoft server operating system version 21H2 for x64-based Systems"),
    System("srv2025", "windows", "server", 10, "Windows Server 2025 Datacenter", "24H2", "26100.6899", None,
           "Microsoft server operating system version 24H2 for x64-based Systems"),
    System("debian12", "linux", "server", 20, "Debian GNU/Linux 12 (bookworm)", "12", None, "6.1.0-41-amd64",
           "Debian-Security:12/oldstable-security"),
    System("debian13", "linux", "server", 10, "Debian GNU/Linux 13 (trixie)", "13", None, "6.12.48+deb13-amd64",
           "Debian-Security:13/stable-security"),
    System("ubuntu2204", "linux", "server", 12, "Ubuntu 22.04.5 LTS", "22.04", None, "5.15.0-160-generic",
           "Ubuntu:22.04/jammy-security"),
    System("ubuntu2404", "linux", "server", 10, "Ubuntu 24.04.3 LTS", "24.04", None, "6.8.0-86-generic",
           "Ubuntu:24.04/noble-security"),
)  # fmt: skip
