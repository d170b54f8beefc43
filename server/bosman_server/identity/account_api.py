"""Routes about oneself: second factor anew, password, where one is signed in."""

from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Request, Response

from bosman_server.identity import limits, passwords_change, second_factor, session_list, sessions
from bosman_server.identity.access import CurrentPerson, check_fresh, public
from bosman_server.identity.api import H
from bosman_server.identity.schemas import (
    Ended,
    PasswordChange,
    PasswordResetCompletion,
    PasswordResetRequest,
    RecoveryCodes,
    Sessions,
    SessionState,
    TotpRequest,
)
from bosman_server.kit.runtime import CurrentRuntime

router = APIRouter(tags=["account"])


@router.post("/session/step-up", status_code=204)
async def step_up(data: TotpRequest, subject: CurrentPerson, runtime: CurrentRuntime) -> None:
    """A fresh second factor: dangerous acts are open for five minutes."""
    await second_factor.step_up(runtime, subject, data)


@router.post("/me/password", status_code=204)
async def change_password(data: PasswordChange, subject: CurrentPerson, runtime: CurrentRuntime, hasher: H) -> None:
    """A new password; every other session ends."""
    await passwords_change.change(runtime, hasher, subject, data)


@router.get("/me/sessions")
async def list_sessions(subject: CurrentPerson, runtime: CurrentRuntime) -> Sessions:
    """Where one is signed in."""
    return Sessions(items=await session_list.read(runtime, subject))


@router.delete("/me/sessions/{session_id}", status_code=204)
async def end_session(session_id: UUID, subject: CurrentPerson, runtime: CurrentRuntime) -> None:
    """Sign out elsewhere."""
    await session_list.end(runtime, subject, session_id)


@router.post("/me/sessions/end-others")
async def end_other_sessions(subject: CurrentPerson, runtime: CurrentRuntime) -> Ended:
    """Sign out everywhere but here."""
    return Ended(ended=await session_list.end_others(runtime, subject))


@router.post("/me/recovery-codes")
async def renew_recovery_codes(subject: CurrentPerson, runtime: CurrentRuntime) -> RecoveryCodes:
    """Ten fresh recovery codes; the old ones end. Needs a fresh second factor."""
    check_fresh(subject)
    return RecoveryCodes(recovery_codes=await second_factor.new_recovery_codes(runtime, subject))


@router.post("/me/totp/replace")
async def replace_totp(
    subject: CurrentPerson, runtime: CurrentRuntime, request: Request, response: Response
) -> SessionState:
    """Another authenticator: this browser goes on to enrol it. Needs a fresh second factor."""
    check_fresh(subject)
    return SessionState(state=await second_factor.replace_totp(runtime, subject, request, response))


@router.post(
    "/password-reset",
    status_code=202,
    dependencies=[public("for people who cannot sign in; the answer is the same for everybody")],
)
async def request_password_reset(
    data: PasswordResetRequest, runtime: CurrentRuntime, request: Request, background: BackgroundTasks
) -> None:
    """Mail a link to the address, if somebody has it."""
    address = sessions.source_ip(request)
    limits.ADDRESS.hit(f"reset:{address}")
    background.add_task(passwords_change.request_reset, runtime, data.email.strip().lower(), address)


@router.post(
    "/password-reset/complete", status_code=204, dependencies=[public("guarded by the token of the mailed link")]
)
async def complete_password_reset(
    data: PasswordResetCompletion, runtime: CurrentRuntime, hasher: H, request: Request, response: Response
) -> None:
    """Set a new password by a mailed link."""
    await passwords_change.complete_reset(runtime, hasher, data, request, response)
