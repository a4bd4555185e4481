"""Job kinds: what a worker can do. Each is one file of this folder with a `job_kind(tools)`; see render.py.

A kind is a name and one function. It gets an attempt, tells how far it is, and returns what came out, or raises:

- an error whose fault is the request's (`Theirs`), or MissingExtra, Misconfigured, Quarantined: trying again unchanged
  cannot help, the job fails at once with the message;
- anything else: the job is tried again later, a few times.

It may be cancelled at any `await` (somebody cancelled the job, the worker shuts down, the lease was lost) and must
then leave nothing running. It stores nothing itself but blobs: facts are handed over in the Outcome and stored together
with the end of the job, all or nothing.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from structlog.typing import FilteringBoundLogger

import workers
from core.aggregates.base import Aggregate
from core.aggregates.job import Job
from core.errors import Misconfigured, NotFound
from core.ports import Blobs, Clock, EventLog, Snapshots


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What job kinds may use."""

    log: EventLog
    snapshots: Snapshots
    blobs: Blobs
    clock: Clock
    logger: FilteringBoundLogger
    #: A folder for files on their way; each attempt makes its own in it.
    scratch_dir: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt at a job, as its kind sees it."""

    #: The job as it was when the attempt began.
    job: Job
    #: Say what is being done and how much of the whole is (0-1); cheap, any number of times, on the event loop.
    report: Callable[[str, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came out of an attempt that went well."""

    #: Stored in `job.completed`.
    result: dict[str, Any]
    #: New aggregates, stored in the same append.
    aggregates: tuple[Aggregate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """A kind of job."""

    name: str
    run: Callable[[Attempt], Awaitable[Outcome]]
    #: Seconds one attempt may take.
    seconds_max: float


class JobKinds:
    """Every kind one worker can do, by name. Registering a name twice stops the program at start."""

    def __init__(self, kinds: Iterable[JobKind]) -> None:
        self._kinds: dict[str, JobKind] = {}
        for kind in kinds:
            if kind.name in self._kinds:
                raise Misconfigured(f"Two job kinds have the name {kind.name!r}.")
            self._kinds[kind.name] = kind

    @property
    def names(self) -> frozenset[str]:
        """Return the names of all kinds."""
        return frozenset(self._kinds)

    def named(self, name: str) -> JobKind:
        """Return the kind. Raises NotFound."""
        if name not in self._kinds:
            raise NotFound(f"There is no job kind {name!r}; there is {', '.join(sorted(self._kinds))}.")
        return self._kinds[name]


def find_job_kinds(tools: Tools) -> JobKinds:
    """Return the kinds of every file of this folder. Raises Misconfigured when two have one name."""
    makers = []
    for module_info in pkgutil.iter_modules(workers.__path__):
        if not module_info.ispkg:
            module = importlib.import_module(f"{workers.__name__}.{module_info.name}")
            make = getattr(module, "job_kind", None)
            if make is not None and make.__module__ == module.__name__:
                makers.append(make)
    return JobKinds(make(tools) for make in makers)
