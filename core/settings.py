"""Settings, and the only reader of the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from core.errors import Misconfigured
from core.limits import NAME_CHARS_MAX

#: From the most talkative to the quietest.
LOG_LEVELS: Final = ("debug", "info", "warning", "error")
#: What `redis.from_url` understands.
REDIS_SCHEMES: Final = ("redis", "rediss", "unix")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a process needs to know before it starts. Built once, at the root, and passed down."""

    #: Folder of the embedded database, the assets and the demo marker.
    data_dir: Path
    #: A PostgreSQL server to use instead of the embedded one (`DATABASE_URL`), or None.
    database_url: str | None = None
    #: A Redis server for wake-ups and fan-out between nodes (`REDIS_URL`), or None for one machine.
    redis_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    #: Address people type, for sign-in links and the Origin check; None means http://host:port.
    public_url: str | None = None
    log_level: str = "info"
    #: Threads that run jobs in one worker process.
    worker_threads: int = 2
    #: How this workspace is called on screens.
    workspace_name: str = "Counterpoint"
    #: A folder with another build of the browser client, or None for the one beside the program.
    client_dir: Path | None = None

    @property
    def base_url(self) -> str:
        """Return the address in links, without a trailing slash."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        return f"http://{host}:{self.port}"

    @property
    def assets_dir(self) -> Path:
        """Return the folder of assets by content hash."""
        return self.data_dir / "assets"


def read_settings(
    environment: Mapping[str, str] = os.environ,
    *,
    data_dir: Path | None = None,
    host: str | None = None,
    port: int | None = None,
) -> Settings:
    """Read the environment once; arguments of the command line win over it.

    Raises Misconfigured when a value is not what it must be, with the name of the variable.
    """
    return Settings(
        data_dir=(data_dir or Path(environment.get("COUNTERPOINT_DATA", ".counterpoint"))).expanduser().resolve(),
        database_url=environment.get("DATABASE_URL") or None,
        redis_url=_redis_address(environment, "REDIS_URL"),
        host=host or environment.get("COUNTERPOINT_HOST", "127.0.0.1"),
        port=port if port is not None else _number(environment, "COUNTERPOINT_PORT", 8000, 0, 65535),
        public_url=_web_address(environment, "COUNTERPOINT_URL"),
        log_level=_one_of(environment, "COUNTERPOINT_LOG_LEVEL", LOG_LEVELS, "info"),
        worker_threads=_number(environment, "COUNTERPOINT_WORKER_THREADS", 2, 1, 64),
        workspace_name=_line(environment, "COUNTERPOINT_WORKSPACE", "Counterpoint"),
        client_dir=_folder(environment, "COUNTERPOINT_CLIENT"),
    )


def child_environment(settings: Settings) -> dict[str, str]:
    """Return an environment in which a child process reads these same settings."""
    told = {
        "COUNTERPOINT_DATA": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "COUNTERPOINT_HOST": settings.host,
        "COUNTERPOINT_PORT": str(settings.port),
        "COUNTERPOINT_URL": settings.public_url,
        "COUNTERPOINT_LOG_LEVEL": settings.log_level,
        "COUNTERPOINT_WORKER_THREADS": str(settings.worker_threads),
        "COUNTERPOINT_WORKSPACE": settings.workspace_name,
        "COUNTERPOINT_CLIENT": str(settings.client_dir) if settings.client_dir else None,
    }
    return {**os.environ, **{name: value or "" for name, value in told.items()}}


def _number(environment: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    if not text.isdigit() or not low <= int(text) <= high:
        raise Misconfigured(f"{name}={text!r} must be a whole number from {low} to {high}")
    return int(text)


def _line(environment: Mapping[str, str], name: str, default: str) -> str:
    text = environment.get(name, "").strip() or default
    if len(text) > NAME_CHARS_MAX or not text.isprintable():
        raise Misconfigured(f"{name}={text!r} must be one line of at most {NAME_CHARS_MAX} characters")
    return text


def _folder(environment: Mapping[str, str], name: str) -> Path | None:
    text = environment.get(name, "")
    if not text:
        return None
    folder = Path(text).expanduser().resolve()
    if not folder.is_dir():
        raise Misconfigured(f"{name}={text!r} must be a folder that exists")
    return folder


def _web_address(environment: Mapping[str, str], name: str) -> str | None:
    text = environment.get(name, "")
    if not text:
        return None
    try:
        parts = urlsplit(text)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # Brackets without a partner, a port that is no number.
        right = False
    if not right:
        raise Misconfigured(f"{name}={text!r} must start with http:// or https:// and name a host")
    return text


def _redis_address(environment: Mapping[str, str], name: str) -> str | None:
    text = environment.get(name, "")
    try:
        parts = urlsplit(text)
        right = parts.scheme in REDIS_SCHEMES and (parts.port is None or parts.port > 0)
    except ValueError:
        right = False
    if text and not right:
        # It may hold a password, so it is not said again.
        raise Misconfigured(f"{name} is malformed: it must look like redis://:password@host:6379/0")
    return text or None


def _one_of(environment: Mapping[str, str], name: str, known: Sequence[str], default: str) -> str:
    text = environment.get(name, "") or default
    if text not in known:
        raise Misconfigured(f"{name}={text!r} must be one of {', '.join(known)}")
    return text
