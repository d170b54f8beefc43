"""Runs one of Windows Update's long operations and tells how far it is.

The asynchronous calls are for this; their callbacks may be automation objects (documentation of
IUpdateInstaller::BeginInstall, "from a scripting language"). Where a call is not understood, the synchronous one does
the same work without progress.
"""

import sys
import time
from collections.abc import Callable
from typing import ClassVar

assert sys.platform == "win32"

# First, for it chooses the apartment.
import win32com.server.util

from bosman_agent.platform.windows.wua.com import REFUSED_CALLS, ComError, ComObject, hresult_of, read

FIRST_POLL_SECONDS, LAST_POLL_SECONDS = 0.02, 0.5
"""Between two looks at a job: short at first, for many downloads take no longer than a look."""

ReportJob = Callable[[int, int], None]
"""Takes the percentage of the operation and the index of the update that it is at."""


class _Notice:
    """What is called back. The job is asked instead: it knows the same, and the caller decides when."""

    _public_methods_: ClassVar[list[str]] = []
    _dispid_to_func_: ClassVar[dict[int, str]] = {0: "noticed"}

    def noticed(self, *_arguments: object) -> None:
        """Nothing is done on Windows Update's thread."""


def run_job(worker: ComObject, verb: str, report: ReportJob) -> ComObject:
    """`Begin…`/`End…` of a verb (`Download`, `Install`, `Uninstall`), or the verb itself. Raises ComError."""
    callback = win32com.server.util.wrap(_Notice())
    try:
        job = getattr(worker, f"Begin{verb}")(callback, callback, 0)
    except ComError as error:
        if hresult_of(error) not in REFUSED_CALLS:
            raise
        return getattr(worker, verb)()
    pause = FIRST_POLL_SECONDS
    while not job.IsCompleted:
        progress = _progress(job)
        if progress is not None:
            report(int(read(progress, "PercentComplete", 0)), int(read(progress, "CurrentUpdateIndex", 0)))
        time.sleep(pause)
        pause = min(pause * 2, LAST_POLL_SECONDS)
    result = getattr(worker, f"End{verb}")(job)
    _clean_up(job)
    return result


def _progress(job: ComObject) -> ComObject:
    try:
        return job.GetProgress()
    except ComError:
        return None


def _clean_up(job: ComObject) -> None:
    try:
        job.CleanUp()
    except ComError as error:
        # What has been done is done: the job's own memory is not worth a failure.
        sys.stderr.write(f"CleanUp 0x{hresult_of(error):08X}\n")
