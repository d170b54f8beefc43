"""Prometheus metrics that every process has."""

from prometheus_client import Counter, Gauge, Histogram, start_http_server

REQUESTS = Counter("bosman_requests_total", "HTTP answers", ["route", "method", "status"])
REQUEST_SECONDS = Histogram(
    "bosman_request_seconds", "Time to answer", ["route"], buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)
)
UPLINK_MESSAGES = Counter("bosman_uplink_messages_total", "Messages from agents", ["kind"])
UPLINK_REFUSED = Counter("bosman_uplink_refused_total", "Messages from agents that were refused", ["code"])
LEASES = Counter("bosman_leases_total", "Answers to agents that asked for work")
TASKS_SIGNED = Counter("bosman_tasks_signed_total", "Task envelopes signed", ["kind"])
BUS_LOGINS = Counter("bosman_bus_logins_total", "Decisions of the auth callout", ["result"])
GATEWAY_TURNED_AWAY = Counter("bosman_gateway_turned_away_total", "Connections beyond what one address may have")
AUDIT_SEALED = Counter("bosman_audit_sealed_total", "Audit entries sealed into a chain")
AUDIT_BROKEN = Gauge("bosman_audit_broken_chains", "Chains that this worker no longer adds to: somebody changed them")
REFUSALS_LEFT_OUT = Counter("bosman_audit_refusals_left_out_total", "Refusals beyond the rate that is recorded")


DEVICE_ENTRIES_SUMMED = Counter("bosman_audit_device_entries_summed_total", "Entries about devices that were counted")
BACKGROUND_FAILURES = Counter("bosman_background_failures_total", "Rounds of background work that failed", ["role"])
AFTER_COMMIT_FAILURES = Counter("bosman_after_commit_failures_total", "Things to be said after a commit that were not")
UPLINK_GIVEN_UP = Counter("bosman_uplink_given_up_total", "Messages that took the database too long", ["kind"])
UPLINK_PUT_OFF = Counter("bosman_uplink_put_off_total", "Messages of devices over their quota, put off")


def serve_metrics(host: str, port: int | None) -> None:
    """A port of its own for Prometheus, in a thread; none without a number. Raises OSError when it is taken."""
    if port is not None:
        start_http_server(port, host)
