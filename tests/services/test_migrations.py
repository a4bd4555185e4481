"""Migrations bring any database to this program's schema, and a program refuses a database that does not fit."""

from __future__ import annotations

import asyncio
import importlib.util
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from core.adapters.postgres.migrate import (
    MIGRATIONS_FOLDER,
    check,
    known_revisions,
    migrate,
    place_of,
    read_schema,
)
from core.errors import MigrationNeeded, Misconfigured

pytestmark = pytest.mark.services
ROOT = Path(__file__).parents[2]
VERSIONS = sorted((MIGRATIONS_FOLDER / "versions").glob("[0-9]*.py"))

REVISION = """
'''A step of a test.'''
from migrations.sql import execute

revision, down_revision, additive = {number!r}, {before!r}, {additive}


def upgrade() -> None:
    execute({script!r})
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A migrations folder with our env.py and no revision."""
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text((MIGRATIONS_FOLDER / "env.py").read_text())
    return tmp_path


def add_revision(folder: Path, number: str, script: str, *, additive: bool = True) -> None:
    """Write one revision after the ones which are there."""
    before = max(known_revisions(folder), default=None)
    text = REVISION.format(number=number, before=before, additive=additive, script=script)
    (folder / "versions" / f"{number}_step.py").write_text(text)


def fetch(dsn: str, question: str) -> list[tuple[object, ...]]:
    """Ask on an own connection."""

    async def run() -> list[tuple[object, ...]]:
        connection = await asyncpg.connect(dsn)
        try:
            return [tuple(row) for row in await connection.fetch(question)]
        finally:
            await connection.close()

    return asyncio.run(run())


def test_the_real_migrations_run_once(empty_database_url: str) -> None:
    """From nothing to the newest revision in one call; a second call changes nothing."""
    assert migrate(empty_database_url) == sorted(known_revisions())
    assert migrate(empty_database_url) == []
    asyncio.run(check(empty_database_url))
    assert fetch(empty_database_url, "SELECT version_num FROM alembic_version") == [(max(known_revisions()),)]


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_revisions_are_numbered_and_say_whether_they_are_additive(path: Path) -> None:
    """A revision's file carries its number, follows the one before, and goes forward only."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    place = VERSIONS.index(path)
    assert module.revision == path.stem[:4] == f"{place + 1:04}"
    assert module.down_revision == (VERSIONS[place - 1].stem[:4] if place else None)
    assert isinstance(module.additive, bool)
    assert not hasattr(module, "downgrade")


def test_plain_sql_of_many_statements(empty_database_url: str, folder: Path) -> None:
    """Colons, percent signs, quotes and several statements pass as they are."""
    add_revision(folder, "0001", "CREATE TABLE t (x text); INSERT INTO t VALUES (':a %s'), ('1'::int::text || '%');")
    migrate(empty_database_url, folder=folder)
    assert set(fetch(empty_database_url, "SELECT x FROM t")) == {(":a %s",), ("1%",)}


def test_a_failing_migration_leaves_nothing(empty_database_url: str, folder: Path) -> None:
    """All steps of one run are one transaction."""
    add_revision(folder, "0001", "CREATE TABLE first (x int)")
    add_revision(folder, "0002", "CREATE TABLE second (x int); SELECT 1 / 0")
    with pytest.raises(Misconfigured, match="division by zero"):
        migrate(empty_database_url, folder=folder)
    assert fetch(empty_database_url, "SELECT to_regclass('first'), to_regclass('schema_revisions')") == [(None, None)]


def test_a_database_that_is_behind_is_refused(empty_database_url: str, folder: Path) -> None:
    """The message names both revisions and the command."""
    with pytest.raises(MigrationNeeded, match=r"revision empty.*needs \d{4}.*`counterpoint migrate`"):
        asyncio.run(check(empty_database_url))
    add_revision(folder, "0001", "SELECT 1")
    migrate(empty_database_url, folder=folder)
    add_revision(folder, "0002", "SELECT 1")
    with pytest.raises(MigrationNeeded, match=r"at revision 0001.*needs 0002"):
        asyncio.run(read_schema(empty_database_url, known_revisions(folder))).require_fit()


def test_a_database_that_is_ahead_by_additive_steps_is_served(empty_database_url: str, folder: Path) -> None:
    """During an upgrade old processes go on working; migrating with the old program changes nothing."""
    add_revision(folder, "0001", "SELECT 1", additive=False)
    add_revision(folder, "0002", "SELECT 1", additive=True)
    migrate(empty_database_url, folder=folder)
    (folder / "versions" / "0002_step.py").unlink()
    asyncio.run(read_schema(empty_database_url, known_revisions(folder))).require_fit()
    assert migrate(empty_database_url, folder=folder) == []


def test_a_database_that_is_too_far_ahead_is_refused(empty_database_url: str, folder: Path) -> None:
    """A step that an old program cannot live with is stored as such, and refuses it."""
    add_revision(folder, "0001", "SELECT 1")
    add_revision(folder, "0002", "SELECT 1", additive=False)
    migrate(empty_database_url, folder=folder)
    (folder / "versions" / "0002_step.py").unlink()
    for refused in (
        lambda: migrate(empty_database_url, folder=folder),
        lambda: asyncio.run(read_schema(empty_database_url, known_revisions(folder))).require_fit(),
    ):
        with pytest.raises(MigrationNeeded, match=r"newer Counterpoint \(revision 0002\).*update this program"):
            refused()


def test_two_processes_migrate_at_once(empty_database_url: str) -> None:
    """Both end well, and every step is applied once."""
    command = [
        sys.executable,
        "-c",
        "import sys; from core.adapters.postgres.migrate import migrate; migrate(sys.argv[1])",
    ]
    both = [subprocess.Popen([*command, empty_database_url], cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]
    said = [process.communicate(timeout=180)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    rows = fetch(empty_database_url, "SELECT revision FROM schema_revisions ORDER BY revision")
    assert [row[0] for row in rows] == sorted(known_revisions())


def test_the_check_is_light() -> None:
    """A start with nothing to migrate imports neither Alembic nor SQLAlchemy."""
    program = "import sys; import core.adapters.postgres.migrate; print({'alembic', 'sqlalchemy'} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert answer.stdout.strip() == "set()"


def test_an_unreachable_database_is_named_without_its_password() -> None:
    """The message says where nobody answered, and keeps the secret."""
    dsn = "postgresql://someone:hunter2@127.0.0.1:1/song?sslmode=disable"
    with pytest.raises(Misconfigured, match=r"127\.0\.0\.1:1/song.*DATABASE_URL") as refusal:
        migrate(dsn)
    assert "hunter2" not in refusal.value.message
    assert place_of("postgresql://counterpoint@/counterpoint?host=/tmp/run&port=5432") == "/tmp/run"
    assert "hunter2" not in place_of("postgresql:///x?password=hunter2&host=/tmp/run")
