"""A person with a stock npm client in a Node process of their own, driven from a test by questions and answers."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Final
from uuid import UUID

from tests.studio import Studio

HERE: Final = Path(__file__).parent
WIRES: Final = ("y-websocket", "hocuspocus")


class Person:
    """One stock client. Every method returns when the client has done it, or raises with what it saw instead."""

    def __init__(
        self, studio: Studio, document_id: UUID, wire: str, *, role: str = "editor", token: str | None = None
    ) -> None:
        self._process = subprocess.Popen(
            ["node", "actor.mjs"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        path = "sync" if wire == "y-websocket" else "collab"
        address = f"ws://127.0.0.1:{studio.port}/{path}"
        self.ask("open", wire=wire, url=address, name=str(document_id), token=token or studio.token(role))

    def __enter__(self) -> Person:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, command: str, **options: Any) -> Any:
        """Give a command and return its result."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"command": command, **options}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the client's process ended"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def insert(self, content: str, index: int = -1) -> None:
        """Type at a place; -1 is the end."""
        self.ask("insert", index=index, content=content)

    def remove(self, index: int, length: int) -> None:
        """Delete characters."""
        self.ask("remove", index=index, length=length)

    def wait(self, until: str, **options: Any) -> dict[str, Any]:
        """Wait until the client says so; return all it knows then."""
        return dict(self.ask("wait", until=until, **options))

    def look(self) -> dict[str, Any]:
        """Return all the client knows now."""
        return dict(self.ask("read"))

    @property
    def text(self) -> str:
        """Return the text as the client has it now."""
        return str(self.look()["text"])
