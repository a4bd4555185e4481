"""Fills a studio with the showcase: the documents of a lived-in workspace, by name."""

from __future__ import annotations

from dataclasses import dataclass

from tests.browser import showcase
from tests.browser.songs import change, create, create_song, open_branch, render
from tests.studio import Studio


@dataclass(frozen=True, slots=True)
class Workspace:
    """Ids of the documents that pictures are taken of."""

    song: str
    unfinished: str
    persona: str
    world: str
    note: str
    #: A short song with a take.
    rendered: str
    #: A branch of the song on which something was changed, under review.
    branch: str


def furnish(studio: Studio) -> Workspace:
    """Create everything of the showcase; the most interesting documents last, so that they are the most recent."""
    for kind, title in showcase.TRASHED:
        document_id = create(studio, kind, title)
        assert studio.request("DELETE", f"/api/v1/documents/{document_id}").is_success
    for kind, title in showcase.OTHERS:
        create(studio, kind, title)
    note = create(studio, "note", showcase.NOTE_TITLE, showcase.NOTE)
    unfinished = create(studio, "song", showcase.UNFINISHED_TITLE, showcase.UNFINISHED)
    world = create(studio, "world", showcase.WORLD_TITLE, showcase.WORLD)
    persona = create(studio, "persona", showcase.PERSONA_TITLE, showcase.PERSONA)
    song = create(studio, "song", showcase.SONG_TITLE, showcase.SONG)
    change(studio, song, {"persona_id": persona, "world_id": world})
    rendered = create_song(studio, "Lanternfish", "la la la la\nlu lu lu lu", "na na na na\nno no no no", seed=7)
    render(studio, rendered)
    branch = open_branch(studio, song, showcase.BRANCH_NAME, showcase.BRANCH_PURPOSE)
    change(studio, branch["content_id"], showcase.BRANCH_CHANGES)
    return Workspace(
        song=song, unfinished=unfinished, persona=persona, world=world, note=note, rendered=rendered,
        branch=branch["id"],
    )  # fmt: skip
