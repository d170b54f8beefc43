"""What sign-in and profile exchange with the browser."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, EmailStr, Field, StringConstraints

from bosman_server.identity.permissions import Permission, Role

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Password = Annotated[str, Field(min_length=1, max_length=256)]
Language = Literal["pl", "en"]
Theme = Literal["light", "dark", "system"]
State = Literal["totp_required", "totp_enrollment_required", "complete"]


class SetupState(BaseModel):
    """The server waits for its first Owner."""

    open: Literal[True]


class SetupRequest(BaseModel):
    """The first Owner."""

    code: Annotated[str, Field(min_length=8, max_length=128)]
    email: EmailStr
    name: Name
    password: Password
    language: Language = "en"


class SignInRequest(BaseModel):
    """First factor."""

    email: Annotated[str, Field(min_length=3, max_length=254)]
    password: Password


class SessionState(BaseModel):
    """How far sign-in has come."""

    state: State


class TotpRequest(BaseModel):
    """Second factor: a code from the app, or a recovery code."""

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None
    recovery_code: Annotated[str, Field(min_length=8, max_length=32)] | None = None


class TotpConfirmation(BaseModel):
    """Proof that the app has the secret."""

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class TotpEnrollment(BaseModel):
    """The secret, shown once."""

    secret: str
    otpauth_uri: str
    qr_svg: str


class RecoveryCodes(BaseModel):
    """Ten one-time codes, shown once."""

    recovery_codes: list[str]


class MembershipOut(BaseModel):
    """What the user is in one tenant, and what that allows."""

    tenant_id: UUID
    tenant_name: str
    role: Role
    site_ids: list[UUID] | None
    """Limited to these sites; null = the whole tenant."""
    permissions: list[Permission]


class Me(BaseModel):
    """The signed-in user."""

    id: UUID
    email: str
    name: str
    language: Language
    theme: Theme
    is_operator: bool
    """Looks after the installation as a whole."""
    memberships: list[MembershipOut]


class MeUpdate(BaseModel):
    """Changes to one's own profile."""

    name: Name | None = None
    language: Language | None = None
    theme: Theme | None = None
