"""Tenants, sites and enrolled devices for a plan; what is there already is used again."""

from collections.abc import Sequence
from typing import Any

from bench.harness.api import Api
from bench.simulator.catalogue import Customer, Place
from bench.simulator.enrolling import Applicant, enroll_all
from bench.simulator.fleet import Planned
from bench.simulator.identity import Identity, IdentityStore

_TOKEN_USES = 10_000
Sites = dict[tuple[str, str], str]
"""Site ids by customer code and place code."""


async def ensure_sites(api: Api, customers: Sequence[Customer]) -> Sites:
    """Make the tenants and sites that are missing, by name. Raises ApiError."""
    tenants = {item["name"]: item["id"] for item in await api.all("/tenants")}
    sites: Sites = {}
    for customer in customers:
        tenant_id = tenants.get(customer.name)
        if tenant_id is None:
            tenant_id = (await api.post("/tenants", {"name": customer.name}))["id"]
        there = {item["name"]: item["id"] for item in await api.all("/sites", tenant_id=tenant_id)}
        for place in customer.places:
            site_id = there.get(place.name)
            if site_id is None:
                data = {"tenant_id": tenant_id, "name": place.name, "time_zone": place.time_zone}
                site_id = (await api.post("/sites", data))["id"]
            sites[customer.code, place.code] = site_id
    return sites


async def ensure_enrolled(
    api: Api, gateway_url: str, store: IdentityStore, planned: Sequence[Planned], seed: str
) -> dict[str, Identity]:
    """Identities for every planned device; those that the server no longer knows are enrolled anew.

    Raises ApiError, EnrollmentRefusedError.
    """
    sites = await ensure_sites(api, list({item.customer.code: item.customer for item in planned}.values()))
    known = {item["id"] for item in await api.all("/devices")}
    kept = {name: item for name, item in store.load().items() if str(item.device_id) in known}
    if kept or store.load():
        store.replace(kept.values())
    missing: dict[tuple[str, str], list[Planned]] = {}
    for item in planned:
        if item.name not in kept:
            missing.setdefault((item.customer.code, item.place.code), []).append(item)
    applicants = []
    for key, items in missing.items():
        token = await _token(api, sites[key], items[0].customer, items[0].place)
        applicants += [_applicant(item, token, seed) for item in items]
    for identity in await enroll_all(loopback(gateway_url), applicants, store):
        kept[identity.name] = identity
    return {item.name: kept[item.name] for item in planned}


async def _token(api: Api, site_id: str, customer: Customer, place: Place) -> str:
    tenants: list[dict[str, Any]] = await api.all("/tenants")
    tenant_id = next(item["id"] for item in tenants if item["name"] == customer.name)
    label = {"pl": f"Wdrożenie {place.code}", "en": f"Roll-out {place.code}"}[customer.language]
    data = {
        "tenant_id": tenant_id, "site_id": site_id, "label": label, "valid_seconds": 3600, "max_uses": _TOKEN_USES,
    }  # fmt: skip
    token: str = (await api.post("/enrollment-tokens", data))["token"]
    return token


def _applicant(item: Planned, token: str, seed: str) -> Applicant:
    profile = item.machine(seed).profile
    return Applicant(item.name, token, profile.hostname, profile.os_family)


def loopback(url: str) -> str:
    """`localhost` as 127.0.0.1: bound source addresses are IPv4."""
    return url.replace("//localhost:", "//127.0.0.1:")
