"""What a check has found."""

from typing import Literal

import msgspec

from bosman_protocol.failures import ParamValue

Verdict = Literal["ok", "warning", "problem", "skipped"]
ServiceState = Literal["running", "stopped", "missing", "unknown"]


class Finding(msgspec.Struct, frozen=True):
    """One line of the answer: `key` picks the text, `params` fill it; `code` there is put into words too."""

    check: str
    verdict: Verdict
    key: str
    params: dict[str, ParamValue] = {}


def finding(check: str, verdict: Verdict, key: str, **params: ParamValue) -> Finding:
    """A finding, its values given by name."""
    return Finding(check, verdict, key, params)
