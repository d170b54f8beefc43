"""Policies and the device that they are for, as documents say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bosman_protocol.documents.errors import DocumentCode, Problems
from bosman_protocol.documents.reader import (
    MAX_TEXT,
    Placed,
    Record,
    array,
    expect,
    integer,
    nullable,
    one_of,
    refuse_repeated,
    text,
)
from bosman_protocol.policies.fields import FIELDS, SECTIONS, PolicyField

OS_FAMILIES = ("windows", "linux")
ROLES = ("workstation", "server")
Value = bool | int | str


class PolicyScope(StrEnum):
    """Whom a policy is for, narrowest first."""

    DEVICE = "device"
    GROUP = "group"
    SITE = "site"
    TENANT = "tenant"
    BASELINE = "baseline"
    """What the operator of the installation says for tenants."""


NARROWNESS = {scope: place for place, scope in enumerate(PolicyScope)}
"""0 = the narrowest."""
_NAMED = {PolicyScope.DEVICE, PolicyScope.GROUP, PolicyScope.SITE}


@dataclass(frozen=True, slots=True)
class PolicyDevice:
    """What policies ask about a device."""

    id: str
    site: str
    groups: frozenset[str]
    os_family: str
    role: str


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy."""

    id: str
    scope: PolicyScope
    scope_id: str | None
    """Which device, group or site; None for the wider scopes."""
    priority: int
    """Among policies of one scope the higher wins."""
    os_families: frozenset[str]
    """Empty = all."""
    roles: frozenset[str]
    """Empty = all."""
    values: Mapping[str, Value]
    """By `section.field`, entries of maps by `section.field/entry`; only what it says."""
    maps: frozenset[str]
    """The maps that it says, be they empty."""
    locked: frozenset[str]


def read_policies(document: object, problems: Problems) -> tuple[PolicyDevice | None, list[Policy]]:
    """The device and the policies of a document; what was not understood is left out and noted."""
    record = Record(document, "", problems)
    ids: list[Placed] = []

    def read(value: object, path: str, problems: Problems) -> Policy | None:
        return _policy(Record(value, path, problems), ids)

    device = record.take("device", _device)
    policies = record.take("policies", array(read))
    record.done()
    refuse_repeated(ids, problems)
    return device, policies or []


def _device(value: object, path: str, problems: Problems) -> PolicyDevice | None:
    record = Record(value, path, problems)
    before = len(problems.found)
    name, site = record.take("id", text), record.take("site", text)
    groups = record.take("groups", array(text))
    os_family, role = record.take("os_family", one_of(OS_FAMILIES)), record.take("role", one_of(ROLES))
    record.done()
    if len(problems.found) > before:
        return None
    assert name and site and os_family and role  # noqa: PT018 - for the type checker: nothing was wrong
    return PolicyDevice(name, site, frozenset(groups or ()), os_family, role)


def _policy(record: Record, ids: list[Placed]) -> Policy | None:
    before = len(record.problems.found)
    name = record.take("id", text)
    ids.append(Placed(name, record.at("id")))
    scope = record.take("scope", _scope)
    priority = record.take_if_there("priority", integer())
    only = record.take("only", _only)
    settings = record.take("settings", _settings)
    locked = record.take("locked", array(_field_name))
    record.done()
    if len(record.problems.found) > before:
        return None
    assert name and scope and only and settings  # noqa: PT018 - for the type checker: nothing was wrong
    return Policy(name, *scope, priority or 0, *only, *settings, frozenset(locked or ()))


def _scope(value: object, path: str, problems: Problems) -> tuple[PolicyScope, str | None] | None:
    record = Record(value, path, problems)
    kind = record.take("kind", one_of([*PolicyScope]))
    named = record.take("id", text) if kind in _NAMED else record.take_if_there("id", nullable(text))
    record.done()
    return (PolicyScope(kind), named) if kind else None


def _only(value: object, path: str, problems: Problems) -> tuple[frozenset[str], frozenset[str]]:
    record = Record(value, path, problems)
    os_families = record.take_if_there("os_family", array(one_of(OS_FAMILIES)))
    roles = record.take_if_there("role", array(one_of(ROLES)))
    record.done()
    return frozenset(os_families or ()), frozenset(roles or ())


def _settings(value: object, path: str, problems: Problems) -> tuple[dict[str, Value], frozenset[str]]:
    values: dict[str, Value] = {}
    maps: set[str] = set()
    record = Record(value, path, problems)
    for section in record.value:
        if section not in SECTIONS:
            continue
        fields = Record(record.value[section], record.at(section), problems)
        record.take(section, _anything)
        for name in fields.value:
            field = FIELDS.get(f"{section}.{name}")
            if field is None:
                continue
            said = fields.take(name, _anything)
            _say(field, f"{section}.{name}", said, fields.at(name), _Said(values, maps, problems))
        fields.done()
    record.done()
    return values, frozenset(maps)


def _anything(value: object, path: str, problems: Problems) -> object:  # noqa: ARG001 - a reader; others look closer
    return value


@dataclass(frozen=True, slots=True)
class _Said:
    values: dict[str, Value]
    maps: set[str]
    problems: Problems


def _say(field: PolicyField, name: str, value: object, path: str, said: _Said) -> None:
    """Take over what a policy says of a field; null says nothing."""
    if value is None:
        return
    if not field.is_map:
        found = field.value(value, path, said.problems)
        if found is not None:
            said.values[name] = found
        return
    if not expect(value, dict, path, said.problems):
        return
    said.maps.add(name)
    for repeated in getattr(value, "repeated", ()):
        said.problems.add(DocumentCode.DUPLICATE, f"{path}.{repeated}")
    for entry, one in value.items():
        if not 1 <= len(entry) <= MAX_TEXT:
            said.problems.add(DocumentCode.VALUE_RANGE, f"{path}.{entry[:MAX_TEXT]}", max_length=MAX_TEXT)
            continue
        found = None if one is None else field.value(one, f"{path}.{entry}", said.problems)
        if found is not None:
            said.values[f"{name}/{entry}"] = found


def _field_name(value: object, path: str, problems: Problems) -> str | None:
    """The name of a field; entries of maps have no locks of their own."""
    if not expect(value, str, path, problems):
        return None
    if value not in FIELDS:
        problems.add(DocumentCode.FIELD_UNKNOWN, path)
        return None
    return str(value)
