"""Enrols simulated devices through the real gateway: a key and a CSR each, one token for all.

The gateway limits how fast one address may enrol. Devices of a real fleet come
from many addresses; on loopback so do these (127.1.0.1, 127.1.0.2, ...).
"""

import asyncio
import random
import ssl
from collections.abc import Sequence
from typing import Literal
from urllib.parse import urlsplit

import httpx
import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench.simulator.identity import Identity, IdentityStore, Trust
from bosman_protocol.enrollment import AUTHORITY_PATH, ENROLL_PATH, EnrollReply, EnrollRequest
from bosman_protocol.trust import first_statement

AGENT_VERSION = "0.1.0"
_PER_ADDRESS = 50
_CONCURRENCY = 8
_ATTEMPTS = 5
_TIMEOUT_SECONDS = 60.0


class Applicant(msgspec.Struct, frozen=True):
    """A device that is to be enrolled."""

    name: str
    token: str
    hostname: str
    os_family: Literal["linux", "windows"]


class EnrollmentRefusedError(Exception):
    """The gateway said no; the text holds its answer."""


async def fetch_authority(gateway_url: str) -> str:
    """The CA as the gateway shows it. Loopback benches trust it; a real agent compares a pin."""
    async with httpx.AsyncClient(verify=False, timeout=_TIMEOUT_SECONDS) as client:
        answer = await client.get(gateway_url + AUTHORITY_PATH)
        answer.raise_for_status()
        return answer.text


async def enroll_all(gateway_url: str, applicants: Sequence[Applicant], store: IdentityStore) -> list[Identity]:
    """Enrol everybody, in parallel and bounded. Raises EnrollmentRefusedError, httpx.HTTPError."""
    context = ssl.create_default_context(cadata=await fetch_authority(gateway_url))
    limit = asyncio.Semaphore(_CONCURRENCY)
    is_loopback = urlsplit(gateway_url).hostname in {"127.0.0.1", "localhost"}
    batches = [applicants[start : start + _PER_ADDRESS] for start in range(0, len(applicants), _PER_ADDRESS)]

    async def run(number: int, batch: Sequence[Applicant]) -> list[Identity]:
        address = f"127.1.{number // 250}.{number % 250 + 1}" if is_loopback else None
        transport = httpx.AsyncHTTPTransport(verify=context, local_address=address)
        async with limit, httpx.AsyncClient(transport=transport, timeout=_TIMEOUT_SECONDS) as client:
            return [await _enroll_one(client, gateway_url, applicant, store) for applicant in batch]

    done = await asyncio.gather(*(run(number, batch) for number, batch in enumerate(batches)))
    return [identity for batch in done for identity in batch]


async def _enroll_one(
    client: httpx.AsyncClient, gateway_url: str, applicant: Applicant, store: IdentityStore
) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    csr = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    request = EnrollRequest(
        token=applicant.token,
        csr_pem=csr.public_bytes(Encoding.PEM).decode(),
        hostname=applicant.hostname,
        os_family=applicant.os_family,
        agent_version=AGENT_VERSION,
    )
    answer = await _post(client, gateway_url + ENROLL_PATH, msgspec.json.encode(request))
    reply = msgspec.json.decode(answer.content, type=EnrollReply)
    identity = Identity(applicant.name, reply.device_id, reply.tenant_id)
    key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    statement = first_statement(reply.trust)
    trust = Trust(reply.authority_pem, statement.signing_keys, statement.bus_urls)
    store.add(identity, key_pem, reply.certificate_pem, trust)
    return identity


async def _post(client: httpx.AsyncClient, url: str, body: bytes) -> httpx.Response:
    """The answer, asked again only where the gateway certainly did nothing (too fast, or not ready)."""
    for attempt in range(_ATTEMPTS):
        answer = await client.post(url, content=body, headers={"content-type": "application/json"})
        if answer.status_code not in {429, 503}:
            break
        wait = float(answer.headers.get("retry-after", 2**attempt))
        await asyncio.sleep(min(wait, 30.0) * random.uniform(1.0, 1.5))
    if answer.status_code != 201:
        raise EnrollmentRefusedError(f"{answer.status_code}: {answer.text[:300]}")
    return answer
