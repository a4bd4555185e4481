"""Presence by itself: whose states are shown, which client ids it binds. The numbers are the rules of sync/SPEC.md."""

from __future__ import annotations

from uuid import UUID, uuid4

from core.limits import AWARENESS_CLIENTS_MAX
from core.roles import Access, Role
from sync.presence import NULL, ClaimId, Cursor, Presence, Show, decode, encode

VIEWER = Access(uuid4(), "vi", Role.VIEWER)


class Ids:
    """A store of client ids, bound to whoever asks first."""

    def __init__(self, presence: Presence) -> None:
        self.presence = presence
        self.owners: dict[int, UUID | None] = {}

    def announce(self, connection_id: int, *cursors: Cursor) -> list[Show]:
        """Let a connection announce states; bind what presence wants bound, at once."""
        shows = []
        effects = self.presence.receive(connection_id, encode(cursors), self.owners)
        while effects:
            match effects.pop(0):
                case ClaimId(client_id, person_id):
                    owner_id = self.owners.setdefault(client_id, person_id)
                    effects += self.presence.claimed(client_id, owner_id)
                case Show() as show:
                    shows.append(show)
        return shows


def test_r31_a_null_of_an_unseen_id_binds_nothing() -> None:
    """Saying that nobody is there costs no stored fact, however often it is said."""
    presence = Presence()
    ids = Ids(presence)
    presence.join(1, VIEWER)
    for turn in range(100):
        assert ids.announce(1, *(Cursor(turn * 8 + number, 1, NULL) for number in range(8))) == []
    assert ids.owners == {}


def test_r31_a_connection_binds_a_bounded_number_of_ids() -> None:
    """Ids that came and went count too, and those that went before they were shown."""
    presence = Presence()
    ids = Ids(presence)
    presence.join(1, VIEWER)
    for client_id in range(100):
        if client_id % 2:
            ids.announce(1, Cursor(client_id, 1, b"{}"))
            ids.announce(1, Cursor(client_id, 2, NULL))
        else:
            ids.announce(1, Cursor(client_id, 1, b"{}"), Cursor(client_id, 2, NULL))
    assert len(ids.owners) == AWARENESS_CLIENTS_MAX
    presence.leave(1)
    presence.join(2, VIEWER)
    assert ids.announce(2, Cursor(1_000, 1, b"{}")) != [], "a new page load starts anew"


def test_r31_a_null_takes_back_what_waits_for_its_owner() -> None:
    """Somebody who goes while the store is asked whose id it is was never there."""
    presence = Presence()
    presence.join(1, VIEWER)
    assert presence.receive(1, encode([Cursor(5, 1, b"{}")]), {}) == [ClaimId(5, VIEWER.person_id)]
    assert presence.receive(1, encode([Cursor(5, 2, NULL)]), {}) == []
    assert presence.claimed(5, VIEWER.person_id) == []
    assert presence.everybody() is None


def test_r31_r32_a_null_of_ones_own_state_is_told() -> None:
    """What was shown is taken back at once."""
    presence = Presence()
    ids = Ids(presence)
    presence.join(1, VIEWER)
    ids.announce(1, Cursor(5, 1, b"{}"))
    (show,) = ids.announce(1, Cursor(5, 2, NULL))
    assert (show.to, decode(show.body)) == (None, [Cursor(5, 2, NULL)])


def test_r31_r32_another_tab_that_repeats_a_cursor_does_not_keep_it() -> None:
    """Stock clients repeat what they heard of others; with the tab it belongs to the cursor goes all the same."""
    presence = Presence()
    ids = Ids(presence)
    presence.join(1, VIEWER)
    presence.join(2, VIEWER)
    (told,) = ids.announce(1, Cursor(7, 1, b'{"at": 3}'))
    assert ids.announce(2, *decode(told.body)) == []
    (gone,) = presence.leave(1)
    assert isinstance(gone, Show)
    assert [(cursor.client_id, cursor.state) for cursor in decode(gone.body)] == [(7, NULL)]


def test_r32_a_cursor_that_comes_back_on_a_new_socket_stays() -> None:
    """A tab that reconnects announces its own state again, with the same clock: the old socket's end is not its end."""
    presence = Presence()
    ids = Ids(presence)
    presence.join(1, VIEWER)
    ids.announce(1, Cursor(7, 1, b'{"at": 3}'))
    presence.join(2, VIEWER)
    ids.announce(2, Cursor(7, 1, b'{"at": 3}'))
    assert presence.leave(1) == []
