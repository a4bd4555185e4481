"""What documentation says is true: commands exist, settings have these names and defaults, links lead somewhere."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import typer.main
import yaml

from core.settings import Settings, child_environment, read_settings
from web.main import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


def variables_of_settings() -> set[str]:
    """Every name that core/settings.py asks the environment for."""
    tree = ast.parse((ROOT / "core" / "settings.py").read_text())
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", text)}


def compose() -> dict[str, dict[str, object]]:
    """The services of docker-compose.yml."""
    services: dict[str, dict[str, object]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return services


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    """Every relative link of every page exists."""
    links = re.findall(r"\]\(([^)#]+)", page.read_text())
    broken = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_in_pages_exist(page: Path) -> None:
    """`counterpoint VERB` and `make TARGET` are commands one can type."""
    text = page.read_text()
    verbs = set(re.findall(r"`counterpoint ([a-z][a-z-]*)", text))
    assert verbs <= COMMANDS.keys()
    targets = set(re.findall(r"^(?:    |`)make ([a-z]+)", text, flags=re.MULTILINE))
    assert targets <= set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))


@pytest.mark.parametrize("folder", ["/tmp/x y", "/tmp/it's; $(HOME)", "/tmp/a,b"])
def test_make_hands_its_variables_over_whole(folder: str) -> None:
    """A folder with a space, a quote or a comma in its name stays one word on its way to the command."""
    escaped = folder.replace("$", "$$")
    expected = {
        "run": ["up", "--demo", "--host", "0.0.0.0", "--port", "9000", "--data", folder],
        "demo": ["demo", "--data", folder, "--url", "http://127.0.0.1:9000/a b"],
    }
    for target, words in expected.items():
        given = [f"DATA={escaped}", "HOST=0.0.0.0", "PORT=9000", "URL=http://127.0.0.1:9000/a b"]
        said = subprocess.run(
            ["make", "--dry-run", "--no-print-directory", target, *given],
            capture_output=True, text=True, check=True, cwd=ROOT,
            env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        )  # fmt: skip
        assert shlex.split(said.stdout.splitlines()[-1])[1:] == words


def test_the_guide_lists_every_command() -> None:
    """Every public verb has a line in the guide."""
    guide = (ROOT / "docs" / "guides" / "operate.md").read_text()
    listed = set(re.findall(r"^\| `counterpoint ([a-z-]+)", guide, flags=re.MULTILINE))
    assert listed == {name for name, command in COMMANDS.items() if not command.hidden}


def test_the_table_of_settings_is_the_settings() -> None:
    """Names and defaults in the guide are those of core/settings.py, which reads nothing else."""
    guide = (ROOT / "docs" / "guides" / "operate.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)? *\|", guide, flags=re.MULTILINE)
    assert {name for name, _ in rows} == variables_of_settings()
    defaults = child_environment(read_settings({}))
    for name, default in rows:
        said = str(Path(default).resolve()) if name == "COUNTERPOINT_DATA" else default
        assert said == defaults[name], name


def test_children_read_the_same_settings() -> None:
    """What a parent process knows, its children read from the environment it gives them."""
    settings = Settings(
        data_dir=Path("/srv/studio"),
        database_url="postgresql://a@b/c",
        redis_url="redis://d/1",
        host="0.0.0.0",
        port=9,
        public_url="https://studio.example",
        log_level="debug",
        worker_threads=5,
        workspace_name="Glasshouse",
        client_dir=Path("/tmp").resolve(),
    )
    assert read_settings(child_environment(settings)) == settings


def test_every_decision_has_a_page_in_one_form() -> None:
    """Decisions, numbered, with context, decision and consequences, and listed in the index."""
    assert [page.name[:4] for page in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    assert len(DECISIONS) >= 12
    index = (ROOT / "docs" / "README.md").read_text()
    for page in DECISIONS:
        text = page.read_text()
        title = re.match(rf"# {int(page.name[:4])}\. (.+)\n", text)
        assert title, page.name
        assert f"[{title[1]}](decisions/{page.name})" in index
        assert re.findall(r"^## (\w+)$", text, flags=re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_compose_runs_commands_that_exist_with_settings_that_exist() -> None:
    """Services of our image use verbs and settings that exist, and wait for services that do."""
    services = compose()
    assert set(services) == {"postgres", "redis", "migrate", "web", "worker"}
    assert services["postgres"]["image"] == "pgvector/pgvector:pg18"
    for name in ("migrate", "web", "worker"):
        assert services[name]["command"] == [name]
        assert name in COMMANDS
        environment = services[name]["environment"]
        assert isinstance(environment, dict)
        assert environment.keys() <= variables_of_settings()
    for service in services.values():
        needs = service.get("depends_on", {})
        assert isinstance(needs, dict)
        assert needs.keys() <= services.keys()


def test_the_image_is_made_of_files_that_exist() -> None:
    """What the Dockerfile copies is there and not ignored; what the wheel needs is not ignored either."""
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    kept = {line.removeprefix("!") for line in ignore if line.startswith("!")}
    assert ignore[0] == "*"
    assert all((ROOT / name).exists() for name in kept)
    packages = re.search(r"packages = \[([^\]]+)\]", (ROOT / "pyproject.toml").read_text())
    assert packages
    assert set(re.findall(r'"(\w+)"', packages[1])) | {"pyproject.toml", "README.md"} <= kept
    dockerfile = (ROOT / "Dockerfile").read_text()
    copied = set(re.findall(r"^COPY ([\w. -]+) \./$", dockerfile, flags=re.MULTILINE)[0].split())
    assert copied <= kept
    command = re.search(r'^CMD \["(\w+)"\]', dockerfile, flags=re.MULTILINE)
    assert command
    assert command[1] in COMMANDS
    assert set(re.findall(r"(COUNTERPOINT_\w+)=", dockerfile)) <= variables_of_settings()
