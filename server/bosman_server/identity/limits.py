"""Rate limits of everything that lets people in: asked before any hashing, kept per process.

With N api processes the limits are N times as wide. Nobody can lock somebody else
out: guesses from browsers in which the account was never used share one bucket,
a browser that the account knows has its own, and a reset by mail makes a browser known.
"""

from nats.aio.msg import Msg

from bosman_protocol.codes import Code
from bosman_server.kit.limiter import RateLimiter
from bosman_server.kit.problems import Problem

ADDRESS = RateLimiter(20, 3.0)
"""By address of the caller: sign-in, set-up, invitations, resets. What succeeds is given back."""
STRANGERS = RateLimiter(20, 30.0)
"""By account: all browsers together that the account does not know."""
KNOWN = RateLimiter(10, 6.0)
"""By account and known browser."""
SECOND_FACTOR = RateLimiter(6, 120.0)
"""By account, and by known browser or session: whoever comes this far has the password, and guesses one in a
million three times over; at one try in two minutes that takes years."""
BEARER = RateLimiter(50, 1.0)
"""By address: API keys that do not exist."""
RESET_MAILS = RateLimiter(3, 600.0)
"""By account: mails with a link."""


UNLOCK_SUBJECT = "svc.api.unlock"
"""`bosman admin unlock` tells every api process; each answers."""


def check_strangers(email: str, *, take: bool) -> None:
    """Take one guess of an account from browsers it does not know, or only look. Raises Problem 429."""
    try:
        (STRANGERS.hit if take else STRANGERS.check)(email)
    except Problem as problem:
        raise Problem(429, Code.SESSION_ACCOUNT_LIMITED, problem.params, headers=problem.headers) from None


def forgive_account(email: str) -> None:
    """An administrator or a success says that all is well with an account."""
    STRANGERS.forgive(email)
    SECOND_FACTOR.forgive(email)
    RESET_MAILS.forgive(email)


async def on_unlock(message: Msg) -> None:
    """The installation's administrator says that all is well: every browser may try again."""
    email = message.data.decode(errors="replace")
    forgive_account(email)
    for limiter in (KNOWN, SECOND_FACTOR):
        limiter.forgive_all(f"{email}:")
    if message.reply:
        await message.respond(b"done")
