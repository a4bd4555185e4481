"""What goes into a room and what comes out of it: two closed sets of values.

Both wires decode to the same messages; the shell carries out the effects, in their order (SPEC.md, R16).
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from core.errors import CounterpointError
from core.ports import Snapshot

# -- what a client says about a document ------------------------------------------------------------------------------


class Greeting(NamedTuple):
    """Step1: the state vector of what the client has."""

    vector: bytes


class Update(NamedTuple):
    """An edit, or with `step2` the answer to the server's greeting: everything the server lacks."""

    body: bytes
    step2: bool = False


class Awareness(NamedTuple):
    """States of presence, as the awareness protocol encodes them."""

    body: bytes


class QueryAwareness(NamedTuple):
    """The wish to be sent everybody's state again."""


Message: TypeAlias = Greeting | Update | Awareness | QueryAwareness


# -- what only the socket's session answers ---------------------------------------------------------------------------


class Authenticate(NamedTuple):
    """A token, in band (Hocuspocus)."""

    token: str


class Leave(NamedTuple):
    """The client closes this document, not the socket."""


class Ping(NamedTuple):
    """A sign of life of the application, to be answered in kind."""


class Nothing(NamedTuple):
    """A message that asks for nothing: pong, stateless."""


SessionMessage: TypeAlias = Message | Authenticate | Leave | Ping | Nothing


# -- what a room wants done -------------------------------------------------------------------------------------------


class Flush(NamedTuple):
    """Ask the log for an append of `Room.take`; answer with `committed` or `failed`."""


class ReadTail(NamedTuple):
    """Read the stream after the committed version to its head and hand it to `Room.tail`."""

    #: Read the owners of client ids too, before the stream.
    owners: bool = False


class Answer(NamedTuple):
    """Send Step2 with what the client lacks, then Step1 with the server's state vector."""

    connection_id: int
    body: bytes
    vector: bytes


class Acknowledge(NamedTuple):
    """So many more Update messages and Step2 messages of this connection are durable."""

    connection_id: int
    updates: int
    steps: int


class Tell(NamedTuple):
    """Send these updates to these connections; the tuple of ids may be shared between effects."""

    to: tuple[int, ...]
    updates: tuple[bytes, ...]


class Refuse(NamedTuple):
    """This update of this connection is refused. `ends`: the connection is out of the room."""

    connection_id: int
    error: CounterpointError
    step2: bool
    ends: bool


class Retire(NamedTuple):
    """Make sure nobody uses these CRDT client ids again, as stored facts; at most UPDATE_CLIENTS_MAX."""

    client_ids: tuple[int, ...]


class Close(NamedTuple):
    """The connection is out of the room; the error says why, and with it the close code."""

    connection_id: int
    error: CounterpointError


class Edited(NamedTuple):
    """The edit the server made is durable; what it changed is complete at this position."""

    edit_id: int
    position: int
    #: False: the document had all of it already.
    is_new: bool = True


class EditFailed(NamedTuple):
    """The edit the server made is not stored."""

    edit_id: int
    error: CounterpointError


class Save(NamedTuple):
    """Keep this snapshot."""

    snapshot: Snapshot


class Retreat(NamedTuple):
    """The room is dead: drop it; the next connection opens the document from the log."""

    error: CounterpointError


Effect: TypeAlias = (
    Flush | ReadTail | Answer | Acknowledge | Tell | Refuse | Retire | Close | Edited | EditFailed | Save | Retreat
)
