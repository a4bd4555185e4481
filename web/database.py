"""Which database a command works on: the one of DATABASE_URL, the embedded one that runs, or one started for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from core.adapters.postgres.embedded import EmbeddedPostgres, find_running
from core.errors import Misconfigured
from core.settings import Settings


@contextmanager
def with_database(settings: Settings, say: Callable[[str], None]) -> Iterator[Settings]:
    """Yield settings that carry a database's address. An embedded one that is not running runs for this long only.

    Raises Misconfigured.
    """
    if settings.database_url or (running := find_running(settings.data_dir)):
        yield replace(settings, database_url=settings.database_url or running)
        return
    server = EmbeddedPostgres(settings.data_dir, say=say)
    try:
        yield replace(settings, database_url=server.start())
    finally:
        server.stop()


def require_database(settings: Settings) -> Settings:
    """Return settings that carry a running database's address, for processes that serve. Raises Misconfigured."""
    if settings.database_url:
        return settings
    running = find_running(settings.data_dir)
    if running is None:
        raise Misconfigured(
            f"no database: set DATABASE_URL, or start everything with `counterpoint up` (looked in {settings.data_dir})"
        )
    return replace(settings, database_url=running)
