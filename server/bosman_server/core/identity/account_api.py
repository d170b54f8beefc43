"""Routes about oneself: second factor anew, password, where one is signed in."""

from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Request

from bosman_protocol.codes import Code
from bosman_server.core.identity import (
    passwords_change,
    second_factor,
    session_list,
    sessions,
    totp,
)
from bosman_server.core.identity.access import CurrentPerson, public
from bosman_server.core.identity.api import H
from bosman_server.core.identity.attempts import Counts
from bosman_server.core.identity.rate_limits import limits_of
from bosman_server.core.identity.schemas import (
    Ended,
    EndOthers,
    PasswordChange,
    PasswordResetCompletion,
    PasswordResetRequest,
    RecoveryCodes,
    Sessions,
    TotpConfirmation,
    TotpEnrollment,
    TotpRequest,
)
from bosman_server.kit.problems import Problem
from bosman_server.kit.runtime import CurrentRuntime

router = APIRouter(tags=["account"])


@router.post("/session/step-up", status_code=204)
async def step_up(data: TotpRequest, subject: CurrentPerson, runtime: CurrentRuntime) -> None:
    """A fresh second factor: dangerous acts are open for five minutes."""
    await second_factor.step_up(runtime, subject, data)


@router.post("/me/password", status_code=204)
async def change_password(data: PasswordChange, subject: CurrentPerson, runtime: CurrentRuntime, hasher: H) -> None:
    """A new password; every other session ends, and one's API keys where that is asked for."""
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
async def end_other_sessions(data: EndOthers, subject: CurrentPerson, runtime: CurrentRuntime) -> Ended:
    """Sign out everywhere but here; with one's API keys where that is asked for."""
    ended, keys = await session_list.end_others(runtime, subject, api_keys_too=data.api_keys)
    return Ended(ended=ended, api_keys=keys)


@router.post("/me/recovery-codes")
async def renew_recovery_codes(data: TotpRequest, subject: CurrentPerson, runtime: CurrentRuntime) -> RecoveryCodes:
    """Ten fresh recovery codes; the old ones end. Needs a code in this very request."""
    return RecoveryCodes(recovery_codes=await second_factor.new_recovery_codes(runtime, subject, data))


@router.post("/me/totp/replace")
async def replace_totp(data: TotpRequest, subject: CurrentPerson, runtime: CurrentRuntime) -> TotpEnrollment:
    """Another authenticator's secret. Needs a code of the old one, which stays good until the new one is confirmed."""
    secret, uri = await second_factor.begin_replacement(runtime, subject, data)
    return TotpEnrollment(secret=secret, otpauth_uri=uri, qr_svg=totp.qr_svg(uri))


@router.post("/me/totp/replace/confirm")
async def confirm_totp_replacement(
    data: TotpConfirmation, subject: CurrentPerson, runtime: CurrentRuntime
) -> RecoveryCodes:
    """Prove that the new authenticator has the secret: it takes the old one's place, every other session ends."""
    return RecoveryCodes(recovery_codes=await second_factor.confirm_replacement(runtime, subject, data.code))


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
    limits_of(runtime).hit_address("reset", address)
    background.add_task(passwords_change.request_reset, runtime, data.email.strip().lower(), address)


@router.post(
    "/password-reset/complete", status_code=204, dependencies=[public("guarded by the token of the mailed link")]
)
async def complete_password_reset(
    data: PasswordResetCompletion, runtime: CurrentRuntime, hasher: H, request: Request
) -> None:
    """Set a new password by a mailed link. Sessions and API keys end; the second factor is still asked for."""
    try:
        await passwords_change.complete_reset(runtime, hasher, data, request)
    except Problem as problem:
        if problem.code is Code.PASSWORD_BAD_LINK:
            runtime.parts.of(Counts).note("access.unknown_link", problem.code, sessions.source_ip(request))
        raise
