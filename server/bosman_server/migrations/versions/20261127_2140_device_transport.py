"""Connections by identity, generations of certificates, order of reports, staging, receipts

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from bosman_server.kit.db import rls

revision = "b7c2d8f6a507"
down_revision = "a6b1c7e5f406"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    _connections()
    _certificates()
    _order()
    _ingest()
    for table in ("enrollment_connection", "uplink_part", "uplink_receipt"):
        for statement in rls.enable(table):
            op.execute(statement)
        for statement in rls.limit(table, rls.ON_DEVICE):
            op.execute(statement)
        # Only the worker has to do with them.
        op.execute(f"REVOKE ALL ON {table} FROM {rls.APP_ROLE}")


def _connections() -> None:
    op.create_table(
        "enrollment_connection",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("server_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ip_address", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "device_id"],
            ["tenancy_device.tenant_id", "tenancy_device.id"],
            name=op.f("fk_enrollment_connection_tenant_id_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "device_id", "server_id", "client_id", name=op.f("pk_enrollment_connection")
        ),
    )
    op.create_index(
        op.f("ix_enrollment_connection_server_id_client_id"), "enrollment_connection", ["server_id", "client_id"]
    )
    op.add_column("enrollment_presence", sa.Column("instances", JSONB(), nullable=True))
    op.add_column("enrollment_presence", sa.Column("clone_seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("enrollment_presence", sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True))


def _certificates() -> None:
    op.add_column(
        "enrollment_certificate", sa.Column("generation", sa.Integer(), server_default=sa.text("1"), nullable=False)
    )
    op.add_column("enrollment_certificate", sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        op.f("ix_enrollment_certificate_device_id_fingerprint"),
        "enrollment_certificate",
        ["device_id", "fingerprint"],
    )
    op.execute(
        """
        UPDATE enrollment_certificate c SET generation = n.number
        FROM (SELECT tenant_id, id, row_number() OVER (PARTITION BY tenant_id, device_id ORDER BY issued_at, id) AS number
              FROM enrollment_certificate) AS n
        WHERE n.tenant_id = c.tenant_id AND n.id = c.id AND n.number > 1
        """
    )


def _order() -> None:
    for table in ("inventory_facts", "inventory_software_report", "updates_scan"):
        for column in ("stream_epoch", "stream_seq"):
            op.add_column(table, sa.Column(column, sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("inventory_software_report", sa.Column("content_hash", sa.LargeBinary(), nullable=True))
    op.add_column("tasks_task", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))


def _ingest() -> None:
    op.create_table(
        "uplink_part",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.Column("stream_epoch", sa.BigInteger(), nullable=False),
        sa.Column("stream_seq", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "device_id"],
            ["tenancy_device.tenant_id", "tenancy_device.id"],
            name=op.f("fk_uplink_part_tenant_id_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "device_id", "kind", "report_id", "part", name=op.f("pk_uplink_part")),
    )
    op.create_index(op.f("ix_uplink_part_received_at"), "uplink_part", ["received_at"])
    op.create_table(
        "uplink_receipt",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "device_id"],
            ["tenancy_device.tenant_id", "tenancy_device.id"],
            name=op.f("fk_uplink_receipt_tenant_id_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "device_id", "message_id", name=op.f("pk_uplink_receipt")),
    )
    op.create_index(op.f("ix_uplink_receipt_received_at"), "uplink_receipt", ["received_at"])
