"""What became of each update: what Windows said of it, held against what it still offers. Pure."""

from collections.abc import Mapping, Sequence

import msgspec

from bosman_agent.platform.windows.wua.codes import Circumstances, explain, hresult_text
from bosman_agent.platform.windows.wua.mapping import kb_of
from bosman_agent.platform.windows.wua.wire import Ended, NotConfirmed, Offered, Skipped
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.text import clean_text
from bosman_protocol.work import UpdateOutcome

SUCCEEDED = 2
SUCCEEDED_WITH_ERRORS = 3
ABORTED = 5

_SKIPPED = {
    "superseded": Code.UPDATES_SUPERSEDED,
    "needs_input": Code.UPDATES_NEEDS_INPUT,
    "restart_first": Code.UPDATES_RESTART_FIRST,
}


class InstallRecord(msgspec.Struct):
    """What was heard of one installation, collected as it comes."""

    offered: dict[str, Offered] = {}
    skipped: list[Skipped] = []
    ended: dict[str, Ended] = {}
    """The last word on each update: an installation comes after its download."""
    still_offered: dict[str, Offered] = {}
    confirmed: bool = False
    not_confirmed: NotConfirmed | None = None


def outcomes(
    record: InstallRecord, asked: Mapping[str, str], circumstances: Circumstances
) -> tuple[UpdateOutcome, ...]:
    """One outcome per update that was tried or skipped; `asked` has the wanted revisions by lower-case id."""
    made = [
        _outcome(record, skipped.update_id, asked, "skipped", ErrorDetail(_SKIPPED[skipped.reason]))
        for skipped in record.skipped
    ]
    for update_id, ended in record.ended.items():
        error = _error(record, ended, circumstances)
        made.append(_outcome(record, update_id, asked, "failed" if error else "installed", error, ended))
    return tuple(made)


def _outcome(
    record: InstallRecord,
    update_id: str,
    asked: Mapping[str, str],
    outcome: str,
    error: ErrorDetail | None,
    ended: Ended | None = None,
) -> UpdateOutcome:
    update = record.offered.get(update_id)
    title = clean_text(update.title, 4096) if update else ""
    revision = str(update.revision) if update else ""
    wanted = asked.get(update_id.lower(), revision)
    return UpdateOutcome(
        name=update_id,
        version=wanted,
        outcome=outcome,  # type: ignore[arg-type] # one of our own three words
        error=error,
        title=title or None,
        kb=kb_of(update.kbs, title) if update else None,
        installed_version=revision if outcome == "installed" and revision != wanted else None,
        requires_restart=_needs_restart(record, ended) if ended is not None and outcome == "installed" else None,
    )


def _needs_restart(record: InstallRecord, ended: Ended) -> bool:
    left = record.still_offered.get(ended.update_id)
    return ended.restart or (left is not None and left.restart_pending)


def _error(record: InstallRecord, ended: Ended, circumstances: Circumstances) -> ErrorDetail | None:
    """None only for an update of which Windows said that it succeeded, and which it no longer offers.

    One that it still offers in the same revision has succeeded all the same where a restart is pending for it: until
    then Windows cannot know. A newer revision than was installed is another update.
    """
    if ended.stage == "download":
        return explain(ended.hresult, circumstances, code=_download_code(ended, circumstances), stage="download")
    if ended.result == SUCCEEDED_WITH_ERRORS:
        return explain(ended.hresult, circumstances, code=Code.UPDATES_PARTLY, stage=ended.stage)
    if ended.result != SUCCEEDED or ended.hresult & 0x80000000:
        code = Code.UPDATES_EULA if ended.stage == "eula" else None
        return explain(ended.hresult, circumstances, code=code, stage=ended.stage, result=ended.result)
    if record.not_confirmed is not None or not record.confirmed:
        reason = record.not_confirmed
        params = {"hresult": hresult_text(reason.hresult)} if reason and reason.hresult else {}
        return ErrorDetail(Code.UPDATES_NOT_CONFIRMED, {**params}, clean_text(reason.text, 2000) if reason else None)
    left, installed = record.still_offered.get(ended.update_id), record.offered.get(ended.update_id)
    same = left is not None and (installed is None or left.revision <= installed.revision)
    if same and not _needs_restart(record, ended):
        return ErrorDetail(Code.UPDATES_NOT_CONFIRMED, {"hresult": hresult_text(ended.hresult)})
    return None


def _download_code(ended: Ended, circumstances: Circumstances) -> Code | None:
    """A download that failed without a reason of its own is at least known to be a download."""
    found = explain(ended.hresult, circumstances).code
    return Code.UPDATES_DOWNLOAD_FAILED if found == Code.UPDATES_FAILED else None


def first_failure(made: Sequence[UpdateOutcome]) -> ErrorDetail | None:
    """The error of the first update that failed; what was skipped is no failure."""
    return next((update.error for update in made if update.outcome == "failed"), None)
