"""The command line: `counterpoint VERB`. Each verb imports what it needs, so that a short one starts at once."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from core.errors import CounterpointError, Misconfigured
from core.roles import Role
from core.settings import Settings, read_settings
from web.children import COMPLAINT_PREFIX, WRONG_CONFIGURATION

Answer = TypeVar("Answer")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Data = Annotated[Path | None, typer.Option("--data", help="Folder of the database, the assets and the logs.")]
Host = Annotated[str | None, typer.Option(help="Address to listen on (127.0.0.1).")]
Port = Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on (8000); 0 takes a free one.")]
Lifeline = Annotated[bool, typer.Option("--lifeline", hidden=True, help="End when standard input does.")]


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(version("counterpoint"))
        raise typer.Exit


def main() -> None:
    """Run the command line; an error is one line that says what to do."""
    try:
        app()
    except Misconfigured as error:
        sys.stderr.write(f"{COMPLAINT_PREFIX}{error.message}\n")
        sys.exit(WRONG_CONFIGURATION)
    except CounterpointError as error:
        sys.stderr.write(f"{COMPLAINT_PREFIX}{error.message}\n")
        sys.exit(1)


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version.")
    ] = False,
) -> None:
    """A self-hosted studio in which people and AI agents write songs, personas and worlds together."""


@app.command()
def up(
    host: Host = None,
    port: Port = None,
    data: Data = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Put a song, a persona and a world into an empty studio.")
    ] = False,
) -> None:
    """Run the whole studio on this machine: database, web and worker. Ctrl-C stops it."""
    from web.supervisor import PROGRAM, Plan, Supervisor

    settings = read_settings(data_dir=data, host=host, port=port)
    if settings.redis_url:
        from core.adapters.redis import require_redis

        # Asked before a database is made and everything loaded, which takes seconds.
        asyncio.run(require_redis(settings.redis_url))
    plan = Plan(welcome=(*PROGRAM, "welcome", "--demo")) if demo else Plan()
    Supervisor(settings, say=_say, plan=plan).run()


@app.command()
def web(
    host: Host = None,
    port: Port = None,
    data: Data = None,
    descriptor: Annotated[int | None, typer.Option("--socket", hidden=True)] = None,
    lifeline: Lifeline = False,
) -> None:
    """Run one web process; for studios on several machines (DATABASE_URL, REDIS_URL)."""
    _hold(lifeline)
    from web.database import require_database
    from web.serve import serve

    serve(require_database(read_settings(data_dir=data, host=host, port=port)), descriptor)


@app.command()
def worker(data: Data = None, lifeline: Lifeline = False) -> None:
    """Run one worker process, which renders and does all other long work."""
    _hold(lifeline)
    from web.database import require_database
    from web.serve import work

    work(require_database(read_settings(data_dir=data)))


@app.command()
def migrate(data: Data = None) -> None:
    """Bring the database to this program's schema. Safe to repeat, and from several machines at once."""
    from core.adapters.postgres.migrate import migrate as run
    from web.database import with_database

    with with_database(read_settings(data_dir=data), _say) as settings:
        assert settings.database_url is not None
        applied = run(settings.database_url)
    if applied:
        _say(f"Migrated the database: {', '.join(applied)}")


@app.command()
def token(
    role: Annotated[Role, typer.Option(help="What its holder may do.")],
    name: Annotated[str | None, typer.Option(help="Whom it is for, as others read it.")] = None,
    data: Data = None,
) -> None:
    """Print a new API token. It is shown this once; `Authorization: Bearer TOKEN` carries it."""
    from web.foundation import open_foundation
    from web.tokens import issue_token

    async def issue(settings: Settings) -> str:
        async with open_foundation(settings) as foundation:
            return await issue_token(foundation.membership, role, name=name)

    typer.echo(_with_migrated_database(data, issue))


@app.command("sign-in")
def sign_in(data: Data = None) -> None:
    """Print a one-time link that signs in the first owner, again too; the one printed before opens nothing any more."""
    from web.address import running_address
    from web.foundation import open_foundation
    from web.tokens import owner_sign_in_link

    async def make(settings: Settings) -> str:
        # The studio may listen on a port of its own that this command was not told.
        public_url = settings.public_url or running_address(settings)
        async with open_foundation(replace(settings, public_url=public_url)) as foundation:
            return (await owner_sign_in_link(foundation.membership)).address

    typer.echo(_with_migrated_database(data, make))


@app.command()
def rebuild(
    name: Annotated[str, typer.Argument(help="The projection: documents, jobs, takes, versions.")], data: Data = None
) -> None:
    """Build a projection anew from the first event, beside the old one, and swap it in."""
    from web.compose import rebuild_projection

    async def run(settings: Settings) -> None:
        await rebuild_projection(settings, name)

    _with_migrated_database(data, run)
    _say(f"Rebuilt {name}")


@app.command()
def doctor(
    data: Data = None,
    verify: Annotated[bool, typer.Option("--verify", help="Check the hash chain of the whole log.")] = False,
) -> None:
    """Say what this program found here, and what is wrong with it."""
    from web.doctor import examine

    findings = examine(read_settings(data_dir=data), verify=verify, say=lambda line: typer.echo(line, err=True))
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.ok else 'BAD '} {finding.subject:<12} {finding.said}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


@app.command(hidden=True)
def welcome(demo: Annotated[bool, typer.Option("--demo")] = False) -> None:
    """Print what a person should know when the studio starts; with --demo, fill an empty one first."""
    from web.welcome import welcome_lines

    for line in asyncio.run(welcome_lines(read_settings(), demo=demo)):
        typer.echo(line)


@app.command()
def demo(
    data: Data = None,
    url: Annotated[str | None, typer.Option(help="Address of the running studio.")] = None,
    into: Annotated[Path, typer.Option(help="Folder for the audio.")] = Path("demo-take"),
) -> None:
    """Let two clients write a verse together in the running studio, and render the song."""
    from web.demo import make_folder, play

    make_folder(into)
    asyncio.run(play(read_settings(data_dir=data), url=url, folder=into, say=_say))


def _with_migrated_database(data: Path | None, run: Callable[[Settings], Coroutine[Any, Any, Answer]]) -> Answer:
    """Run a short command on the database there is, made fit first when it is the embedded one and not running."""
    from core.adapters.postgres.migrate import migrate as make_fit
    from web.database import with_database

    settings = read_settings(data_dir=data)
    with with_database(settings, _say_aside) as settings:
        assert settings.database_url is not None
        if read_settings().database_url is None:
            make_fit(settings.database_url)
        return asyncio.run(run(settings))


def _hold(lifeline: bool) -> None:
    if lifeline:
        from web.lifeline import end_with_parent

        end_with_parent()


def _say(line: str) -> None:
    typer.echo(line)


def _say_aside(line: str) -> None:
    """Tell progress where it does not mix with the answer."""
    typer.echo(line, err=True)


if __name__ == "__main__":
    main()
