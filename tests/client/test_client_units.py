"""The client's own unit tests."""

from __future__ import annotations

import pytest

from tests.client.conftest import Check


@pytest.mark.timeout(700)
def test_the_units_of_the_client_work(check: Check) -> None:
    """Every test of vitest passes; none at all is a failure too."""
    check("vitest", "run", "--reporter=dot", seconds_max=600)
