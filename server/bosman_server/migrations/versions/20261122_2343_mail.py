"""Mails that wait to be sent

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

import sqlalchemy as sa
from alembic import op

from bosman_server.kit.db import rls

revision = "e4f9a5c3d204"
down_revision = "d3e8f4b2c103"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.create_table(
        "notifications_mail",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("to_address", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("params_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_notifications_mail")),
    )
    op.create_index(
        "ix_notifications_mail_waiting",
        "notifications_mail",
        ["next_attempt_at"],
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_notifications_mail_created_at", "notifications_mail", ["created_at"])
    for statement in rls.enable("notifications_mail"):
        op.execute(statement)
    # Who was written to is for people who see the whole tenant; what others do may send mail all the same.
    for statement in rls.limit("notifications_mail", rls.NOT_AT_ALL, written=False):
        op.execute(statement)
