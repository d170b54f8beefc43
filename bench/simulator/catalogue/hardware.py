"""Computers: vendors, processors, memory, disks, network interfaces."""

import random
import uuid

from bosman_protocol.reports import Disk, NetworkInterface

GIB = 1024**3

_DESKTOPS = (
    ("Dell Inc.", "OptiPlex 7010", "13th Gen Intel(R) Core(TM) i5-13500", 14),
    ("Dell Inc.", "Latitude 5540", "13th Gen Intel(R) Core(TM) i5-1345U", 10),
    ("LENOVO", "ThinkPad T14 Gen 4", "13th Gen Intel(R) Core(TM) i7-1355U", 10),
    ("LENOVO", "ThinkCentre M70q Gen 3", "12th Gen Intel(R) Core(TM) i5-12400T", 6),
    ("HP", "HP EliteDesk 800 G6 SFF", "Intel(R) Core(TM) i5-10500 CPU @ 3.10GHz", 6),
    ("HP", "HP ProBook 450 15.6 inch G10", "13th Gen Intel(R) Core(TM) i5-1335U", 10),
    ("ASUSTeK COMPUTER INC.", "ExpertBook B1502CBA", "12th Gen Intel(R) Core(TM) i5-1235U", 10),
    ("FUJITSU", "ESPRIMO D7010", "Intel(R) Core(TM) i5-10400 CPU @ 2.90GHz", 6),
    ("Microsoft Corporation", "Surface Laptop 5", "12th Gen Intel(R) Core(TM) i7-1265U", 10),
    ("LENOVO", "ThinkPad L14 Gen 4", "AMD Ryzen 5 PRO 7530U with Radeon Graphics", 6),
)
_SERVERS = (
    ("Dell Inc.", "PowerEdge R650", "Intel(R) Xeon(R) Silver 4314 CPU @ 2.40GHz", 32, None),
    ("HPE", "ProLiant DL380 Gen10", "Intel(R) Xeon(R) Gold 5218 CPU @ 2.30GHz", 32, None),
    ("Supermicro", "SYS-1019P-WTR", "Intel(R) Xeon(R) Silver 4210R CPU @ 2.40GHz", 20, None),
    ("VMware, Inc.", "VMware7,1", "Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz", 4, "vmware"),
    ("VMware, Inc.", "VMware20,1", "AMD EPYC 7543 32-Core Processor", 8, "vmware"),
    ("QEMU", "Standard PC (Q35 + ICH9, 2009)", "AMD EPYC-Milan Processor", 4, "kvm"),
    ("Microsoft Corporation", "Virtual Machine", "Intel(R) Xeon(R) Platinum 8272CL CPU @ 2.60GHz", 4, "microsoft"),
)


class Hardware:
    """One computer."""

    def __init__(self, rng: random.Random, *, server: bool) -> None:
        self.virtualization: str | None = None
        if server:
            self.vendor, self.model, self.cpu, self.cores, self.virtualization = rng.choice(_SERVERS)
        else:
            self.vendor, self.model, self.cpu, self.cores = rng.choice(_DESKTOPS)
        sizes = (8, 16, 32, 64, 128) if server else (8, 16, 16, 32)
        # Firmware and graphics keep some of it: no device reports a round number.
        self.memory_bytes = rng.choice(sizes) * GIB - rng.randrange(40, 400) * 1024**2
        self.serial_number = "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=10 if server else 7))


def windows_disks(rng: random.Random, *, server: bool) -> tuple[Disk, ...]:
    """Drive C: and, on servers and some desktops, D:."""
    disks = [_disk(rng, "System", "C:", "NTFS", rng.choice((237, 476, 952) if not server else (99, 149, 446)))]
    if server or rng.random() < 0.15:
        disks.append(_disk(rng, "Dane", "D:", "NTFS", rng.choice((465, 931, 1863, 3726))))
    return tuple(disks)


def linux_disks(rng: random.Random, *, server: bool) -> tuple[Disk, ...]:
    """Root, boot and, on servers, a data volume."""
    disks = [
        _disk(rng, "/dev/mapper/vg0-root", "/", "ext4", rng.choice((29, 49, 98, 196))),
        _disk(rng, "/dev/sda2", "/boot", "ext4", 1),
    ]
    if server and rng.random() < 0.6:
        disks.append(
            _disk(rng, "/dev/mapper/vg0-srv", "/srv", rng.choice(("xfs", "ext4")), rng.choice((196, 491, 982)))
        )
    return tuple(disks)


def _disk(rng: random.Random, name: str, mount_point: str, file_system: str, size_gib: int) -> Disk:
    size = size_gib * GIB
    # One in twelve is nearly full: those are the ones that people look for.
    free = rng.uniform(0.01, 0.06) if rng.random() < 1 / 12 else rng.uniform(0.15, 0.8)
    return Disk(name, mount_point, file_system, size, int(size * free))


def interfaces(rng: random.Random, *, windows: bool, network: str) -> tuple[NetworkInterface, ...]:
    """A wired interface and, on some machines, a second one."""
    names = ("Ethernet", "Wi-Fi") if windows else ("ens192", "ens224")
    result = []
    for name in names[: 2 if rng.random() < 0.35 else 1]:
        octets = [0x02, *(rng.randrange(256) for _ in range(5))]
        mac = ":".join(f"{octet:02x}" for octet in octets)
        tail = f"{rng.randrange(1, 250)}" if network.count(".") == 2 else f"{rng.randrange(4)}.{rng.randrange(1, 250)}"
        local = (
            f"fe80::{octets[0]:02x}{octets[1]:02x}:{octets[2]:02x}ff:fe{octets[3]:02x}:{octets[4]:02x}{octets[5]:02x}"
        )
        result.append(NetworkInterface(name, mac, (f"{network}.{tail}", local)))
    return tuple(result)


def boot_id(rng: random.Random) -> str:
    """A boot id as Linux makes it."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))
