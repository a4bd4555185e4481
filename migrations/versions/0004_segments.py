"""Where sealed keystrokes live: closed partitions as compressed segments, and how far the log is sealed.

Until the first partition is sealed nothing of this is read, so that programs without it can go on. The transaction that
seals the first one marks this revision as one they cannot live with: from then on they would miss what was sealed.
"""

from migrations.sql import execute

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    """Create the tables, empty, and the functions that say what is sealed."""
    # A few thousand keystrokes in the order of positions, packed by core/adapters/postgres/segment.py. Readers believe
    # those below the end of the last seal; the others are being written. Erasing writes one anew, as a new revision.
    execute("""
        CREATE TABLE segments (
          first_position bigint CONSTRAINT segments_pkey PRIMARY KEY,
          last_position bigint NOT NULL,
          rows int NOT NULL,
          revision int NOT NULL DEFAULT 1,
          verified boolean NOT NULL DEFAULT false,
          packed bytea NOT NULL,
          CHECK (first_position <= last_position)
        )
    """)
    # Already compressed: trying again costs time for nothing.
    execute("ALTER TABLE segments ALTER COLUMN packed SET STORAGE EXTERNAL")
    # Which versions of which stream are in which segment: all from the first to the last.
    execute("""
        CREATE TABLE segment_runs (
          stream_id uuid NOT NULL,
          first_version bigint NOT NULL,
          last_version bigint NOT NULL,
          segment bigint NOT NULL CONSTRAINT segment_runs_segment_fkey REFERENCES segments ON DELETE CASCADE,
          CONSTRAINT segment_runs_pkey PRIMARY KEY (stream_id, last_version),
          CHECK (first_version <= last_version)
        )
    """)
    execute("CREATE INDEX segment_runs_segment_idx ON segment_runs (segment)")
    # One row a partition that was dropped: its keystrokes are in segments. Seals follow each other.
    execute("""
        CREATE TABLE seals (
          first_position bigint CONSTRAINT seals_pkey PRIMARY KEY,
          stop_position bigint NOT NULL CONSTRAINT seals_stop_position_key UNIQUE,
          rows bigint NOT NULL,
          segments int NOT NULL,
          sealed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
          CHECK (first_position < stop_position)
        )
    """)
    # VOLATILE, so that they see what was committed until they are called: inside the statement that reads the log, when
    # that has its locks on the partitions. What is not sealed by then cannot be dropped before the statement ends.
    execute("""
        CREATE FUNCTION log_sealed() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
        BEGIN
          RETURN coalesce((SELECT max(stop_position) FROM seals), 0);
        END $$
    """)
    execute("""
        CREATE FUNCTION log_has_sealed(stream uuid, after_version bigint) RETURNS boolean
        LANGUAGE plpgsql VOLATILE AS $$
        BEGIN
          RETURN EXISTS (
            SELECT FROM segment_runs r WHERE r.stream_id = stream AND r.last_version > after_version
              AND r.segment < (SELECT max(stop_position) FROM seals));
        END $$
    """)
