"""What is sealed is the same for ever: the encoding is pinned, and no two entries share one."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from bosman_server.core.audit.chain import COLUMNS, START, link_hash
from bosman_server.core.audit.models import AuditEntry

KEY = bytes(range(32))
TENANT = UUID("01a20513-33b3-70f1-8426-414c575af92c")
AT = datetime(2026, 11, 22, 21, 4, 5, 678901, tzinfo=UTC)
VALUES = (
    UUID(int=7), AT, "user", UUID(int=8), "Żaneta", "10.0.0.5", "site.update", "site", UUID(int=9),
    '{"name": "a"}', '{"name": "b"}', "ok", None, None,
)  # fmt: skip

texts = st.none() | st.text(max_size=8)


class TestLinkHash:
    def test_encoding_never_changes(self):
        assert link_hash(KEY, START, TENANT, 1, AT, VALUES).hex() == (
            "9c92c4aa130cc210446b9dfb8142c28d3e249e998ba5cff2531c1aa75e1c00e6"
        )

    def test_every_column_of_an_entry_is_sealed(self):
        columns = {column.name for column in AuditEntry.__table__.columns}
        assert {*COLUMNS, "tenant_id"} == columns

    def test_a_column_that_came_later_leaves_old_entries_as_they_are(self):
        assert link_hash(KEY, START, TENANT, 1, AT, (*VALUES, None)) == link_hash(KEY, START, TENANT, 1, AT, VALUES)

    @given(st.lists(texts, min_size=3, max_size=3), st.lists(texts, min_size=3, max_size=3))
    def test_different_entries_have_different_hashes(self, one, other):
        same = link_hash(KEY, START, TENANT, 1, AT, one) == link_hash(KEY, START, TENANT, 1, AT, other)
        assert same == (one == other)

    def test_place_time_tenant_predecessor_and_key_are_sealed_too(self):
        hashes = {
            link_hash(KEY, START, TENANT, 1, AT, VALUES),
            link_hash(bytes(32), START, TENANT, 1, AT, VALUES),
            link_hash(KEY, KEY, TENANT, 1, AT, VALUES),
            link_hash(KEY, START, UUID(int=1), 1, AT, VALUES),
            link_hash(KEY, START, TENANT, 2, AT, VALUES),
            link_hash(KEY, START, TENANT, 1, AT.replace(microsecond=0), VALUES),
        }
        assert len(hashes) == 6
