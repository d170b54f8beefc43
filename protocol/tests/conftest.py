"""One example of every message, complete and minimal; the golden files hold how they look on the wire."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from bosman_protocol import (
    apps,
    completeness,
    enrollment,
    envelope,
    failures,
    freeze,
    health,
    lease,
    progress,
    release,
    reports,
    scripts,
    signing,
    trust,
    uplink,
    work,
)

AT = datetime(2026, 3, 29, 1, 30, 15, 250_000, tzinfo=UTC)
TASK = UUID("01980000-0000-7000-8000-000000000001")
JOB = UUID("01980000-0000-7000-8000-000000000002")
TENANT = UUID("01980000-0000-7000-8000-000000000003")
DEVICE = UUID("01980000-0000-7000-8000-000000000004")
REPORT = UUID("01980000-0000-7000-8000-000000000005")

ERROR = failures.ErrorDetail("apt.failed", {"package": "bash", "exit_code": 100}, "E: zażółć")
REASON = work.RestartReason("restart.kernel", {"kernel": "6.1.0-42"}, "soft")
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
    os_edition="Professional",
    update_build_revision=4351,
    domain="biuro.example",
    join_state="hybrid",
    volume_encryption=(reports.VolumeEncryption("C:", "encrypted"),),
    signed_in_users=("BIURO\\zażółć",),
)
SOFTWARE = reports.SoftwareItem(
    "7-Zip",
    "24.09",
    "Igor Pavlov",
    "x64",
    "registry",
    AT,
    "user",
    "biuro-1\\ewa",
    "{23170F69-40C1-2702-2409-000001000000}",
)
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
    severity="important",
    cve_ids=("CVE-2026-12345",),
    has_eula=True,
    restart_behavior="possible",
    is_exclusive=True,
    is_hidden=True,
    needs_input=True,
    support_url="https://support.example/kb1",
    held_by="pin",
)
SEEN = completeness.ScanCompleteness(
    (
        completeness.SourceState("http://a.example stable", "failed", "apt.source_expired", "E: expired", AT),
        completeness.SourceState("http://b.example stable", "answered"),
    ),
    2,
    1,
    AT,
    1,
    ("Inst ?",),
    3,
)
POLICY = reports.UpdatePolicy("wsus", "https://wsus.example:8531", True, 7, 30, "24H2")
SIGNED = signing.SignedEnvelope(b"payload", "0011223344556677", bytes(64))

EXAMPLES: dict[str, msgspec.Struct] = {
    "output": uplink.OutputChunk(TASK, 7, "stderr", AT, "zażółć\n"),
    "started": uplink.TaskStarted(TASK, AT),
    "progress_note": progress.ProgressNote("updates.downloading", title="KB5068861", number=2, count=5),
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
        REPORT,
        AT,
        1,
        last=True,
        items=(UPDATE,),
        restart_required=True,
        restart_reasons=(REASON,),
        policy=POLICY,
        warnings=(ERROR,),
        completeness=SEEN,
    ),
    "updates_failed": reports.UpdatesReport(REPORT, AT, 0, last=True, items=(), error=ERROR),
    "task_envelope": envelope.TaskEnvelope(
        TASK, JOB, TENANT, DEVICE, "diagnostics.echo", msgspec.Raw(b'{"text":"hi"}'), AT, AT, 60, bytes(range(16))
    ),
    "signed_envelope": signing.SignedEnvelope(b"payload", "0011223344556677", bytes(64)),
    "lease_request": lease.LeaseRequest("0.1.0", (TASK,), 5, 3),
    "lease_reply": lease.LeaseReply(
        AT,
        (signing.SignedEnvelope(b"payload", "0011223344556677", bytes(64)),),
        (TASK,),
        (JOB,),
        more=True,
        freeze=(signing.SignedEnvelope(b"order", "0011223344556677", bytes(64)),),
        trust=(signing.SignedEnvelope(b"statement", "0011223344556677", bytes(64)),),
        trust_introduction=signing.SignedEnvelope(b"introduction", "0011223344556677", bytes(64)),
    ),
    "trust_statement": trust.TrustStatement(
        TENANT, 3, AT, (KEY,), (signing.SigningKey("8899aabbccddeeff", bytes(32)),), ("tls://bus.example:4222",)
    ),
    "trust_introduction": trust.TrustIntroduction(DEVICE, TENANT, (KEY,), 3, AT),
    "freeze_order": freeze.FreezeOrder(TENANT, True, 1_774_747_815_250, AT, "ransomware at the customer's"),
    "freeze_order_fleet": freeze.FreezeOrder(None, False, 2, AT),
    "freeze_acknowledged": uplink.FreezeAcknowledged(TENANT, 1_774_747_815_250, AT),
    "freeze_acknowledged_fleet": uplink.FreezeAcknowledged(None, 2, AT),
    "renew_request": lease.RenewRequest("-----BEGIN CERTIFICATE REQUEST-----"),
    "renew_reply": lease.RenewReply("-----BEGIN CERTIFICATE-----"),
    "renew_refused": lease.RenewReply(error_code="certificate.refused"),
    "enroll_request": enrollment.EnrollRequest("t" * 32, "-----BEGIN…", "biuro-1", "linux", "0.1.0"),
    "enroll_reply": enrollment.EnrollReply(DEVICE, TENANT, "cert", "ca", SIGNED),
    "echo_params": work.EchoParams("hi", 3, 0.5),
    "echo_result": work.EchoResult(3),
    "inventory_params": work.InventoryParams(),
    "inventory_result": work.InventoryResult(825),
    "scan_params": work.ScanParams(refresh=False),
    "scan_result": work.ScanResult(121, 74, None),
    "install_params": work.InstallParams("chosen", (work.UpdateChoice("bash", "5.2-2"),), "if_required"),
    "install_result": work.InstallResult(
        (work.UpdateOutcome("bash", "5.2-2", "failed", ERROR, "Bash", "KB1", "5.2-3", True),),
        True,
        (REASON,),
        restart_scheduled=True,
    ),
    "history_params": work.HistoryParams(20),
    "history_result": work.HistoryResult(
        (work.HistoryEntry(AT, "Zbiorcza aktualizacja", "install", "failed", "id", "KB1", ERROR, "Bosman"),)
    ),
    "uninstall_params": work.UninstallParams("KB5034441"),
    "uninstall_result": work.UninstallResult("KB5034441", restart_required=True),
    "script_params": scripts.ScriptParams(scripts.Shell.CMD, "echo zażółć", ("a b",), "user"),
    "script_result": scripts.ScriptResult(3, "C:\\Windows\\System32\\cmd.exe", "BIURO\\ewa"),
    "apps_scan_params": apps.AppsScanParams(),
    "apps_scan_result": apps.AppsScanResult(
        (apps.AppUpgrade("7zip.7zip", "7-Zip", "23.01", "24.09", "winget", "user", "ewa", True, True),),
        "winget 1.29.250",
        ("BIURO\\ewa",),
        (ERROR,),
    ),
    "apps_upgrade_params": apps.AppsUpgradeParams("chosen", (apps.AppChoice("7zip.7zip", "user"),)),
    "apps_upgrade_result": apps.AppsUpgradeResult(
        (apps.AppOutcome("7zip.7zip", "failed", 0x8A150102, True, ERROR),), restart_required=True
    ),
    "health_params": health.HealthParams(),
    "health_result": health.HealthResult(
        (health.DiskHealth("/dev/sda", "M", "S", "ATA", 41, 304, 0, 7, 0, 91, 12_000, True, "failing", ("disk.x",)),),
        (health.SensorReading("CPU", "Package", "temperature", 55.5, "°C"),),
        (ERROR,),
    ),
    "release_manifest": release.ReleaseManifest("0.2.0", "windows-amd64", "ab" * 32, 25_000_000, AT),
    "agent_update_params": release.AgentUpdateParams(SIGNED, allow_older=True),
    "agent_update_result": release.AgentUpdateResult("0.2.0", "0.1.0"),
    "agent_incident": uplink.AgentIncident(AT, ERROR),
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
