"""One writing process for test_log_processes.py: appends to shared and to own streams, and reports what was stored."""

from __future__ import annotations

import asyncio
import json
import random
import sys
from uuid import UUID

from core.adapters.postgres.pool import open_pool
from core.errors import StreamMoved
from core.events import Kind
from tests.contracts.logs import fact, joined, postgres_log, update


async def main(dsn: str, number: int, seed: int, appends: int, shared: list[UUID]) -> None:
    rng = random.Random(seed * 100 + number)
    own = UUID(int=rng.getrandbits(128))
    stored: list[tuple[int, int, str]] = []
    moved = 0
    async with open_pool(dsn, connections_max=2) as pool, postgres_log(dsn, pool) as log:

        async def write_to(stream_id: UUID, name: str) -> None:
            nonlocal moved
            for n in range(appends):
                mark = f"{name}-{n}".encode()
                while True:
                    version = (await log.head(stream_id, Kind.UPDATE)).version
                    append = update(stream_id, version, *[mark] * rng.randint(1, 3))
                    if n % 10 == 0:
                        append = joined(append, fact(UUID(int=rng.getrandbits(128)), 0))
                    try:
                        first, last = await log.append(append)
                    except StreamMoved:
                        moved += 1
                    else:
                        stored.append((first, last, mark.decode()))
                        break

        await asyncio.gather(
            write_to(own, f"own{number}"), *[write_to(stream, f"w{number}s{i}") for i, stream in enumerate(shared)]
        )
    sys.stdout.write(json.dumps({"stored": stored, "moved": moved}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], *map(int, sys.argv[2:5]), [UUID(text) for text in sys.argv[5:]]))
