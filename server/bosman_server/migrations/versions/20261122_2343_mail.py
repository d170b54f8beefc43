"""Mails that wait to be sent

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

revision = "e4f9a5c3d204"
down_revision = "d3e8f4b2c103"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
