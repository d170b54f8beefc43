"""Rate limits of everything that lets people in: asked before any hashing, kept per process.

With N api processes the limits are N times as wide. Nobody can lock somebody else
out of the first factor: guesses from browsers in which the account was never used share one bucket,
and a browser that the account knows has its own. Guesses of the second factor are the account's as a whole
and outlive a restart: see second_factor_guesses.py.
"""

from nats.aio.msg import Msg

from bosman_protocol.codes import Code
from bosman_server.kit.bus.rights import ANSWERS
from bosman_server.kit.limiter import RateLimiter, network_of
from bosman_server.kit.problems import Problem

ADDRESS = RateLimiter(20, 3.0)
"""By network of the caller (an IPv4 address, an IPv6 /64): sign-in, set-up, invitations, resets. What succeeds is
given back."""
UNKNOWN_BROWSERS = RateLimiter(20, 30.0)
"""By account: all browsers together that the account does not know."""
KNOWN = RateLimiter(10, 6.0)
"""By account and known browser."""
PASSWORD_CHANGE = RateLimiter(6, 120.0)
"""By account: the old password, from whatever session. What succeeds is forgiven."""
ENROLMENT = RateLimiter(10, 30.0)
"""By account: codes of an authenticator whose seed was shown a moment ago; there is nothing to guess."""
BEARER = RateLimiter(50, 1.0)
"""By network: API keys that do not exist."""
RESET_MAILS = RateLimiter(3, 600.0)
"""By account: mails with a link."""


UNLOCK_SUBJECT = "svc.api.unlock"
"""`bosman admin unlock` tells every api process; each answers."""


def hit_address(what: str, source_ip: str | None) -> str:
    """Take one attempt of the caller's network. Returns its key, for a refund. Raises Problem 429."""
    key = f"{what}:{network_of(source_ip)}"
    ADDRESS.hit(key)
    return key


def check_unknown_browsers(email: str, *, take: bool) -> None:
    """Take one guess of an account from browsers it does not know, or only look. Raises Problem 429."""
    try:
        (UNKNOWN_BROWSERS.hit if take else UNKNOWN_BROWSERS.check)(email)
    except Problem as problem:
        raise Problem(429, Code.SESSION_ACCOUNT_LIMITED, problem.params, headers=problem.headers) from None


def forgive_account(email: str) -> None:
    """The installation's administrator says that all is well with an account."""
    UNKNOWN_BROWSERS.forgive(email)
    RESET_MAILS.forgive(email)


async def on_unlock(message: Msg) -> None:
    """The installation's administrator says that all is well: every browser may try again."""
    email = message.data.decode(errors="replace")
    forgive_account(email)
    KNOWN.forgive_all(f"{email}:")
    if message.reply.startswith(f"{ANSWERS}."):
        await message.respond(b"done")
