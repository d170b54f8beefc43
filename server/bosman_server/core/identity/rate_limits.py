"""Rate limits of everything that lets people in: asked before any hashing, kept by the process.

Nobody can lock somebody else
out of the first factor: guesses from browsers in which the account was never used share one bucket,
and a browser that the account knows has its own. Guesses of the second factor are the account's as a whole
and outlive a restart: see second_factor_guesses.py.
"""

from nats.aio.msg import Msg

from bosman_protocol.codes import Code
from bosman_server.kit.bus.rights import ANSWERS
from bosman_server.kit.problems import Problem
from bosman_server.kit.quota import RateLimiter, network_of
from bosman_server.kit.runtime import Runtime

UNLOCK_SUBJECT = "svc.api.unlock"
"""`bosman admin unlock` tells every api process; each answers."""


class RateLimits:
    """Those of one process."""

    def __init__(self) -> None:
        self.address = RateLimiter(20, 3.0)
        """By network of the caller (an IPv4 address, an IPv6 /64): sign-in, set-up, invitations, resets. What succeeds
        is given back."""
        self.unknown_browsers = RateLimiter(20, 30.0)
        """By account: all browsers together that the account does not know."""
        self.known = RateLimiter(10, 6.0)
        """By account and known browser."""
        self.password_change = RateLimiter(6, 120.0)
        """By account: the old password, from whatever session. What succeeds is forgiven."""
        self.enrolment = RateLimiter(10, 30.0)
        """By account: codes of an authenticator whose seed was shown a moment ago; there is nothing to guess."""
        self.bearer = RateLimiter(50, 1.0)
        """By network: API keys that do not exist."""
        self.reset_mails = RateLimiter(3, 600.0)
        """By account: mails with a link."""

    def hit_address(self, what: str, source_ip: str | None) -> str:
        """Take one attempt of the caller's network. Returns its key, for a refund. Raises Problem 429."""
        key = f"{what}:{network_of(source_ip)}"
        self.address.hit(key)
        return key

    def check_unknown_browsers(self, email: str, *, take: bool) -> None:
        """Take one guess of an account from browsers it does not know, or only look. Raises Problem 429."""
        try:
            (self.unknown_browsers.hit if take else self.unknown_browsers.check)(email)
        except Problem as problem:
            raise Problem(429, Code.SESSION_ACCOUNT_LIMITED, problem.params, headers=problem.headers) from None

    def forgive_account(self, email: str) -> None:
        """The installation's administrator says that all is well with an account."""
        self.unknown_browsers.forgive(email)
        self.reset_mails.forgive(email)

    async def on_unlock(self, message: Msg) -> None:
        """The installation's administrator says that all is well: every browser may try again."""
        email = message.data.decode(errors="replace")
        self.forgive_account(email)
        self.known.forgive_all(f"{email}:")
        if message.reply.startswith(f"{ANSWERS}."):
            await message.respond(b"done")


def limits_of(runtime: Runtime) -> RateLimits:
    """The rate limits of this process."""
    return runtime.parts.of(RateLimits)
