"""One device in full: who it is, what it runs, what it lacks."""

import random
from datetime import datetime, timedelta

import msgspec

from bench.simulator.catalogue import hardware, programs, updates
from bench.simulator.catalogue.customers import Customer, Place
from bench.simulator.catalogue.systems import SYSTEMS, Family, System
from bosman_protocol.reports import DeviceFacts, PendingUpdate, SoftwareItem
from bosman_protocol.work import RestartReason

_SERVER_ROLES = ("DC", "FS", "SQL", "RDS", "WEB", "APP", "BKP", "PRN", "MAIL", "ERP")
_BEHIND = (0, 0, 0, 1, 1, 1, 2, 4)
"""Months without updates: most machines are well kept, a few are not."""


class Profile(msgspec.Struct):
    """What a simulated device knows of itself; installing and restarting change it."""

    hostname: str
    os_family: Family
    server: bool
    facts: DeviceFacts
    software: tuple[SoftwareItem, ...]
    pending: tuple[PendingUpdate, ...]
    restart_required: bool
    restart_reasons: tuple[RestartReason, ...]
    boot_id: str


def make_profile(seed: str, number: int, customer: Customer, place: Place, now: datetime) -> Profile:
    """The device `number` of a customer's place: the same for the same arguments."""
    rng = random.Random(f"{seed}/{customer.code}/{place.code}/{number}")
    server = rng.random() < customer.server_share
    candidates = [system for system in SYSTEMS if system.server == server]
    system = rng.choices(candidates, [item.weight for item in candidates])[0]
    windows = system.family == "windows"
    behind = rng.choice(_BEHIND)
    if windows:
        software = programs.windows_software(rng, now, server=server)
        pending = updates.windows_updates(rng, system, now, behind=behind)
    else:
        distribution = "Ubuntu" if "Ubuntu" in system.name else "Debian"
        software = programs.linux_software(rng, now, server=server, distribution=distribution)
        pending = updates.linux_updates(rng, system, behind=behind)
    required, reasons = updates.restart_state(rng, system, due=rng.random() < 0.18)
    hostname = _hostname(rng, number, customer, place, system)
    return Profile(
        hostname=hostname,
        os_family=system.family,
        server=server,
        facts=_facts(rng, hostname, place, system, now),
        software=software,
        pending=pending,
        restart_required=required,
        restart_reasons=reasons,
        boot_id=hardware.boot_id(rng),
    )


def _hostname(rng: random.Random, number: int, customer: Customer, place: Place, system: System) -> str:
    role = rng.choice(_SERVER_ROLES) if system.server else rng.choice(customer.departments)
    name = f"{customer.code}-{place.code}-{role}{number:03d}"
    # NetBIOS cuts Windows names after 15 characters; ours stay shorter. Linux people write in lower case.
    return name[:15] if system.family == "windows" else name.lower()


def _facts(rng: random.Random, hostname: str, place: Place, system: System, now: datetime) -> DeviceFacts:
    computer = hardware.Hardware(rng, server=system.server)
    windows = system.family == "windows"
    disks = hardware.windows_disks if windows else hardware.linux_disks
    up_days = rng.uniform(5, 160) if system.server else rng.uniform(0.05, 21)
    return DeviceFacts(
        hostname=hostname,
        os_family=system.family,
        os_name=system.name,
        os_version=system.version,
        os_build=system.build,
        kernel=system.kernel,
        architecture="x86_64",
        cpu_model=computer.cpu,
        cpu_cores=computer.cores,
        memory_bytes=computer.memory_bytes,
        vendor=computer.vendor,
        model=computer.model,
        serial_number=computer.serial_number,
        virtualization=computer.virtualization,
        last_boot_at=now - timedelta(days=up_days),
        time_zone=place.time_zone,
        disks=disks(rng, server=system.server),
        network_interfaces=hardware.interfaces(rng, windows=windows, network=place.network),
    )
