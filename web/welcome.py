"""What a person reads when the studio has started: how to sign in the first time, and what is there to look at."""

from __future__ import annotations

from core.settings import Settings
from web.foundation import open_foundation
from web.seeding import seed
from web.tokens import first_sign_in_link


async def welcome_lines(settings: Settings, *, demo: bool) -> list[str]:
    """Fill an empty studio if asked, and return the lines. Nothing to say when an owner has signed in before."""
    lines = []
    async with open_foundation(settings) as foundation:
        if demo and await seed(foundation.log, foundation.repository, foundation.clock):
            lines.append("A song, a persona and a world are there to look at.")
        link = await first_sign_in_link(foundation.membership)
        if link is not None:
            lines.append(f"Sign in once with: {link.address}")
    return lines
