"""The client's source is typed, strictly."""

from __future__ import annotations

import pytest

from tests.client.conftest import Check


@pytest.mark.timeout(400)
def test_the_client_is_typed(check: Check) -> None:
    """`tsc --noEmit` has nothing to say."""
    check("tsc", "--noEmit", "--pretty", "false")
