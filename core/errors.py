"""Every error Counterpoint raises on purpose, and whose fault each one is.

CounterpointError
├── Theirs                  the caller can mend it; the message says how
│   ├── Invalid             the input breaks a rule (400 / 422)
│   │   └── BadMessage      bytes that are no message of the protocol (close 4400)
│   ├── NotSignedIn         no credential, or one that no longer counts (401 / close 4401)
│   ├── Forbidden           signed in, but the role does not allow it (403 / close 4403)
│   ├── NotFound            no such thing (404 / close 4404)
│   ├── Conflict            somebody else was first (409 / 412)
│   │   ├── StreamMoved     the stream's head is not where the writer expected it
│   │   └── ClientIdTaken   the CRDT client id belongs to another person, or is retired
│   ├── Refused             an update that may not enter a document (close 4409)
│   └── TooLarge            over a bound of limits.py (413 / close 4413)
└── Ours                    the caller did nothing wrong
    ├── Overloaded          a bounded queue is full: try later (503 / close 1013)
    ├── LogUnavailable      the log cannot be written or read now: try later (503 / close 1013)
    ├── Misconfigured       a setting, a database or a disk is not as it must be; says the way out
    ├── MigrationNeeded     the database is behind or ahead of this program; says the command
    ├── Quarantined         a document whose stored bytes cannot be applied
    ├── MissingExtra        an optional library is not installed; says the install line
    └── EngineFailed        an engine died, ran out of memory or took too long; says which

An error's docstring is its default message.
"""

from __future__ import annotations

from uuid import UUID


class CounterpointError(Exception):
    """Something went wrong in Counterpoint."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())

    @property
    def message(self) -> str:
        """The sentence a person reads."""
        return str(self.args[0])


class Theirs(CounterpointError):
    """The request cannot be carried out as it is."""


class Invalid(Theirs):
    """The input is not valid."""

    def __init__(self, message: str | None = None, *, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class BadMessage(Invalid):
    """These bytes are not a message of this protocol."""


class NotSignedIn(Theirs):
    """Sign in, or send a token that is still valid."""


class Forbidden(Theirs):
    """Your role does not allow this."""


class NotFound(Theirs):
    """There is nothing here with that id."""


class Conflict(Theirs):
    """Somebody else changed this first; read it again and retry."""


class StreamMoved(Conflict):
    """The stream has events its writer has not seen."""

    def __init__(self, stream_id: UUID, expected: int, actual: int) -> None:
        super().__init__(f"stream {stream_id} is at version {actual}, the writer expected {expected}")
        self.stream_id, self.expected, self.actual = stream_id, expected, actual


class ClientIdTaken(Conflict):
    """This CRDT client id belongs to another person; take a fresh one."""

    def __init__(self, document_id: UUID, client_id: int) -> None:
        super().__init__(f"client id {client_id} of document {document_id} is not yours; take a fresh one")
        self.document_id, self.client_id = document_id, client_id


class Refused(Theirs):
    """This update may not enter the document."""

    def __init__(self, reason: str, *, path: str = "") -> None:
        super().__init__(reason)
        self.path = path


class TooLarge(Theirs):
    """This is larger than a limit allows."""


class Ours(CounterpointError):
    """Counterpoint cannot do this right now."""


class Overloaded(Ours):
    """Too much is waiting to be stored; try again in a moment."""


class LogUnavailable(Ours):
    """The event log cannot be reached right now; try again in a moment."""


class Misconfigured(Ours):
    """Something this program needs is not set up as it must be."""


class MigrationNeeded(Misconfigured):
    """The database does not match this program; run `counterpoint migrate`."""


class Quarantined(Ours):
    """This document cannot be opened: its stored bytes cannot be applied."""


class MissingExtra(Ours):
    """An optional library is not installed."""


class EngineFailed(Ours):
    """The engine stopped before it had finished."""
