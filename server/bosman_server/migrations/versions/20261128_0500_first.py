"""The first schema, as the files of `first` have it

They are frozen: what changes afterwards is a revision of its own, and nothing that may change is imported here. What
the api's role may do is not part of it: `rights.py` writes that anew after every run.
"""

from pathlib import Path

from alembic import op

revision = "f1a5c0de0001"
down_revision = None
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent / "first"
# Functions before what asks them, tables before what refers to them.
_FILES = (
    "kit", "fleet_tables", "core_tables", "work_tables", "features_tables",
    "audit_functions", "identity_functions", "identity_told", "fleet_functions", "work_functions",
    "fleet_rules", "core_rules", "work_rules", "features_rules",
)  # fmt: skip


def upgrade() -> None:
    op.execute("SET LOCAL check_function_bodies = off")
    connection = op.get_bind().connection.dbapi_connection
    assert connection is not None
    for name in _FILES:
        script = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
        # Many statements at once: the driver's own way, in the transaction that the line above began.
        connection.run_async(lambda driver, script=script: driver.execute(script))
