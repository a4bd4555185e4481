"""The studio that gets killed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.studio import Studio


@pytest.fixture
def studio() -> Iterator[Studio]:
    """A running studio on data of its own; stopped afterwards, whatever was killed."""
    with tempfile.TemporaryDirectory(prefix="counterpoint-crash-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)  # As root the database is another user, who must get in.
        running = Studio(Path(folder) / "data")
        running.start()
        try:
            yield running
        finally:
            running.stop()
