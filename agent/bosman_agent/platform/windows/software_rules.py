"""Which entries of the registry are installed products, and what they say."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from bosman_agent.platform.windows.registry_values import day, number, text
from bosman_protocol.reports import SoftwareItem
from bosman_protocol.text import clean_text

SOURCE = "registry"
SOURCE_MSIX = "msix"
_PRODUCT_CODE = re.compile(r"\{[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\}")
_UPDATE_KEY = re.compile(r"(?:.*[._-])?KB\d{6,8}(?:\D.*)?", re.IGNORECASE)
_UPDATE_KINDS = frozenset({"update", "hotfix", "security update", "service pack", "update rollup"})
_FULL_NAME = re.compile(
    r"(?P<name>[A-Za-z0-9.-]{1,100})_(?P<version>\d{1,5}(?:\.\d{1,5}){1,3})_(?P<arch>[A-Za-z0-9]{1,10})"
    r"_(?P<resource>[^_]{0,60})_(?P<publisher>[a-z0-9]{13})"
)
_FRAMEWORKS = re.compile(
    r"(?:Microsoft\.(?:VCLibs|NET\.Native|UI\.Xaml|WindowsAppRuntime|WinAppRuntime|DirectX|Services\.Store\.Engagement"
    r"|Advertising\.Xaml|NET\.CoreRuntime|Media\.PlayReadyClient|WinJS))(?:\..*)?",
    re.IGNORECASE,
)
"""Packages that others are built on; their manifests say so too, where they can be read."""
_ARCHITECTURES = {"x64": "x64", "x86": "x86", "arm64": "arm64", "arm": "arm"}


class Place(msgspec.Struct, frozen=True):
    """Where an entry stands."""

    scope: Literal["machine", "user"]
    user: str | None = None
    architecture: str | None = None


class PackageNotes(msgspec.Struct, frozen=True):
    """What a package's manifest and entry say beside its full name."""

    display_name: str | None = None
    publisher: str | None = None
    is_framework: bool = False
    installed_at: datetime | None = None


def product(key: str, values: Mapping[str, object], place: Place, written: datetime | None) -> SoftwareItem | None:
    """The product of an Uninstall key; None for parts of others, updates, and what has no name."""
    name = text(values, "DisplayName")
    if name is None or number(values, "SystemComponent") == 1:
        return None
    if text(values, "ParentKeyName") or text(values, "ParentDisplayName") or _is_update(key, values):
        return None
    return SoftwareItem(
        name=name,
        version=text(values, "DisplayVersion") or "",
        publisher=text(values, "Publisher"),
        architecture=place.architecture,
        source=SOURCE,
        installed_at=day(values, "InstallDate") or written,
        scope=place.scope,
        user=clean_text(place.user, 256) if place.user else None,
        product_code=key if _PRODUCT_CODE.fullmatch(key) else None,
    )


def _is_update(key: str, values: Mapping[str, object]) -> bool:
    kind = (text(values, "ReleaseType") or "").lower()
    return kind in _UPDATE_KINDS or _UPDATE_KEY.fullmatch(key) is not None


def package(full_name: str, notes: PackageNotes, place: Place) -> SoftwareItem | None:
    """The application of an MSIX package; None for frameworks, bundles' own entries and resources."""
    match = _FULL_NAME.fullmatch(full_name)
    if match is None or notes.is_framework or _FRAMEWORKS.fullmatch(match["name"]):
        return None
    if match["resource"].startswith(("~", "split.")):
        return None
    return SoftwareItem(
        name=notes.display_name or match["name"],
        version=match["version"],
        publisher=notes.publisher,
        architecture=_ARCHITECTURES.get(match["arch"].lower()),
        source=SOURCE_MSIX,
        installed_at=notes.installed_at,
        scope=place.scope,
        user=clean_text(place.user, 256) if place.user else None,
        product_code=clean_text(full_name, 256),
    )


def read_manifest(xml: str) -> PackageNotes:
    """What an AppxManifest says; texts that stand in resource files are unknown. Any text is survived."""
    return PackageNotes(
        display_name=_element(xml, "DisplayName"),
        publisher=_element(xml, "PublisherDisplayName"),
        is_framework=(_element(xml, "Framework") or "").lower() == "true",
    )


def shown_name(value: str | None) -> str | None:
    """A name that can be shown; references into resource files cannot."""
    if value is None or value.startswith(("@{", "ms-resource:")):
        return None
    return value


def _element(xml: str, name: str) -> str | None:
    # Not a parser of XML: nothing here may follow what a hostile file refers to.
    match = re.search(rf"<{name}>([^<]{{1,1000}})</{name}>", xml)
    return shown_name(clean_text(match[1], 256) or None) if match else None
