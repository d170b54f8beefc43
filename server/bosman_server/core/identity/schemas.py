"""What sign-in and profile exchange with the browser."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, EmailStr, Field

from bosman_server.core.identity.permissions import Permission, Role
from bosman_server.kit.schemas import PatchModel, RequestModel, Sites, left_out, one_line

Name = Annotated[str, one_line(120)]
Password = Annotated[str, Field(min_length=1, max_length=256)]
Language = Literal["pl", "en"]
Theme = Literal["light", "dark", "system"]
State = Literal["totp_required", "totp_enrollment_required", "complete"]


class SetupState(BaseModel):
    """The server waits for its first Owner."""

    open: Literal[True]


class SetupRequest(RequestModel):
    """The first Owner."""

    code: Annotated[str, Field(min_length=8, max_length=128)]
    email: EmailStr
    name: Name
    password: Password
    language: Language = "en"


class SignInRequest(RequestModel):
    """First factor."""

    email: Annotated[str, Field(min_length=3, max_length=254)]
    password: Password


class SessionState(BaseModel):
    """How far sign-in has come."""

    state: State


class TotpRequest(RequestModel):
    """Second factor: a code from the app, or a recovery code."""

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None
    """None = a recovery code is given instead; without either it is refused."""
    recovery_code: Annotated[str, Field(min_length=8, max_length=32)] | None = None
    """None = a code of the app is given instead."""


class TotpConfirmation(RequestModel):
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


class MeUpdate(PatchModel):
    """Changes to one's own profile. It has one editor, and no version."""

    name: Name = left_out()
    """None is refused; left out, it stays as it is."""
    language: Language = left_out()
    """None is refused; left out, it stays as it is."""
    theme: Theme = left_out()
    """None is refused; left out, it stays as it is."""


Place = Literal["this_server", "local_network", "internet", "unknown"]
Email = Annotated[EmailStr, Field(max_length=254)]
LinkToken = Annotated[str, Field(min_length=16, max_length=128, pattern=r"^[A-Za-z0-9_.-]*$")]


class PasswordChange(RequestModel):
    """The old password proves who asks."""

    current_password: Password
    new_password: Password
    api_keys: bool = False
    """Whether one's own API keys end with the other sessions."""


class PasswordResetRequest(RequestModel):
    """Whose password is forgotten."""

    email: Annotated[str, Field(min_length=3, max_length=254, pattern=r"^[^\x00-\x1f]*$")]


class PasswordResetCompletion(RequestModel):
    """The token of the mailed link, and the new password."""

    token: LinkToken
    password: Password


class SessionOut(BaseModel):
    """A signed-in browser of the user."""

    id: UUID
    current: bool
    created_at: datetime
    last_seen_at: datetime
    source_ip: str | None
    place: Place
    browser: str | None
    os: str | None


class Sessions(BaseModel):
    """Where the user is signed in, the most recent first."""

    items: list[SessionOut]


class Ended(BaseModel):
    """How many sessions and API keys were ended."""

    ended: int
    api_keys: int = 0


class InvitationCreate(RequestModel):
    """Ask somebody to join a tenant."""

    tenant_id: UUID
    email: Email
    role: Role
    sites: Sites
    language: Language = "en"


class InvitationToken(RequestModel):
    """The token of an invitation's link."""

    token: LinkToken


class InvitationView(BaseModel):
    """What whoever opens an invitation sees before accepting it."""

    tenant_name: str
    email: str
    role: Role
    invited_by: str
    expires_at: datetime
    language: Language
    account_exists: bool
    """Then they sign in and accept; else they choose a name and a password."""


class InvitationAcceptance(RequestModel):
    """The token; and a name and password where there is no account yet."""

    token: LinkToken
    name: Name | None = None
    """None = there is an account; refused where there is none."""
    password: Password | None = None
    """None = as for the name."""
    language: Language = "en"


class MembershipChange(RequestModel):
    """A member's new role and sites, both in full."""

    role: Role
    sites: Sites


class ApiKeyCreate(RequestModel):
    """A program's way in."""

    tenant_id: UUID
    name: Annotated[str, one_line(80)]
    scopes: Annotated[list[Permission], Field(min_length=1, max_length=50)]
    sites: Sites
    """Where it works at all."""
    devices: Literal["all"] | Annotated[list[UUID], Field(min_length=1, max_length=500)]
    """Which devices it makes work for."""
    per_hour: Annotated[int, Field(ge=0, le=10_000)] = 20
    """How many devices its guarded work (installations, restarts, scripts) may reach within an hour."""
    valid_days: Annotated[int, Field(ge=1, le=366)] = 90


ListName = Literal["devices", "updates", "tasks", "jobs", "approvals", "audit"]
ListAddress = Annotated[
    dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=500)] | Annotated[int, Field(ge=0)]],
    Field(max_length=40),
]
"""The search parameters of a list's address, as the web writes them."""
ViewName = Annotated[str, one_line(60)]


class ListViewCreate(RequestModel):
    """What somebody has made of a list."""

    list: ListName
    name: ViewName
    query: ListAddress
    is_default: bool = False
    """Whether the list opens with it."""


class ListViewChange(PatchModel):
    """Changes to a saved view."""

    name: ViewName = left_out()
    """None is refused; left out, it stays as it is."""
    query: ListAddress = left_out()
    """None is refused; left out, it stays as it is."""
    is_default: bool = left_out()
    """None is refused; left out, it stays as it is."""


class ListViewOut(BaseModel):
    """A view of a list that somebody has saved."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    list: ListName
    name: str
    query: dict[str, str | int]
    is_default: bool
    version: int


class EndOthers(RequestModel):
    """What ends beside the other sessions."""

    api_keys: bool = False
    """One's own API keys, too, in every tenant."""
