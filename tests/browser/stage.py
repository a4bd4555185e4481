"""What every play needs: a running studio on data of its own, and a Chromium."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, async_playwright, expect

from tests.studio import Studio

#: What keeps Chromium quiet and able to run as any user: no talk with its makers, no sandbox inside a container.
CHROMIUM_FLAGS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required", "--mute-audio",
)  # fmt: skip
#: Milliseconds an expectation waits for its signal. Generous: the machine may be busy with other tests.
EXPECT_MS_MAX: Final = 60_000


class NoChromium(Exception):
    """chromium is not installed: install your system's package (Debian: apt-get install chromium)"""


@contextmanager
def running_studio(*, demo: bool = False) -> Iterator[Studio]:
    """Run a studio, empty at first or with the demo's documents, for as long as the context lasts."""
    with tempfile.TemporaryDirectory(prefix="counterpoint-browser-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)  # As root the database is another user, who must get in.
        studio = Studio(Path(folder) / "data", demo=demo)
        studio.start()
        try:
            yield studio
        finally:
            studio.stop()


@asynccontextmanager
async def running_chromium() -> AsyncIterator[Browser]:
    """Run Chromium for as long as the context lasts. Raises NoChromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise NoChromium(NoChromium.__doc__)
    expect.set_options(timeout=EXPECT_MS_MAX)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_FLAGS))
        yield browser
        await browser.close()
