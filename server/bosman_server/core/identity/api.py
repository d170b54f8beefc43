"""Routes of set-up and sign-in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from bosman_protocol.codes import Code
from bosman_server.core.identity import second_factor, service, sessions, totp
from bosman_server.core.identity.access import public
from bosman_server.core.identity.passwords import Hasher
from bosman_server.core.identity.schemas import (
    RecoveryCodes,
    SessionState,
    SetupRequest,
    SetupState,
    SignInRequest,
    TotpConfirmation,
    TotpEnrollment,
    TotpRequest,
)
from bosman_server.kit.problems import Problem
from bosman_server.kit.runtime import CurrentRuntime

router = APIRouter(tags=["identity"])


async def hasher_of(request: Request) -> Hasher:
    """The process's password hasher."""
    hasher: Hasher = request.app.state.hasher
    return hasher


H = Annotated[Hasher, Depends(hasher_of)]


@router.get("/setup", dependencies=[public("tells a browser whether set-up is still open")])
async def get_setup(runtime: CurrentRuntime) -> SetupState:
    """Whether the first Owner is still awaited; 404 ever after."""
    if not await service.setup_is_open(runtime):
        raise Problem(404, Code.SETUP_CLOSED)
    return SetupState(open=True)


@router.post("/setup", dependencies=[public("guarded by the one-time code that the server's console shows")])
async def complete_setup(
    data: SetupRequest, runtime: CurrentRuntime, hasher: H, request: Request, response: Response
) -> SessionState:
    """Become the first Owner."""
    return SessionState(state=await service.set_up(runtime, hasher, data, request, response))


@router.post("/session", dependencies=[public("this is where one signs in")])
async def sign_in(
    data: SignInRequest, runtime: CurrentRuntime, hasher: H, request: Request, response: Response
) -> SessionState:
    """First factor."""
    return SessionState(state=await service.sign_in(runtime, hasher, data, request, response))


@router.get("/session", dependencies=[public("answers only about the caller's own cookie")])
async def get_session(runtime: CurrentRuntime, request: Request) -> SessionState:
    """How far sign-in has come."""
    return SessionState(state=await service.session_state(runtime, request))


@router.delete("/session", status_code=204, dependencies=[public("ends only the caller's own session")])
async def sign_out(runtime: CurrentRuntime, request: Request, response: Response) -> None:
    """Sign out."""
    await sessions.end(runtime, request, response)


@router.post("/session/totp", dependencies=[public("second factor of a session that began with a password")])
async def check_totp(data: TotpRequest, runtime: CurrentRuntime, request: Request, response: Response) -> SessionState:
    """Second factor."""
    return SessionState(state=await second_factor.check(runtime, data, request, response))


@router.post("/session/totp/enrollment", dependencies=[public("for a session that began with a password")])
async def begin_totp_enrollment(runtime: CurrentRuntime, request: Request) -> TotpEnrollment:
    """A secret for the authenticator app."""
    secret, uri = await second_factor.begin_enrollment(runtime, request)
    return TotpEnrollment(secret=secret, otpauth_uri=uri, qr_svg=totp.qr_svg(uri))


@router.post("/session/totp/enrollment/confirm", dependencies=[public("for a session that began with a password")])
async def confirm_totp_enrollment(
    data: TotpConfirmation, runtime: CurrentRuntime, request: Request, response: Response
) -> RecoveryCodes:
    """Prove that the app has the secret."""
    return RecoveryCodes(recovery_codes=await second_factor.confirm_enrollment(runtime, data.code, request, response))
