"""One colour for each person, the same in every answer, from their first invitation on."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from uuid import UUID, uuid4

from core.aggregates.member import Workspace
from core.ids import SYSTEM_ID
from core.limits import PERSON_COLOURS
from core.roles import Role
from sync.presence import Cursor, Presence, encode
from tests.unit.web.memory_studio import Studio
from web.client_files import BUILT_DIR
from web.roster import Roster

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MEMBERS = "/api/v1/members"


def invited(workspace: Workspace) -> UUID:
    """Invite one more person."""
    person_id = uuid4()
    workspace.invite(person_id, Role.EDITOR, at=NOON)
    return person_id


def test_members_are_told_apart_for_as_long_as_there_are_colours() -> None:
    """Everybody has one of their own; with more people than colours, no colour has two more people than another."""
    workspace = Workspace.found(at=NOON)
    people = [invited(workspace) for _ in range(PERSON_COLOURS)]
    assert [workspace.members[one].colour for one in people] == list(range(PERSON_COLOURS))
    people += [invited(workspace) for _ in range(2 * PERSON_COLOURS)]
    assert sorted(workspace.members[one].colour for one in people) == sorted([*range(PERSON_COLOURS)] * 3)


def test_who_leaves_makes_room_and_keeps_their_colour() -> None:
    """A newcomer takes the colour nobody has; nobody who stays changes theirs, and who comes back has their old one."""
    workspace = Workspace.found(at=NOON)
    people = [invited(workspace) for _ in range(PERSON_COLOURS)]
    before = {one: workspace.members[one].colour for one in people}
    workspace.remove(people[3], at=NOON)
    newcomer = invited(workspace)
    assert workspace.members[newcomer].colour == 3
    assert workspace.removed[people[3]].colour == 3
    workspace.remove(people[5], at=NOON)
    workspace.invite(people[3], Role.VIEWER, at=NOON)
    workspace.change_role(people[3], Role.EDITOR, at=NOON)
    workspace.join(people[3], at=NOON)
    stayed = [one for one in people if one in workspace.members]
    assert {one: workspace.members[one].colour for one in stayed} == {one: before[one] for one in stayed}


async def test_every_answer_has_the_same_colour(studio: Studio) -> None:
    """The members' list, `me` and what an open document says agree, for people and for programs."""
    items = (await studio.request(Role.VIEWER, "GET", MEMBERS)).json()["items"]
    listed = {UUID(item["person_id"]): item["colour"] for item in items}
    assert sorted(listed.values()) == list(range(len(listed)))
    for role, token in studio.tokens.items():
        access = await studio.services.auth.access_for_token(token)
        me = (await studio.request(role, "GET", "/api/v1/me")).json()
        presence = Presence()
        presence.join(1, access)
        presence.receive(1, encode([Cursor(7, 1, b"{}")]), {7: access.person_id})
        (shown,) = presence.people_here()
        written = presence.everybody()
        assert written is not None
        (state,) = re.findall(rb"\{.*\}", written)
        told = json.loads(state)["person"]["colour"]
        assert {listed[studio.people[role]]} == {me["colour"], access.colour, shown.colour, told}, role


async def test_a_restart_and_another_node_know_the_same_colours(studio: Studio) -> None:
    """Colours follow from the log: whoever reads it anew, in whatever order people came in, finds the same."""
    membership = studio.services.membership
    await membership.remove(studio.people[Role.COMMENTER], by=SYSTEM_ID, erase=False)
    for name in ("Ines", "Kai"):
        await membership.invite(name, Role.EDITOR, by=SYSTEM_ID)
    before = await studio.services.roster.members()
    again = Roster(studio.services.log, studio.services.codec)
    assert await again.members() == before
    assert len({member.colour for member in before.values()}) == len(before)


async def test_who_was_removed_is_still_told_apart(studio: Studio) -> None:
    """Their colour stays beside the members' for histories, without their name."""
    person_id = studio.people[Role.EDITOR]
    items = (await studio.request(Role.OWNER, "GET", MEMBERS)).json()["items"]
    (colour,) = (item["colour"] for item in items if item["person_id"] == str(person_id))
    assert (await studio.request(Role.OWNER, "DELETE", f"{MEMBERS}/{person_id}?erase=true")).status_code == 204
    page = (await studio.request(Role.VIEWER, "GET", MEMBERS)).json()
    assert page["former"] == [{"person_id": str(person_id), "colour": colour}]
    (item,) = (await studio.request(Role.OWNER, "GET", f"{MEMBERS}?removed=true")).json()["items"]
    assert item["colour"] == colour


def test_the_client_has_a_colour_for_each_number() -> None:
    """As many tokens as the server gives numbers out, all of them different."""
    tokens = (BUILT_DIR.parent / "src/ui/tokens.css").read_text()
    found = dict(re.findall(r"--person-(\d+): (#[0-9a-f]{6});", tokens))
    assert list(found) == [str(number) for number in range(PERSON_COLOURS)]
    assert len(set(found.values())) == PERSON_COLOURS
    avatar = (BUILT_DIR.parent / "src/ui/avatar.tsx").read_text()
    assert f"PERSON_COLOURS = {PERSON_COLOURS};" in avatar
