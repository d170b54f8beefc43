"""The same wish told twice makes work once: `Idempotency-Key` on every route that makes work.

As in the IETF draft httpapi-idempotency-key-header: a client that has lost the answer says its wish again under the
same key. What is kept is the job, not the answer: a repetition is answered with the job as it is now, and only as far
as whoever asks may still see it.
"""

import hashlib
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import Header
from pydantic import BaseModel

from bosman_protocol.codes import Code
from bosman_server.core.identity.access import Access
from bosman_server.kit.db.transaction import Transaction, fetch_one
from bosman_server.kit.ids import uuid7
from bosman_server.kit.problems import Problem

IdempotencyKey = Annotated[
    str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")
]
"""Of the client's choosing, a random UUID say; None = every call makes work of its own."""

# Whoever says it a second time meanwhile waits here for the end of the first.
_CLAIM = """
INSERT INTO tasks_idempotency_key (actor_id, key, fingerprint, job_id) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING RETURNING job_id
"""
_CLAIMED = "SELECT fingerprint, job_id FROM tasks_idempotency_key WHERE actor_id = $1 AND key = $2"


class Claim(NamedTuple):
    """Which job a wish is about, and whether it was made by an earlier call."""

    job_id: UUID
    made_before: bool


async def claim(tx: Transaction, access: Access, key: str | None, route: str, body: BaseModel | None) -> Claim:
    """The job that this key has made already, or the id of the one that this transaction is to make.

    Keys are those of a person or of an API key, for 24 hours. Raises Problem 422 `job.idempotency_mismatch` where
    the key was used for another wish.
    """
    job_id = uuid7()
    if key is None:
        return Claim(job_id, made_before=False)
    actor = access.subject.key_id or access.subject.user_id
    said = f"{route}\n{body.model_dump_json() if body else ''}"
    fingerprint = hashlib.sha256(said.encode()).digest()
    if await tx.connection.fetchval(_CLAIM, actor, key, fingerprint, job_id) is not None:
        return Claim(job_id, made_before=False)
    claimed = await fetch_one(tx.connection, _CLAIMED, actor, key)
    if claimed["fingerprint"] != fingerprint:
        raise Problem(422, Code.JOB_IDEMPOTENCY_MISMATCH)
    return Claim(claimed["job_id"], made_before=True)
