"""People and the secrets they hold: the only tables with names, and the only ones whose rows can be forgotten."""

from migrations.sql import execute

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    """Create the tables, empty."""
    # An erased person keeps the row, so that the opaque id in events stays theirs, and loses the name.
    execute("""
        CREATE TABLE people (
          person_id uuid CONSTRAINT people_pkey PRIMARY KEY,
          name text NOT NULL,
          created_at timestamptz NOT NULL
        )
    """)
    # Tokens, one-time sign-in links and browser sessions: SHA-256 of the secret, never the secret.
    execute("""
        CREATE TABLE credentials (
          credential_id uuid CONSTRAINT credentials_pkey PRIMARY KEY,
          kind text NOT NULL CHECK (kind IN ('token', 'sign_in_link', 'session')),
          person_id uuid NOT NULL CONSTRAINT credentials_person_id_fkey REFERENCES people,
          role text NOT NULL CHECK (role IN ('viewer', 'commenter', 'editor', 'owner')),
          label text NOT NULL,
          digest bytea NOT NULL CONSTRAINT credentials_digest_key UNIQUE CHECK (length(digest) = 32),
          created_at timestamptz NOT NULL,
          expires_at timestamptz,
          revoked_at timestamptz
        )
    """)
    execute("CREATE INDEX credentials_person_id_idx ON credentials (person_id) WHERE revoked_at IS NULL")
