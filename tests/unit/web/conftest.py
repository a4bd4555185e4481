"""The studio in memory, as a fixture."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.web.memory_studio import Studio, running_studio


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    """A running studio with one member of each role, each holding a token."""
    async with running_studio(tmp_path) as studio:
        yield studio
