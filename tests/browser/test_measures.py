"""The measures of accessibility find what they are there to find, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import pytest
from playwright.async_api import Browser, Page

from tests.browser.accessibility import sideways, small_targets, violations

_SOUND: Final = """
<!doctype html><html lang="en"><head><title>Sound</title><style>
  button { min-width: 40px; min-height: 40px } .scroll { overflow-x: auto } .scroll p { width: 900px }
</style></head><body><main><h1>Sound</h1><button>Press</button><p>Read <a href="#x">this</a> first.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Wide"><p>Wide</p></div></main></body></html>
"""
_BAD: Final = """
<!doctype html><html lang="en"><head><title>Bad</title><style>
  #wide { width: 900px } #small { width: 20px; height: 20px; padding: 0 } #pale { color: #ccc }
</style></head><body><main><h1>Bad</h1><p id="wide">Wide</p><p id="pale">Pale</p><button id="small"></button></main>
</body></html>
"""


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """A bare tab as wide as a phone."""
    context = await chromium.new_context(viewport={"width": 390, "height": 844})
    yield await context.new_page()
    await context.close()


async def test_a_sound_page_passes(page: Page) -> None:
    """Boxes that scroll by themselves and links in sentences are no faults."""
    await page.set_content(_SOUND)
    assert await violations(page) == []
    assert await sideways(page) == []
    assert await small_targets(page) == []


async def test_each_fault_of_a_bad_page_is_named(page: Page) -> None:
    """Pale text, a nameless button, a box too wide and a target too small are all found."""
    await page.set_content(_BAD)
    assert {line.split(":")[0] for line in await violations(page)} >= {"color-contrast", "button-name"}
    assert [line for line in await sideways(page) if 'id="wide"' in line]
    assert [line for line in await small_targets(page) if 'id="small"' in line and "20.0 x 20.0" in line]
