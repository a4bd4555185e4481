"""Running plain SQL from a revision: any number of statements, as one would type them into psql."""

from __future__ import annotations

from alembic import op
from sqlalchemy.util import await_only


def execute(script: str) -> None:
    """Run a script in the migration's transaction; no parameters, no escaping of colons or percent signs."""
    driver_connection = op.get_bind().connection.driver_connection
    assert driver_connection is not None
    await_only(driver_connection.execute(script))
