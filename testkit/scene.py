"""A tenant full of everything, written straight into the tables: what security tests try to get at."""

import secrets
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from bosman_protocol.reports import DeviceFacts
from bosman_server.core.audit.models import AuditEntry
from bosman_server.core.identity.models import ApiKey, Invitation, ListView, Membership, Session, User
from bosman_server.core.identity.permissions import Role
from bosman_server.core.identity.sessions import hash_token
from bosman_server.features.updates.models import PendingUpdate, Scan
from bosman_server.fleet.devices.models import Device, Presence
from bosman_server.fleet.enrollment.models import EnrollmentToken
from bosman_server.fleet.inventory.models import Facts, Health, Software
from bosman_server.fleet.tenancy.models import Site, Tenant
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.ids import uuid7
from bosman_server.work.approvals.models import Approval
from bosman_server.work.tasks.models import Chunk, Job, Task
from bosman_server.work.windows.models import Window, WindowVersion

FACTS = msgspec.to_builtins(DeviceFacts("secret-host", "windows", "Windows 11 Pro", "25H2"))
CLOSED = {
    "name": "secret-window", "kind": "window", "scope": "site", "classes": ["update"], "margin_minutes": 0,
    "enabled": True, "note": "",
    "timing": {
        "recurrence": None, "starts_on": "2026-01-01", "ends_on": None, "start": "22:00", "end": "06:00",
        "zone": "site", "except_dates": [],
    },
}  # fmt: skip
EXCLUDED = {"tenant_id", "other_site_id"}


@dataclass(frozen=True, slots=True)
class Scene:
    """Ids of what there is; everything about devices stands at `site_id`, nothing at `other_site_id`."""

    tenant_id: TenantId
    site_id: UUID
    empty_site_id: UUID
    other_site_id: UUID
    device_id: UUID
    job_id: UUID
    task_id: UUID
    open_task_id: UUID
    held_task_id: UUID
    token_id: UUID
    member_id: UUID
    user_id: UUID
    session_id: UUID
    view_id: UUID
    invitation_id: UUID
    key_id: UUID
    audit_id: UUID
    approval_id: UUID
    window_id: UUID

    def ids(self) -> dict[str, str]:
        """Every id by its name, for paths and bodies."""
        return {name: str(getattr(self, name)) for name in self.__slots__}

    def hidden(self) -> set[str]:
        """Ids that nobody of another tenant or another site may ever see in an answer."""
        return {value for name, value in self.ids().items() if name not in EXCLUDED}


async def make_scene(database: Database, *, device_status: str = "active") -> Scene:
    """A fresh tenant with one of everything. `database` is the worker's role."""
    scene = Scene(TenantId(uuid7()), *(uuid7() for _ in fields(Scene)[1:]))
    tid, now = scene.tenant_id, datetime.now(UTC)
    async with database.writing(TenantScope.of([tid])) as tx:
        session = tx.session
        session.add(Tenant(id=tid, name=f"Scene {secrets.token_hex(6)}"))
        await session.flush()
        for site_id, name in ((scene.site_id, "A"), (scene.empty_site_id, "B"), (scene.other_site_id, "C")):
            session.add(Site(tenant_id=tid, id=site_id, name=name, time_zone="Europe/Warsaw"))
        await session.flush()
        session.add(
            Device(
                tenant_id=tid,
                id=scene.device_id,
                site_id=scene.site_id,
                hostname="secret-host",
                os_family="windows",
                agent_version="1",
                status=device_status,
            )
        )
        session.add(Job(**_job(scene, now)))
        session.add(User(id=scene.user_id, email=f"{secrets.token_hex(6)}@example.com", name="Mia", password_hash="-"))
        await session.flush()
        session.add_all(_around_device(scene, now))
        session.add_all(_around_people(scene, now))
        await session.flush()
        session.add(_window(scene))
        await session.flush()
        session.add(
            WindowVersion(
                tenant_id=tid,
                window_id=scene.window_id,
                version=1,
                content=CLOSED | _place(scene),
                change="create",
                by_name="Ola",
            )
        )
        session.add(Chunk(tenant_id=tid, task_id=scene.task_id, seq=0, stream="stdout", at=now, text="secret output"))
    return scene


def _place(scene: Scene) -> dict[str, str | None]:
    return {"site_id": str(scene.site_id), "device_id": None}


def _window(scene: Scene) -> Window:
    """One that is over: it holds up nothing."""
    return Window(
        tenant_id=scene.tenant_id, id=scene.window_id, site_id=scene.site_id, changed_by_name="Ola", version=1, **CLOSED
    )


def _job(scene: Scene, now: datetime) -> dict[str, object]:
    return {
        "tenant_id": scene.tenant_id, "id": scene.job_id, "kind": "diagnostics.echo", "params": {},
        "created_by_name": "Ola", "expires_at": now + timedelta(days=1),
    }  # fmt: skip


def _around_device(scene: Scene, now: datetime) -> list[object]:
    tid, device_id = scene.tenant_id, scene.device_id
    common = _job(scene, now) | {"job_id": scene.job_id, "device_id": device_id, "timeout_seconds": 60}
    del common["params"]
    return [
        Task(**common | {"id": scene.task_id, "state": "failed", "finished_at": now, "chunk_count": 1}),
        Approval(
            tenant_id=tid,
            id=scene.approval_id,
            job_id=scene.job_id,
            action_class="restart",
            reason="budget",
            device_count=1,
            per_hour=0,
            used=0,
            requested_by_name="Ola",
            expires_at=now + timedelta(days=1),
        ),
        Task(**common | {"id": scene.open_task_id, "state": "queued"}),
        # A request that no task waits for is withdrawn by the worker.
        Task(
            **common
            | {
                "id": scene.held_task_id,
                "state": "waiting",
                "waiting_for": "approval",
                "approval_id": scene.approval_id,
            }
        ),
        Presence(tenant_id=tid, device_id=device_id, online=False, last_seen_at=now),
        Facts(tenant_id=tid, device_id=device_id, facts=FACTS, collected_at=now),
        Health(
            tenant_id=tid,
            device_id=device_id,
            task_id=scene.task_id,
            checked_at=now,
            disk_verdict="failing",
            result={"disks": [], "sensors": [], "problems": []},
        ),
        Software(tenant_id=tid, device_id=device_id, report_id=uuid4(), name="7-Zip", version="24", source="registry"),
        Scan(tenant_id=tid, device_id=device_id, attempted_at=now, scanned_at=now, security_count=1),
        PendingUpdate(
            tenant_id=tid,
            device_id=device_id,
            report_id=uuid4(),
            name="KB1",
            title="KB1",
            update_class="security",
            available_version="1",
        ),
        EnrollmentToken(
            tenant_id=tid,
            id=scene.token_id,
            site_id=scene.site_id,
            label="secret-token",
            use_count=0,
            max_uses=1,
            token_hash=hash_token(secrets.token_hex()),
            created_by_name="Ola",
            expires_at=now + timedelta(days=1),
        ),
    ]


def _around_people(scene: Scene, now: datetime) -> list[object]:
    later = now + timedelta(days=1)
    return [
        AuditEntry(
            tenant_id=scene.tenant_id,
            id=scene.audit_id,
            actor_kind="user",
            actor_name="Ola",
            action="job.create",
            result="ok",
            target_kind="job",
            target_id=scene.job_id,
        ),
        Membership(tenant_id=scene.tenant_id, id=scene.member_id, user_id=scene.user_id, role=Role.VIEWER),
        Session(
            id=scene.session_id, token_hash=hash_token(secrets.token_hex()), user_id=scene.user_id, state="complete"
        ),
        ListView(id=scene.view_id, user_id=scene.user_id, list="devices", name="Mine", query={}, is_default=False),
        Invitation(
            tenant_id=scene.tenant_id,
            id=scene.invitation_id,
            email="guest@example.com",
            role=Role.VIEWER,
            language="en",
            token_hash=hash_token(secrets.token_hex()),
            created_by=scene.user_id,
            created_by_name="Ola",
            expires_at=later,
        ),
        ApiKey(
            per_hour=20,
            tenant_id=scene.tenant_id,
            id=scene.key_id,
            user_id=scene.user_id,
            name="script",
            hint="abcd",
            token_hash=hash_token(secrets.token_hex()),
            scopes=["device:read"],
            expires_at=later,
        ),
    ]
