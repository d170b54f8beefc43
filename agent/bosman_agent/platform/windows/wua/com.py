"""Windows Update's COM objects: reading them attribute by attribute, and what their errors mean.

pywin32 gives dynamic objects: everything that is read here is checked and bounded before it is used.
"""

import contextlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TypeAlias

assert sys.platform == "win32"

# Windows Update calls back from threads of its own: no message loop must be needed for them.
sys.coinit_flags = 0  # type: ignore[attr-defined] # how pywin32 is told the apartment

import pythoncom
import win32com.client.dynamic

from bosman_agent.platform.windows.wua.wire import Offered, Past, SearchRound
from bosman_protocol.text import clean_text

ComObject: TypeAlias = Any
"""An object of Windows' COM, or a value that it gave: pywin32 has no types for them."""


DISP_E_EXCEPTION = 0x80020009
E_NOTIMPL = 0x80004001
MAX_IDS = 500
REFUSED_CALLS = frozenset({E_NOTIMPL, 0x80004002, 0x80004003, 0x80070057, 0x80020005, 0x80020003, 0x8002000E})
"""A call that was not understood (no such interface, bad pointer, bad type, …): nothing has begun."""

ComError = pythoncom.com_error


def create(progid: str) -> ComObject:
    """A COM object without generated wrappers, which a service could not write anywhere. Raises ComError."""
    return win32com.client.dynamic.Dispatch(progid)


def hresult_of(error: ComObject) -> int:
    """The code that matters: the object's own where the call came through IDispatch. `error` is a ComError."""
    value = error.hresult
    if error.excepinfo is not None and len(error.excepinfo) > 5 and error.excepinfo[5]:
        value = error.excepinfo[5]
    return int(value) & 0xFFFFFFFF


def text_of(error: ComObject) -> str:
    """What the object said in words, in the language of the machine."""
    said = error.excepinfo[2] if error.excepinfo is not None and len(error.excepinfo) > 2 else None
    return clean_text(str(said or error.strerror or ""), 2000, multiline=True)


def read(thing: ComObject, name: str, default: ComObject = None) -> ComObject:
    """An attribute, or the default: older interfaces lack some, and some raise where they mean "none"."""
    try:
        value = getattr(thing, name)
    except (ComError, AttributeError):
        return default
    return default if value is None else value


def items(collection: ComObject, limit: int) -> Iterator[ComObject]:
    """What a collection holds, by index, which all of Windows Update's collections know."""
    if collection is None:
        return
    for index in range(min(_whole(read(collection, "Count", 0)) or 0, limit)):
        with contextlib.suppress(ComError):
            yield collection.Item(index)


def offered(update: ComObject, search_round: SearchRound) -> Offered:
    """Everything about an update that anybody asks for later. Raises ComError when it has no identity."""
    identity = update.Identity
    behavior = read(update, "InstallationBehavior")
    categories = [
        str(read(category, "CategoryID", "")).lower()[:64] for category in items(_of(update, "Categories"), 64)
    ]
    return Offered(
        update_id=_text(identity, "UpdateID", 256),
        revision=_whole(identity.RevisionNumber) or 0,
        title=_text(update, "Title", 4096),
        round=search_round,
        kbs=tuple(clean_text(str(kb), 64) for kb in items(_of(update, "KBArticleIDs"), 16)),
        cves=tuple(clean_text(str(cve), 32) for cve in items(_of(update, "CveIDs"), MAX_IDS)),
        categories=tuple(categories),
        update_type=_whole(read(update, "Type", 1)) or 1,
        severity=_text(update, "MsrcSeverity", 32),
        browse_only=bool(read(update, "BrowseOnly", default=False)),
        hidden=bool(read(update, "IsHidden", default=False)),
        eula_accepted=bool(read(update, "EulaAccepted", default=True)),
        impact=_whole(read(behavior, "Impact", 0)) or 0,
        restart_behavior=_whole(read(behavior, "RebootBehavior")),
        needs_input=bool(read(behavior, "CanRequestUserInput", default=False)),
        restart_pending=bool(read(update, "RebootRequired", default=False)),
        # A DECIMAL, and for cumulative updates the sum of all payloads: an upper bound.
        size_bytes=_whole(read(update, "MaxDownloadSize")),
        changed_at=_time(read(update, "LastDeploymentChangeTime")),
        support_url=_text(update, "SupportUrl", 1024),
    )


def past(entry: ComObject) -> Past | None:
    """An entry of the history; None for one without a date."""
    at = _time(read(entry, "Date"))
    if at is None:
        return None
    return Past(
        at=at,
        title=_text(entry, "Title", 4096),
        operation=_whole(read(entry, "Operation", 1)) or 1,
        result=_whole(read(entry, "ResultCode", 0)) or 0,
        hresult=(_whole(read(entry, "HResult", 0)) or 0) & 0xFFFFFFFF,
        update_id=_text(read(entry, "UpdateIdentity"), "UpdateID", 256),
        client=_text(entry, "ClientApplicationID", 256),
    )


def _of(thing: ComObject, name: str) -> ComObject:
    return read(thing, name)


def _text(thing: ComObject, name: str, limit: int) -> str:
    return clean_text(str(read(thing, name, "")), limit)


def _whole(value: ComObject) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError, ArithmeticError):
        return None


def _time(value: ComObject) -> str | None:
    """Windows Update's dates are UTC; pywin32 gives them a zone that need not say so."""
    if not isinstance(value, datetime):
        return None
    # pywin32's own class knows other zones than Python does.
    plain = datetime(value.year, value.month, value.day, value.hour, value.minute, value.second, tzinfo=UTC)
    return plain.isoformat()
