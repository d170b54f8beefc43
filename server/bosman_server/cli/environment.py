"""What each child of `bosman up` finds in its environment: its own secrets, and nobody else's."""

import os
from collections.abc import Mapping

_MASTER = frozenset({"BOSMAN_MASTER_KEY", "BOSMAN_KMS_COMMAND"})

OWN_SECRETS: Mapping[str, frozenset[str]] = {
    "api": frozenset({"BOSMAN_DATABASE_URL"}) | _MASTER,
    "worker": frozenset({"BOSMAN_WORKER_DATABASE_URL", "BOSMAN_SMTP_PASSWORD"}) | _MASTER,
    "agent": frozenset(),
}
"""By child; no child has the owner's URL."""

SECRETS: frozenset[str] = frozenset().union(*OWN_SECRETS.values()) | {"BOSMAN_OWNER_DATABASE_URL"}


def child_environment(name: str, given: Mapping[str, str]) -> dict[str, str]:
    """Our environment and what is given, without the secrets of others."""
    everything = {**os.environ, **given}
    return {key: value for key, value in everything.items() if key not in SECRETS or key in OWN_SECRETS[name]}
