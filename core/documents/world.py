"""Worlds: where songs take place: the rules, who and what is there, what happened when, and what it looks like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from core.documents.kind import DocumentWarning, SchemaKind, Summary
from core.documents.schema import (
    Choice,
    Colour,
    Entries,
    EntryField,
    Labels,
    Line,
    LongText,
    Record,
    RecordField,
    Traits,
    pointer,
)

ENTITY_KINDS: Final = ("character", "location", "item", "faction", "event", "concept", "species", "technology")

#: Traits a new entity of each kind is offered, with a value of the type they usually have. Nobody has to keep them.
TRAIT_TEMPLATES: Final[Mapping[str, Mapping[str, Any]]] = {
    "character": {"age": 30, "pronouns": "", "occupation": "", "goals": [], "secrets": [], "alive": True},
    "location": {"climate": "", "population": 0, "landmarks": [], "dangerous": False},
    "item": {"material": "", "powers": [], "owner": "", "unique": True},
    "faction": {"leader": "", "members": 0, "beliefs": [], "allies": [], "rivals": []},
    "event": {"place": "", "cause": "", "consequences": [], "remembered": True},
    "concept": {"definition": "", "examples": [], "taboo": False},
    "species": {"lifespan": 80, "habitat": "", "abilities": [], "sentient": True},
    "technology": {"inventor": "", "energy": "", "uses": [], "forbidden": False},
}

_CONFIG: Final[Mapping[str, RecordField]] = {
    "genre": Line(suggestions=("fantasy", "science fiction", "post-apocalyptic", "historical", "contemporary", "myth")),
    "physics": Line(suggestions=("as ours", "soft magic", "hard magic", "dream logic", "simulation")),
    "magic_system": Line(suggestions=("none", "songs", "runes", "bargains", "elements", "blood", "technology")),
    "tech_level": Line(suggestions=("stone", "bronze", "medieval", "steam", "modern", "near future", "far future")),
    "tone": Line(suggestions=("hopeful", "grim", "whimsical", "epic", "intimate", "satirical")),
}
_ENTITY: Final[Mapping[str, EntryField]] = {
    "name": Line(),
    "kind": Choice(ENTITY_KINDS),
    "description": LongText(),
    "traits": Traits(),
}
_EVENT: Final[Mapping[str, EntryField]] = {
    "title": Line(),
    "description": LongText(),
    "when": Line(),
    "kind": Line(suggestions=("origin", "war", "discovery", "birth", "death", "journey", "treaty", "disaster")),
    "participants": Labels(),
}
_STYLE_GUIDE: Final[Mapping[str, RecordField]] = {
    "art_style": Line(suggestions=("painterly", "ink", "photographic", "cel shaded", "woodcut", "pixel art")),
    "mood": Line(),
    "lighting": Line(suggestions=("golden hour", "overcast", "neon", "candlelight", "moonlight", "harsh noon")),
    "palette": Entries({"name": Line(), "hex": Colour()}),
    "reference_images": Labels(),
}


class World(SchemaKind):
    """A world."""

    name = "world"
    title_field = "name"
    fields: ClassVar[Mapping[str, Any]] = {
        "name": Line(),
        "description": LongText(),
        "config": Record(_CONFIG),
        "entities": Entries(_ENTITY),
        "timeline": Entries(_EVENT),
        "style_guide": Record(_STYLE_GUIDE),
    }

    def summary_of(self, content: Mapping[str, Any]) -> Summary:
        """Sum up: genre, technology and tone; how many entities and events."""
        config = content["config"]
        return Summary(
            content["name"] or "Untitled",
            " · ".join(filter(None, (config["genre"], config["tech_level"], config["tone"]))),
            {"entities": len(content["entities"]), "events": len(content["timeline"])},
        )

    def warnings_of(self, content: Mapping[str, Any]) -> list[DocumentWarning]:
        """Return a missing name, entities that share a name, and participants nobody knows."""
        found = super().warnings_of(content)
        names: set[str] = set()
        for key, entity in content["entities"].items():
            name = (entity["name"] or "").strip()
            if not name:
                found.append(DocumentWarning(pointer(("entities", key, "name")), "has no name yet"))
            elif name in names:
                found.append(
                    DocumentWarning(pointer(("entities", key, "name")), f"is the second entity named {name!r}")
                )
            names.add(name)
        for key, event in content["timeline"].items():
            for participant in event["participants"]:
                if participant not in content["entities"]:
                    path = pointer(("timeline", key, "participants"))
                    found.append(DocumentWarning(path, f"names {participant!r}, which is no entity of this world"))
        return found
