"""A child process ends when its parent is gone, however the parent died, on every system.

The parent holds the writing end of a pipe that is the child's standard input. When the parent dies the kernel closes
it, and the child ends at once, as if it had been killed: nothing acknowledged is lost by that (P1), and the port and
the database are free for the next start.
"""

from __future__ import annotations

import os
import threading
from typing import Final

#: Exit status of a child whose parent has gone.
ORPHANED: Final = 70


def end_with_parent(descriptor: int = 0) -> None:
    """Watch the pipe on a thread of its own; the end of the pipe is the end of this process."""

    def watch() -> None:
        while os.read(descriptor, 1024):
            pass
        os._exit(ORPHANED)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
