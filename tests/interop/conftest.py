"""Fixtures of the interoperability tests: the npm clients, installed, and a real studio."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.interop.person import HERE
from tests.studio import Studio

#: Set by `make test`: a missing client is then a failure, at home a skip.
REQUIRED = bool(os.environ.get("COUNTERPOINT_REQUIRE_SERVICES") or os.environ.get("CI"))


@pytest.fixture(scope="session")
def clients() -> None:
    """The stock clients are there."""
    if shutil.which("node") is None or not (HERE / "node_modules").exists():
        message = "the npm clients are missing: npm ci --prefix tests/interop (needs Node 20)"
        pytest.fail(message) if REQUIRED else pytest.skip(message)


@pytest.fixture(scope="module")
def studio(clients: None) -> Iterator[Studio]:
    """A running studio on data of its own."""
    with tempfile.TemporaryDirectory(prefix="counterpoint-interop-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)  # As root the database is another user, who must get in.
        running = Studio(Path(folder) / "data")
        running.start()
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture
def document_id(studio: Studio) -> UUID:
    """A fresh note."""
    created = uuid4()
    studio.create_document(created, "note", "Interoperability")
    return created
