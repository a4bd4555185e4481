"""The collaboration layer on a bare page: documents open in a real browser against a real studio, without a screen."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page

from tests.browser.bundle import CLIENT
from tests.browser.people import Person

#: Seconds a signal may take to come: the machine may be busy with other tests.
SIGNAL_SECONDS_MAX: Final = 60
LAB: Final = Path(__file__).with_name("lab.js")
#: An address of the studio whose answer has nothing on it; pages that are made up may not reach loopback.
_BARE_PAGE: Final = "/livez"


class CannotBuildLab(Exception):
    """The collaboration layer could not be bundled; the message says why."""


def build_lab(folder: Path) -> str:
    """Bundle the layer for the bare page; returns the script. Raises CannotBuildLab."""
    script = folder / "lab.js"
    done = subprocess.run(
        ["npx", "rolldown", str(LAB), "--file", str(script), "--format", "iife"],
        cwd=CLIENT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise CannotBuildLab(f"the lab does not build:\n{(done.stdout + done.stderr)[-4000:]}")
    return script.read_text()


class Tab:
    """One tab with one document open in it."""

    def __init__(self, page: Page, document_id: str, kind: str) -> None:
        self.page = page
        self.document_id = document_id
        self.kind = kind

    async def run(self, script: str, argument: Any = None) -> Any:
        """Run a script that may name `lab`, `id`, `session` and `given`; returns what it resolves to."""
        async with asyncio.timeout(SIGNAL_SECONDS_MAX):
            return await self.page.evaluate(
                f"""async ([id, given]) => {{
                    const lab = window.lab; const session = lab.session(id); const values = lab.values;
                    {script}
                }}""",
                [self.document_id, argument],
            )

    async def state(self, condition: str = "true") -> dict[str, Any]:
        """Wait until the session's `state` meets a condition; returns it."""
        state: dict[str, Any] = await self.run(f"return await lab.until(id, (state, session) => {condition})")
        return state

    async def ready(self) -> None:
        """Wait until the document is open, connected and saved."""
        await self.state("state.phase === 'ready' && state.connection === 'online' && state.unsaved === 0")

    async def set(self, path: list[str], value: Any) -> None:
        """Set a field, as a form does."""
        await self.run("values.setField(session, given.path, given.value)", {"path": path, "value": value})

    async def type(self, path: list[str], at: int, text: str) -> None:
        """Type into a text letter by letter, as an editor bound to it does."""
        await self.run(
            "[...given.text].reduce((at, c) => (lab.type(id, given.path, at, c), at + c.length), given.at)",
            {"path": path, "at": at, "text": text},
        )

    async def value(self, path: list[str]) -> Any:
        """Return what this tab shows at a path."""
        return await self.run("return values.valueAt(session.doc, given)", path)

    async def shows(self, path: list[str], value: Any) -> None:
        """Wait until this tab shows a value at a path."""
        await self.run(
            "return await lab.untilDocument(id, (s) => values.valueAt(s.doc, given.path), given.value)",
            {"path": path, "value": value},
        )


async def open_tab(person: Person, script: str, document_id: str, kind: str = "song") -> Tab:
    """Open a document in a new tab of somebody's browser, on a page with nothing but the collaboration layer."""
    page = await person.context.new_page()
    await page.goto(f"{person.studio.url}{_BARE_PAGE}")
    await page.evaluate(script)
    await page.evaluate("([id, kind]) => lab.open(id, kind)", [document_id, kind])
    return Tab(page, document_id, kind)
