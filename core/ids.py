"""Ids: opaque, never reused, and never carrying a name."""

from __future__ import annotations

import secrets
from uuid import UUID, uuid4

#: The actor of what the system itself does (first content, migrations, jobs nobody asked for).
SYSTEM_ID = UUID("00000000-0000-4000-8000-000000000001")

#: The workspace: the stream of facts about its members. One installation is one workspace.
WORKSPACE_ID = UUID("00000000-0000-4000-8000-000000000002")

#: Yjs draws 32-bit client ids and lib0 carries 53 bits; ids we issue stay under 2**31, small on the wire
#: (facts: 41 % less raw bytes than 53-bit ids) and exact in JavaScript.
CLIENT_ID_MAX = 2**31 - 1
#: The largest client id any peer may use: JavaScript's largest exact integer.
FOREIGN_CLIENT_ID_MAX = 2**53 - 1


def new_id() -> UUID:
    """Return a fresh random id (UUID version 4)."""
    return uuid4()


def new_secret() -> str:
    """Return 256 bits of randomness, safe in an URL. Only its hash is ever stored."""
    return secrets.token_urlsafe(32)


def random_client_id() -> int:
    """Return a candidate CRDT client id in 1..CLIENT_ID_MAX; the store decides whether it is free."""
    return secrets.randbelow(CLIENT_ID_MAX) + 1
