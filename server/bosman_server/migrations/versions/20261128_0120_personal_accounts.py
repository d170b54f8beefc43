"""Guesses and pending factors are personal, running accounts are locked through a function

Must run while no api of an earlier version runs, as the two before it.
"""

from alembic import op

from bosman_server.kit.db import rls

revision = "0d1b5e7a2c03"
down_revision = "0d1b5e7a2c02"
branch_labels = None
depends_on = None

# Nobody may hold locks of their own choice: this one is the account of whoever acts, and ends with the transaction.
_LOCK_ACCOUNT = """
CREATE FUNCTION tasks_lock_account(p_actor uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('bosman.acts.' || p_actor::text, 0));
END
$$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for table in ("identity_second_factor_guesses", "identity_pending_factor"):
        for statement in rls.enable_personal(table):
            op.execute(statement)
    op.execute(_LOCK_ACCOUNT)
