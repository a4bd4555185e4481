"""Where the studio on a data folder listens right now, for commands that are typed beside it."""

from __future__ import annotations

from core.settings import Settings


def running_address(settings: Settings) -> str:
    """Return the address its supervisor has written down; of a studio that does not run, the one it would have."""
    try:
        return (settings.data_dir / "address").read_text().strip()
    except FileNotFoundError:
        return settings.base_url
