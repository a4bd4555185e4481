"""A worker process as the product runs it, that looks for long histories often and calls few updates many.

Run as `python -m tests.services.impatient_worker DATABASE_URL FOLDER LOOK_SECONDS UPDATES`. SIGTERM stops it in order.
"""

from __future__ import annotations

import sys
from pathlib import Path

from core import limits


def main(database_url: str, folder: str, look_seconds: str, updates: str) -> None:
    """Run until asked to stop."""
    limits.HISTORY_LOOK_SECONDS = float(look_seconds)  # type: ignore[misc]  # before anybody reads them
    limits.HISTORY_CACHED_EVERY_UPDATES = int(updates)  # type: ignore[misc]
    from core.settings import Settings
    from web.serve import work

    work(Settings(data_dir=Path(folder), database_url=database_url, log_level="error"))


if __name__ == "__main__":
    main(*sys.argv[1:])
