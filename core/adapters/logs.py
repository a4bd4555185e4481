"""How the program logs: one JSON object a line for machines, short coloured lines for people at a terminal."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import structlog

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def build_logger(level: str = "info", *, stream: TextIO | None = None) -> structlog.typing.FilteringBoundLogger:
    """Return the root logger; called once, at the composition root. Events are snake_case, values are keywords."""
    out = stream or sys.stderr
    pretty = out.isatty()
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if pretty else structlog.processors.JSONRenderer()
    )
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if not pretty:
        processors.append(structlog.processors.format_exc_info)
    logger: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(out),
        processors=[*processors, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS.get(level, logging.INFO)),
    )
    return logger


@contextmanager
def libraries_heard(logger: structlog.typing.FilteringBoundLogger) -> Iterator[None]:
    """Write the warnings of libraries into the same log, in the same form, while the context lasts."""
    relay = _Relay(logger)
    logging.getLogger().addHandler(relay)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(relay)


class _Relay(logging.Handler):
    """Hands on what libraries log: left alone, Python prints it as bare lines, which no reader of the log expects."""

    def __init__(self, logger: structlog.typing.FilteringBoundLogger) -> None:
        super().__init__(logging.WARNING)
        self._logger = logger

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        self._logger.log(
            record.levelno, "library_said", library=record.name, message=record.getMessage(), exc_info=record.exc_info
        )
