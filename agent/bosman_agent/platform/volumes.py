"""Mounted file systems, on every platform."""

from collections.abc import Iterator
from itertools import islice

import psutil

from bosman_protocol.reports import Disk
from bosman_protocol.text import clean_text

MAX_VOLUMES = 256


def mounted_volumes() -> tuple[Disk, ...]:
    """Each file system once; empty drives and such as cannot be asked are left out."""
    return tuple(islice(_volumes(), MAX_VOLUMES))


def _volumes() -> Iterator[Disk]:
    seen = set()
    for partition in psutil.disk_partitions(all=False):
        # A drive without a disk in it has no file system; asking it would take long.
        if partition.device in seen or not partition.fstype:
            continue
        try:
            usage = psutil.disk_usage(partition.mountpoint)
        except OSError:
            continue
        seen.add(partition.device)
        yield Disk(
            name=clean_text(partition.device, 256),
            mount_point=clean_text(partition.mountpoint, 256),
            file_system=clean_text(partition.fstype, 256),
            size_bytes=usage.total,
            free_bytes=usage.free,
        )
