"""NATS JWT version 2, as far as the auth callout needs it: read a request, write a verdict."""

import base64
import binascii
import json
import time
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes

from bosman_server.kit.crypto.nkeys import InvalidNkeyError, Nkey, NkeyKind, PublicNkey
from bosman_server.kit.values import JsonObject, JsonView

_ALGORITHM = "ed25519-nkey"
_MAX_TOKEN_BYTES = 128 * 1024
_UNLIMITED = -1


class InvalidNatsJwtError(ValueError):
    """Not a NATS JWT, not signed by the key that it names, or not of the expected type."""


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What the NATS server tells the callout about a client that wants in."""

    server_id: str
    """Public nkey of the asking server; the answer's audience."""
    user_nkey: str
    """One-off public nkey that the server chose; the subject of the answer and of the user JWT."""
    client_id: int
    client_host: str
    client_name: str
    """What the client calls itself: hostile text."""
    verified_chains: tuple[tuple[str, ...], ...]
    """PEM certificates, leaf first, of each chain that the server verified up to its CA."""

    @property
    def leaf_pem(self) -> str | None:
        """The client's own verified certificate."""
        if not self.verified_chains or not self.verified_chains[0]:
            return None
        return self.verified_chains[0][0]


@dataclass(frozen=True, slots=True)
class UserPermissions:
    """The subjects of a user and its limits; it may answer nobody."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]
    max_subscriptions: int = 16
    max_payload_bytes: int = 1024 * 1024


def encode(issuer: Nkey, claims: JsonView) -> str:
    """Sign claims; `iat`, `iss` and the `jti` that NATS derives from the rest are filled in."""
    body = {**claims, "iat": int(time.time()), "iss": issuer.public.encode()}
    digest = hashes.Hash(hashes.SHA512_256())
    digest.update(_json(body))
    body["jti"] = base64.b32encode(digest.finalize()).rstrip(b"=").decode()
    header = _json({"typ": "JWT", "alg": _ALGORITHM})
    signed = b".".join((_base64url(header), _base64url(_json(body))))
    return b".".join((signed, _base64url(issuer.sign(signed)))).decode()


def decode(token: str | bytes) -> JsonObject:
    """Return the claims of a token whose signature its `iss` key made.

    Whether that issuer is to be trusted is the caller's question. Raises InvalidNatsJwtError.
    """
    data = token.encode() if isinstance(token, str) else token
    if len(data) > _MAX_TOKEN_BYTES:
        msg = "token too long"
        raise InvalidNatsJwtError(msg)
    try:
        header, payload, signature = data.strip().split(b".")
        algorithm = _mapping(json.loads(_unbase64url(header))).get("alg")
        claims = _mapping(json.loads(_unbase64url(payload)))
        issuer = PublicNkey.decode(_text(claims, "iss"))
        signed_by_issuer = issuer.verify(_unbase64url(signature), header + b"." + payload)
    except (ValueError, RecursionError) as error:
        msg = "malformed token"
        raise InvalidNatsJwtError(msg) from error
    if algorithm != _ALGORITHM or not signed_by_issuer:
        msg = "token with a wrong signature"
        raise InvalidNatsJwtError(msg)
    return claims


def decode_authorization_request(data: bytes) -> AuthorizationRequest:
    """Read a message of `$SYS.REQ.USER.AUTH`; raise InvalidNatsJwtError if it is none.

    The signature must be that of the very server that the request names.
    """
    claims = decode(data)
    request = _mapping(claims.get("nats"))
    if request.get("type") != "authorization_request":
        msg = "not an authorization request"
        raise InvalidNatsJwtError(msg)
    server = _mapping(request.get("server_id"))
    client = _mapping(request.get("client_info"))
    options = _mapping(request.get("connect_opts"))
    if _text(claims, "iss") != _text(server, "id"):
        msg = "request not signed by the server that it names"
        raise InvalidNatsJwtError(msg)
    return AuthorizationRequest(
        server_id=_nkey(_text(server, "id"), NkeyKind.SERVER),
        user_nkey=_nkey(_text(request, "user_nkey"), NkeyKind.USER),
        client_id=_integer(client, "id"),
        client_host=_text(client, "host", default=""),
        client_name=_text(options, "name", default=""),
        verified_chains=_chains(request.get("client_tls")),
    )


def authorization_response(
    issuer: Nkey, request: AuthorizationRequest, *, user_jwt: str | None = None, error: str | None = None
) -> bytes:
    """Return the callout's answer: a user JWT, or an error text that only the server's log shows.

    Raises ValueError unless exactly one of the two is given.
    """
    if (user_jwt is None) == (error is None):
        msg = "an authorization response is either a user JWT or an error"
        raise ValueError(msg)
    verdict = {"jwt": user_jwt} if user_jwt is not None else {"error": error}
    claims = {
        "sub": request.user_nkey,
        "aud": request.server_id,
        "nats": {"type": "authorization_response", "version": 2, **verdict},
    }
    return encode(issuer, claims).encode()


def user_jwt(
    issuer: Nkey,
    user_nkey: str,
    name: str,
    permissions: UserPermissions,
    account: str,
    *,
    valid_seconds: int,
) -> str:
    """Return the JWT that makes a connection a user of the named account, for so long.

    When it ends the server cuts the connection; whoever may still come in connects anew.
    """
    nats = {
        "type": "user",
        "version": 2,
        "pub": {"allow": list(permissions.publish)},
        "sub": {"allow": list(permissions.subscribe)},
        "subs": permissions.max_subscriptions,
        "data": _UNLIMITED,
        "payload": permissions.max_payload_bytes,
    }
    expires = int(time.time()) + valid_seconds
    return encode(issuer, {"sub": user_nkey, "aud": account, "name": name, "exp": expires, "nats": nats})


def _json(value: JsonView) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _unbase64url(data: bytes) -> bytes:
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        msg = "not base64url"
        raise InvalidNatsJwtError(msg) from error


def _mapping(value: object) -> JsonObject:
    if not isinstance(value, dict):
        msg = "an object was expected"
        raise InvalidNatsJwtError(msg)
    return value


def _text(values: JsonView, key: str, *, default: str | None = None) -> str:
    value = values.get(key, default)
    if not isinstance(value, str):
        msg = f"{key} is not text"
        raise InvalidNatsJwtError(msg)
    return value


def _integer(values: JsonView, key: str) -> int:
    value = values.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        msg = f"{key} is not a number"
        raise InvalidNatsJwtError(msg)
    return value


def _nkey(text: str, kind: NkeyKind) -> str:
    try:
        actual = PublicNkey.decode(text).kind
    except InvalidNkeyError as error:
        msg = "malformed nkey in request"
        raise InvalidNatsJwtError(msg) from error
    if actual is not kind:
        msg = f"a {kind.name.lower()} nkey was expected"
        raise InvalidNatsJwtError(msg)
    return text


def _chains(client_tls: object) -> tuple[tuple[str, ...], ...]:
    """Only chains the server verified count; `certs`, which it did not, is never looked at."""
    if client_tls is None:
        return ()
    chains = _mapping(client_tls).get("verified_chains")
    if chains is None:
        return ()
    if not isinstance(chains, list) or not all(isinstance(chain, list) for chain in chains):
        msg = "malformed certificate chains"
        raise InvalidNatsJwtError(msg)
    if not all(isinstance(pem, str) for chain in chains for pem in chain):
        msg = "malformed certificate chains"
        raise InvalidNatsJwtError(msg)
    return tuple(tuple(chain) for chain in chains)
