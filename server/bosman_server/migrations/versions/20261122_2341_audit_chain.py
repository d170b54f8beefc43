"""Hash chain of the audit trail

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

revision = "c2d7e3a1b002"
down_revision = "b1c6d2f0a901"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
