"""Where histories of documents are cached: the log can make each of them again."""

from migrations.sql import execute

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    """Create the table, empty."""
    execute("""
        CREATE TABLE histories (
          document_id uuid CONSTRAINT histories_pkey PRIMARY KEY,
          version bigint NOT NULL,
          position bigint NOT NULL,
          state bytea NOT NULL,
          taken_at timestamptz NOT NULL DEFAULT clock_timestamp()
        )
    """)
    # Already deflated: trying again costs time for nothing.
    execute("ALTER TABLE histories ALTER COLUMN state SET STORAGE EXTERNAL")
