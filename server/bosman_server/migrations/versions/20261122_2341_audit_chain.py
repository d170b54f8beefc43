"""Hash chain of the audit trail

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

import sqlalchemy as sa
from alembic import op

from bosman_server.kit.db import rls

revision = "c2d7e3a1b002"
down_revision = "b1c6d2f0a901"
branch_labels = None
depends_on = None

# Runs with the rights of the tables' owner: neither role of the processes may ask for sealing by itself.
_TRIGGER = """
CREATE FUNCTION audit_entry_waits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO audit_pending (tenant_id, entry_id) VALUES (NEW.tenant_id, NEW.id);
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.add_column("audit_entry", sa.Column("device_id", sa.Uuid(), nullable=True))
    op.create_table(
        "audit_link",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "seq", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("tenant_id", "entry_id", name=op.f("uq_audit_link_tenant_id_entry_id")),
    )
    op.create_table(
        "audit_pending",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "entry_id", name=op.f("pk_audit_pending")),
    )
    # Rows come and go all the time: what is dead must not pile up before the few that live.
    op.execute("ALTER TABLE audit_pending SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)")
    op.execute(_TRIGGER)
    op.execute(
        "CREATE TRIGGER audit_entry_waits AFTER INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_waits()"
    )
    _backfill()
    op.drop_index(op.f("ix_audit_entry_tenant_id_at"), "audit_entry")
    op.create_index(op.f("ix_audit_entry_tenant_id_at_id"), "audit_entry", ["tenant_id", "at", "id"])
    op.create_index(
        op.f("ix_audit_entry_tenant_id_device_id_at"),
        "audit_entry",
        ["tenant_id", "device_id", "at"],
        postgresql_where=sa.text("device_id IS NOT NULL"),
    )
    _guard()


def _backfill() -> None:
    # An owner who is no superuser sees none of its own rows while row-level security is forced.
    op.execute("ALTER TABLE audit_entry NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE audit_entry SET device_id = target_id WHERE target_kind = 'device'")
    op.execute("INSERT INTO audit_pending (tenant_id, entry_id) SELECT tenant_id, id FROM audit_entry")
    op.execute("ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY")


def _guard() -> None:
    for table in ("audit_link", "audit_pending"):
        for statement in rls.enable(table, append_only=True):
            op.execute(statement)
        for statement in rls.limit(table, rls.NOT_AT_ALL):
            op.execute(statement)
    op.execute(f"REVOKE INSERT ON audit_link FROM {rls.APP_ROLE}")
    op.execute(f"REVOKE INSERT ON audit_pending FROM {rls.APP_ROLE}, {rls.WORKER_ROLE}")
    op.execute(f"GRANT DELETE ON audit_pending TO {rls.WORKER_ROLE}")
    op.execute("CREATE POLICY audit_pending_owner ON audit_pending FOR INSERT TO CURRENT_USER WITH CHECK (true)")
