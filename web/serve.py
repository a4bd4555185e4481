"""One web process: the application on a listening socket, until a signal ends it."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Coroutine
from contextlib import ExitStack
from typing import Any

import uvicorn
import uvloop
from pycrdt import Doc

from core.adapters.postgres.migrate import check
from core.limits import GARBAGE_OBJECTS, SHUTDOWN_SECONDS_MAX, THREAD_SWITCH_SECONDS
from core.settings import Settings
from web.compose import StudioApplication, compose_web, run_worker
from web.supervisor import listen
from web.transport import websocket_class


class Server(uvicorn.Server):
    """Uvicorn, which lets the studio save and acknowledge what is queued before it takes the sockets away."""

    def __init__(self, config: uvicorn.Config, application: StudioApplication) -> None:
        super().__init__(config)
        self._application = application
        application.on_failure = self._stop

    def _stop(self) -> None:
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to serve, with pauses as short as the interpreter allows."""
        # Its library loads a part of itself with the first document: nobody who opens one should wait for that.
        Doc()
        await super().startup(sockets)
        # What the program consists of stays; to look for garbage in it would stop everything for a tenth of a second.
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE_OBJECTS, *gc.get_threshold()[1:])
        sys.setswitchinterval(THREAD_SWITCH_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no new connections, save, then end."""
        for server in self.servers:
            server.close()
        await self._application.drain()
        await super().shutdown(sockets)


def serve(settings: Settings, descriptor: int | None = None) -> None:
    """Serve on an inherited socket, or on one of our own. Raises Misconfigured, MigrationNeeded before it listens."""
    assert settings.database_url is not None
    asyncio.run(check(settings.database_url))
    application = compose_web(settings)
    config = uvicorn.Config(
        application,
        loop="uvloop",
        http="httptools",
        ws=websocket_class(),
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(SHUTDOWN_SECONDS_MAX),
    )
    with ExitStack() as stack:
        if descriptor is None:
            listener = stack.enter_context(listen(settings.host, settings.port))
        else:
            listener = stack.enter_context(socket.socket(fileno=descriptor))
        try:
            Server(config, application).run(sockets=[listener])
        except SystemExit:  # Uvicorn's way to say that the application did not start; ours says why.
            if application.failure is None:
                raise
    if application.failure is not None:
        raise application.failure


def work(settings: Settings) -> None:
    """Run one worker process until SIGINT or SIGTERM; the jobs under way are handed back. Raises Misconfigured."""
    assert settings.database_url is not None
    asyncio.run(check(settings.database_url))
    uvloop.run(_until_asked_to_stop(run_worker(settings)))


async def _until_asked_to_stop(program: Coroutine[Any, Any, None]) -> None:
    """Cancel the program on SIGINT or SIGTERM; it ends in order."""
    task = asyncio.ensure_future(program)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        if not task.cancelled():
            raise
