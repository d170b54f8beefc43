"""Who decides what Windows Update offers, from the policies in the registry.

Meanings as in Microsoft's "Manage additional Windows Update settings" and "Configure Windows Update for Business".
"""

from collections.abc import Callable, Mapping

from bosman_protocol.reports import UpdatePolicy
from bosman_protocol.text import clean_text

POLICY_KEY = r"SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate"
AUTOMATIC_KEY = POLICY_KEY + r"\AU"

Values = Mapping[str, object]
SOURCES = tuple(f"SetPolicyDrivenUpdateSourceFor{kind}Updates" for kind in ("Feature", "Quality", "Driver", "Other"))
MAX_DEFERRAL_DAYS = 365
NOTIFY_ONLY = 2
"""AUOptions: 2 notifies before downloading, 3 before installing, 4 installs at a time, 5 lets the user choose."""


def read_policy(read: Callable[[str], Values | None]) -> UpdatePolicy:
    """The policy of this machine; `read` gives the values of a key below HKEY_LOCAL_MACHINE."""
    return decide_policy(read(POLICY_KEY) or {}, read(AUTOMATIC_KEY) or {})


def decide_policy(policy: Values, automatic: Values) -> UpdatePolicy:
    """What the values mean. Never raises.

    A device is WSUS's when UseWUServer is set and a server is named, unless every class of update has been given to
    Windows Update (source 0) again. It is Windows Update for Business's when Microsoft's servers are asked and a
    deferral or a target version is set.
    """
    server = _text(policy.get("WUServer"))
    uses_server = _number(automatic.get("UseWUServer")) == 1 and server is not None
    if uses_server and not _all_classes_from_microsoft(policy, automatic):
        source = "wsus"
    else:
        source = "wufb" if _is_deferred(policy) else "microsoft"
    return UpdatePolicy(
        source=source,  # type: ignore[arg-type] # one of our own three words
        server=server if source == "wsus" else None,
        automatic=_automatic(automatic),
        quality_deferral_days=_days(policy, "DeferQualityUpdates", "DeferQualityUpdatesPeriodInDays"),
        feature_deferral_days=_days(policy, "DeferFeatureUpdates", "DeferFeatureUpdatesPeriodInDays"),
        target_version=_target(policy),
    )


def _all_classes_from_microsoft(policy: Values, automatic: Values) -> bool:
    if _number(automatic.get("UseUpdateClassPolicySource")) != 1:
        return False
    return all(_number(policy.get(name)) == 0 for name in SOURCES)


def _is_deferred(policy: Values) -> bool:
    deferrals = ("DeferQualityUpdates", "DeferFeatureUpdates", "BranchReadinessLevel", "TargetReleaseVersion")
    return any((_number(policy.get(name)) or 0) > 0 for name in deferrals)


def _automatic(automatic: Values) -> bool | None:
    """None where nothing is set: Windows' own default differs between clients and servers."""
    if _number(automatic.get("NoAutoUpdate")) == 1:
        return False
    options = _number(automatic.get("AUOptions"))
    return None if options is None else options > NOTIFY_ONLY + 1


def _days(policy: Values, switch: str, days: str) -> int | None:
    if _number(policy.get(switch)) != 1:
        return None
    found = _number(policy.get(days))
    return found if found is not None and found <= MAX_DEFERRAL_DAYS else None


def _target(policy: Values) -> str | None:
    if _number(policy.get("TargetReleaseVersion")) != 1:
        return None
    return _text(policy.get("TargetReleaseVersionInfo"))


def _number(value: object) -> int | None:
    """A DWORD; some tools write numbers as text."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value.strip()[:10])
    return value if isinstance(value, int) and value >= 0 else None


def _text(value: object) -> str | None:
    return clean_text(value, 256) or None if isinstance(value, str) else None
