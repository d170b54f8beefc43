"""Which setting counts for a device, and who said it [R16]."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bosman_protocol.policies.document import NARROWNESS, Policy, PolicyDevice, PolicyScope, Value


@dataclass(frozen=True, slots=True)
class Setting:
    """What counts for one field."""

    value: Value | None
    """None: an entry of a closed map that only narrower policies say."""
    origin: str
    """The policy that said it, or closed the map."""
    locked: bool
    losers: tuple[str, ...]
    """All other policies that say it: narrowest first, then by priority, then by id."""

    def as_json(self) -> dict[str, object]:
        """As it is printed."""
        return {"value": self.value, "origin": self.origin, "locked": self.locked, "losers": list(self.losers)}


def resolve(device: PolicyDevice, policies: Iterable[Policy]) -> dict[str, Setting]:
    """Every field that a policy which counts for the device says, maps by their entries."""
    counting = sorted((policy for policy in policies if applies(policy, device)), key=_rank)
    names = dict.fromkeys(name for policy in counting for name in policy.values)
    closed = _closed_maps(counting)
    return {name: _setting(name, counting, closed) for name in names}


def applies(policy: Policy, device: PolicyDevice) -> bool:
    """Whether the policy's scope holds the device and its limits admit it."""
    held = {
        PolicyScope.DEVICE: policy.scope_id == device.id,
        PolicyScope.GROUP: policy.scope_id in device.groups,
        PolicyScope.SITE: policy.scope_id == device.site,
    }
    return (
        held.get(policy.scope, True)
        and (not policy.os_families or device.os_family in policy.os_families)
        and (not policy.roles or device.role in policy.roles)
    )


def _rank(policy: Policy) -> tuple[int, int, str]:
    """Narrowest first, then the higher priority, then the smaller id."""
    return NARROWNESS[policy.scope], -policy.priority, policy.id


def _widest(policies: Iterable[Policy]) -> Policy | None:
    """Of the widest scope, then the higher priority, then the smaller id."""
    return min(
        policies, key=lambda policy: (-NARROWNESS[policy.scope], -policy.priority, policy.id), default=None
    )  # fmt: skip


def _closed_maps(counting: Sequence[Policy]) -> dict[str, Policy]:
    """Which maps are closed, and by whom: a lock on a map that the policy says, the widest one's."""
    said_and_locked = {name for policy in counting for name in policy.maps & policy.locked}
    found = {
        name: _widest(policy for policy in counting if name in policy.maps & policy.locked) for name in said_and_locked
    }
    return {name: policy for name, policy in found.items() if policy is not None}


def _setting(name: str, counting: Sequence[Policy], closed: dict[str, Policy]) -> Setting:
    voices = [policy for policy in counting if name in policy.values]
    field, is_entry, _ = name.partition("/")
    closing = closed.get(field) if is_entry else None
    if closing is not None:
        # Narrower voices do not count; they are told as losers all the same.
        limit = NARROWNESS[closing.scope]
        winner = next((policy for policy in voices if NARROWNESS[policy.scope] >= limit), None)
        locked = True
    else:
        locking = None if is_entry else _widest(policy for policy in voices if name in policy.locked)
        winner = locking or voices[0]
        locked = locking is not None
    return Setting(
        winner.values[name] if winner else None,
        (winner or closing or voices[0]).id,
        locked,
        tuple(policy.id for policy in voices if policy is not winner),
    )
