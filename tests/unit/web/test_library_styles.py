"""The styles that the page's policy lets a library write are the ones the installed library writes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from web.api.pages import LIBRARY_STYLES

LIBRARY = Path(__file__).parents[3] / "web/client/node_modules/react-aria/dist/private"


def test_the_library_writes_these_styles_and_no_others() -> None:
    """A library that changes a letter would lose its style without a word: then this fails first."""
    if not LIBRARY.exists():
        assert not os.environ.get("COUNTERPOINT_REQUIRE_SERVICES"), "the client's packages are missing"
        pytest.skip("the client's packages are not installed")
    source = "".join(path.read_text() for path in sorted(LIBRARY.rglob("*.mjs")))
    press, scroll = LIBRARY_STYLES
    written = press.replace("[data-react-aria-pressable]", "[${")
    assert written.split("[${")[0] + "[${" in source
    assert "= 'data-react-aria-pressable';" in source
    assert press.split("]", 1)[1] in source
    assert scroll in source
    assert source.count("createElement('style')") == len(LIBRARY_STYLES)
