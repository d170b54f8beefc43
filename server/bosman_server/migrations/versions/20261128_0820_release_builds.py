"""Installers that are built here, when somebody wants one that there is not

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

from alembic import op

revision = "8b11c0de0001"
down_revision = "4e79c0de0a02"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("""
CREATE TABLE releases_build (
    platform character varying NOT NULL,
    state character varying NOT NULL,
    wanted_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    detail character varying,
    CONSTRAINT ck_releases_build_bounds CHECK ((platform IN ('linux', 'windows-amd64'))
        AND (state IN ('wanted', 'building', 'done', 'failed')) AND (length((detail)::text) <= 2000)),
    CONSTRAINT pk_releases_build PRIMARY KEY (platform)
)""")
    op.execute("GRANT SELECT, INSERT, DELETE, UPDATE ON releases_build TO bosman_worker")
