"""Budgets, approvals, freeze, retention of output

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

revision = "d3e8f4b2c103"
down_revision = "c2d7e3a1b002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
