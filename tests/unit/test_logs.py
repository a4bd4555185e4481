"""The program's log: one JSON object a line, also for what libraries say."""

from __future__ import annotations

import io
import json
import logging

from core.adapters.logs import build_logger, libraries_heard


def test_what_libraries_say_stands_in_the_log_as_one_line() -> None:
    """A warning with its traceback is one JSON object, what is less stays out, and nothing is left when it ends."""
    out = io.StringIO()
    library, root = logging.getLogger("a.library"), logging.getLogger()
    handlers = list(root.handlers)
    with libraries_heard(build_logger(stream=out)):
        try:
            raise OSError("gone")
        except OSError:
            library.error("lost %s", "it", exc_info=True)
        library.info("nothing to see")
    assert root.handlers == handlers
    (line,) = out.getvalue().splitlines()
    said = json.loads(line)
    assert (said["event"], said["library"], said["message"], said["level"]) == (
        "library_said", "a.library", "lost it", "error",
    )  # fmt: skip
    assert "OSError: gone" in said["exception"]
