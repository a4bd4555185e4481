"""The image is made of what there is: its stages take files that exist and are let in."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_what_is_copied_exists_and_is_let_in() -> None:
    """Every file that a stage takes from the source is there, and .dockerignore lets it through."""
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, flags=re.MULTILINE)
    names = [name for line in copied for name in line.split() if name != "."]
    assert {"requirements.lock", "web/client/package-lock.json", "web/client"} <= set(names)
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for name in names:
        assert (ROOT / name).exists(), name
        assert any(name == known or name.startswith(f"{known}/") for known in let_in), name


def test_the_client_is_built_in_the_image_and_from_nothing_else() -> None:
    """A stage builds it and the wheel's stage takes it from there; a build on the host stays outside."""
    stages = dict(re.findall(r"^FROM (\S+) AS (\w+)$", DOCKERFILE, flags=re.MULTILINE))
    assert set(stages.values()) == {"client", "build"}
    assert re.search(r"^COPY --from=client /client/dist web/client/dist$", DOCKERFILE, flags=re.MULTILINE)
    node = next(int(found) for found in re.findall(r"^FROM node:(\d+)", DOCKERFILE, flags=re.MULTILINE))
    assert node >= 22
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {"web/client/dist", "**/node_modules"} <= set(ignored)
