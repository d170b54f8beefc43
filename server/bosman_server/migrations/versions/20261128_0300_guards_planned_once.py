"""Guards that ask the audit trail are planned once per connection: each has a function of its own

`audit_must_tell` built its question as text, which PostgreSQL planned anew for every row of every commit.
"""

from typing import NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "1e2c6f8b3d02"
down_revision = "1e2c6f8b3d01"
branch_labels = None
depends_on = None

_DEFINER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
_NIL = "00000000-0000-0000-0000-000000000000"
_REFUSE = "RAISE insufficient_privilege USING MESSAGE ="
# The newest entries first, one by one: thousands of rows ask in one commit, and the queue's statistics are never right.
_BY_INDEX = "SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_hashjoin = off"

# Whose trail (NULL = any), what the entry is about (NULL = whatever), and the actions. Only setting up is told of in
# the platform's trail instead of the tenant's.
_DEMAND = f"""
CREATE FUNCTION audit_demand(p_home uuid, p_targets uuid[], p_actions text[]) RETURNS void {_DEFINER} {_BY_INDEX} AS $$
DECLARE
    place uuid;
    waiting uuid;
    entry audit_entry;
    told boolean := false;
BEGIN
    PERFORM bosman_read_committed();
    FOR entry IN
        SELECT e.* FROM audit_pending p JOIN audit_entry e ON e.tenant_id = p.tenant_id AND e.id = p.entry_id
        WHERE p_home IS NULL AND p.xmin = pg_current_xact_id()::xid
    LOOP
        told := told OR audit_tells(entry, p_targets, p_actions);
    END LOOP;
    FOREACH place IN ARRAY ARRAY[p_home, '{_NIL}'] LOOP
        EXIT WHEN told;
        FOR waiting IN
            SELECT p.entry_id FROM audit_pending p WHERE p.tenant_id = place AND p.xmin = pg_current_xact_id()::xid
            ORDER BY p.tenant_id, p.entry_id DESC
        LOOP
            EXIT WHEN told;
            SELECT e.* INTO entry FROM audit_entry e WHERE e.tenant_id = place AND e.id = waiting;
            told := (place = p_home OR entry.action = 'setup.complete') AND audit_tells(entry, p_targets, p_actions);
        END LOOP;
    END LOOP;
    IF told IS NOT TRUE THEN
        {_REFUSE} 'the audit trail was not told';
    END IF;
END
$$
"""  # noqa: S608 - our own words

# A text of n characters has at most n / 2 levels: only a longer one is looked through.
_IS_SMALL = f"""
CREATE OR REPLACE FUNCTION bosman_is_small(p_value jsonb, p_bytes integer) RETURNS boolean {_DEFINER} IMMUTABLE AS $$
DECLARE
    plain text;
    brackets text;
BEGIN
    IF p_value IS NULL THEN
        RETURN true;
    END IF;
    plain := p_value::text;
    IF octet_length(plain) > p_bytes THEN
        RETURN false;
    ELSIF length(plain) <= 64 THEN
        RETURN true;
    END IF;
    brackets := regexp_replace(regexp_replace(plain, '"(?:[^"\\\\]|\\\\.)*"', '', 'g'), '[^][{{}}]', '', 'g');
    FOR depth IN 0..32 LOOP
        IF brackets = '' THEN
            RETURN true;
        END IF;
        brackets := regexp_replace(brackets, '\\[\\]|\\{{\\}}', '', 'g');
    END LOOP;
    RETURN false;
END
$$
"""

_GUARDS = """
SELECT t.tgname::text AS name, c.relname::text AS home, t.tgargs AS arguments, pg_get_triggerdef(t.oid) AS definition
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgfoid = 'audit_must_tell'::regproc ORDER BY t.tgname
"""


class _Guard(NamedTuple):
    name: str
    table: str
    arguments: list[str]
    definition: str


def _guards() -> list[_Guard]:
    found = op.get_bind().execute(sa.text(_GUARDS)).all()
    return [_Guard(row.name, row.home, bytes(row.arguments).decode().split("\0")[:-1], row.definition) for row in found]


def _function(guard: _Guard) -> str:
    home, targets, *actions = guard.arguments
    listed = ", ".join(f"'{action}'" for action in actions)
    return f"""
CREATE FUNCTION {guard.name}() RETURNS trigger {_DEFINER} AS $$
DECLARE
    r {guard.table};
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand({home}, {targets}, ARRAY[{listed}]);
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute(_DEMAND)
    op.execute(_IS_SMALL)
    for guard in _guards():
        head, _, _ = guard.definition.partition("EXECUTE FUNCTION")
        op.execute(_function(guard))
        op.execute(f"DROP TRIGGER {guard.name} ON {guard.table}")
        op.execute(f"{head}EXECUTE FUNCTION {guard.name}()")
    op.execute("DROP FUNCTION audit_must_tell()")
