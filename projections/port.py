"""What a projection is, and the few calls it makes on the database; asyncpg's pools and connections fit as they are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from core.aggregates.codec import EventCodec
from core.events import EventFilter, Recorded
from core.ports import EventLog, Snapshots
from core.repository import Repository


class Row(Protocol):
    """One row of an answer; columns by name."""

    def __getitem__(self, column: str, /) -> Any:
        """Return the column's value."""
        ...


class Connection(Protocol):
    """Something that answers SQL with `$1` parameters: a connection in a transaction, or a pool for single reads."""

    async def execute(self, query: str, *arguments: Any) -> Any:
        """Run a statement whose answer does not matter."""
        ...

    async def executemany(self, query: str, arguments: Sequence[Sequence[Any]]) -> Any:
        """Run a statement once for each row of arguments."""
        ...

    async def fetch(self, query: str, *arguments: Any) -> Sequence[Row]:
        """Return every row."""
        ...

    async def fetchrow(self, query: str, *arguments: Any) -> Row | None:
        """Return the first row, or None."""
        ...

    async def fetchval(self, query: str, *arguments: Any) -> Any:
        """Return the first column of the first row, or None."""
        ...


class Database(Protocol):
    """Where projections keep their tables."""

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        """Open a transaction: committed when the block ends, rolled back when it raises."""
        ...


#: Writes what the events mean into the projection's own tables, named without a schema: the runner decides which copy
#: (the one that answers, or the one being rebuilt) those names mean. Runs inside the runner's transaction.
Apply = Callable[[Connection, Sequence[Recorded]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Tables that can be dropped and rebuilt from the log at any time."""

    #: The name in `counterpoint rebuild NAME`, and of the one table.
    name: str
    #: Raise it whenever `table` or `apply` changes: the runner then rebuilds.
    version: int
    #: Statements that create the table `name` and its (unnamed) indexes.
    table: str
    #: The events `apply` gets; the checkpoint moves past all others.
    where: EventFilter
    apply: Apply
    #: Least seconds between two batches once caught up: one look then covers many keystrokes.
    gap_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What projections may read while they apply events."""

    log: EventLog
    snapshots: Snapshots
    codec: EventCodec
    repository: Repository
