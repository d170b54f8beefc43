"""One example of every message, complete and minimal; the golden files hold how they look on the wire."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from bosman_protocol import enrollment, envelope, exchange, freeze, reports, signing, uplink, work

AT = datetime(2026, 3, 29, 1, 30, 15, 250_000, tzinfo=UTC)
TASK = UUID("01980000-0000-7000-8000-000000000001")
JOB = UUID("01980000-0000-7000-8000-000000000002")
TENANT = UUID("01980000-0000-7000-8000-000000000003")
DEVICE = UUID("01980000-0000-7000-8000-000000000004")
REPORT = UUID("01980000-0000-7000-8000-000000000005")

ERROR = work.ErrorDetail("apt.failed", {"package": "bash", "exit_code": 100}, "E: zażółć")
REASON = work.RestartReason("restart.kernel", {"kernel": "6.1.0-42"})
KEY = signing.SigningKey("0011223344556677", bytes(range(32)))
FACTS = reports.DeviceFacts(
    hostname="biuro-1",
    os_family="linux",
    os_name="Debian GNU/Linux",
    os_version="12",
    os_build="12.11",
    kernel="6.1.0-42-amd64",
    architecture="x86_64",
    cpu_model="Some CPU",
    cpu_cores=8,
    memory_bytes=16 * 2**30,
    vendor="Dell",
    model="OptiPlex",
    serial_number="ABC",
    virtualization=None,
    last_boot_at=AT,
    time_zone="Europe/Warsaw",
    disks=(reports.Disk("/dev/sda1", "/", "ext4", 10**12, 10**11),),
    network_interfaces=(reports.NetworkInterface("eth0", "02:00:00:00:00:01", ("192.0.2.1", "2001:db8::1")),),
)
SOFTWARE = reports.SoftwareItem("bash", "5.2.15-2+b13", "Debian", "amd64", "dpkg", AT)
UPDATE = reports.PendingUpdate(
    "bash",
    "GNU Bourne Again SHell",
    "5.2-2",
    "security",
    "5.2-1",
    "KB1",
    1_490_652,
    AT,
    "Debian",
    requires_restart=False,
)

EXAMPLES: dict[str, msgspec.Struct] = {
    "output": uplink.OutputChunk(TASK, 7, "stderr", AT, "zażółć\n"),
    "started": uplink.TaskStarted(TASK, AT),
    "progress": uplink.TaskProgress(TASK, AT, 42, "apt.installing", {"package": "bash"}),
    "finished": uplink.TaskFinished(TASK, "failed", AT, AT, 100, ERROR, msgspec.Raw(b'{"lines":1}'), 8),
    "finished_minimal": uplink.TaskFinished(TASK, "expired", AT),
    "unknown_task": uplink.TaskUnknown(TASK, AT),
    "envelope_refused": uplink.EnvelopeRefused(AT, "envelope.expired", TASK, "0011223344556677"),
    "agent_started": uplink.AgentStarted(AT, "0.1.0", "boot", (TASK,), journal_reset=True),
    "facts": reports.FactsReport(AT, FACTS),
    "facts_minimal": reports.FactsReport(AT, reports.DeviceFacts("h", "windows", "Windows 11", "24H2")),
    "software": reports.SoftwareReport(REPORT, AT, 0, last=True, items=(SOFTWARE,)),
    "updates": reports.UpdatesReport(
        REPORT, AT, 1, last=True, items=(UPDATE,), restart_required=True, restart_reasons=(REASON,)
    ),
    "updates_failed": reports.UpdatesReport(REPORT, AT, 0, last=True, items=(), error=ERROR),
    "task_envelope": envelope.TaskEnvelope(
        TASK, JOB, TENANT, DEVICE, "diagnostics.echo", msgspec.Raw(b'{"text":"hi"}'), AT, AT, 60, bytes(range(16))
    ),
    "signed_envelope": signing.SignedEnvelope(b"payload", "0011223344556677", bytes(64)),
    "lease_request": exchange.LeaseRequest("0.1.0", (TASK,), 5),
    "lease_reply": exchange.LeaseReply(
        AT,
        (signing.SignedEnvelope(b"payload", "0011223344556677", bytes(64)),),
        (TASK,),
        (JOB,),
        more=True,
        freeze=(signing.SignedEnvelope(b"order", "0011223344556677", bytes(64)),),
    ),
    "freeze_order": freeze.FreezeOrder(TENANT, True, 1_774_747_815_250, AT, "ransomware at the customer's"),
    "freeze_order_fleet": freeze.FreezeOrder(None, False, 2, AT),
    "freeze_obeyed": uplink.FreezeObeyed(TENANT, 1_774_747_815_250, AT),
    "freeze_obeyed_fleet": uplink.FreezeObeyed(None, 2, AT),
    "renew_request": exchange.RenewRequest("-----BEGIN CERTIFICATE REQUEST-----"),
    "renew_reply": exchange.RenewReply("-----BEGIN CERTIFICATE-----", None, (KEY,), ("tls://bus.example:4222",)),
    "renew_refused": exchange.RenewReply(error_code="certificate.refused"),
    "enroll_request": enrollment.EnrollRequest("t" * 32, "-----BEGIN…", "biuro-1", "linux", "0.1.0"),
    "enroll_reply": enrollment.EnrollReply(DEVICE, TENANT, "cert", "ca", (KEY,), ("tls://bus.example:4222",)),
    "echo_params": work.EchoParams("hi", 3, 0.5),
    "echo_result": work.EchoResult(3),
    "inventory_params": work.InventoryParams(),
    "inventory_result": work.InventoryResult(825),
    "scan_params": work.ScanParams(refresh=False),
    "scan_result": work.ScanResult(121, 74, None),
    "install_params": work.InstallParams("chosen", (work.UpdateChoice("bash", "5.2-2"),), "if_required"),
    "install_result": work.InstallResult(
        (work.UpdateOutcome("bash", "5.2-2", "failed", ERROR),), True, (REASON,), restart_scheduled=True
    ),
    "restart_params": work.RestartParams(300, "nowe jądro"),
    "restart_result": work.RestartResult(300),
}


@pytest.fixture(params=sorted(EXAMPLES))
def example(request: pytest.FixtureRequest) -> tuple[str, Any]:
    """Every example in turn, with its name."""
    return request.param, EXAMPLES[request.param]


@pytest.fixture(scope="session")
def examples() -> dict[str, msgspec.Struct]:
    return EXAMPLES
