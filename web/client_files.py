"""The built browser client as it is handed out: every file once in memory, with the forms compressed at build time.

Files are read when the process starts and never again. So nothing in a request ever becomes a path on the disk, a build
that runs meanwhile cannot hand out half of two versions, and an answer costs no I/O. The bundle is a few megabytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from core.errors import Misconfigured
from core.limits import CLIENT_BYTES_MAX

#: Where `vite build` leaves the client, also inside an installed package.
BUILT_DIR: Final = Path(__file__).parent / "client" / "dist"
#: The page that every screen is.
INDEX: Final = "/index.html"
#: Codings of HTTP by the ending of the file beside the original, the best first.
CODINGS: Final = {"br": ".br", "gzip": ".gz"}
IDENTITY: Final = "identity"
MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
#: A name that changes with the content, as the bundler writes it: `main-B7n3_kQx.js`. A word alone is no hash.
HASHED: Final = re.compile(r"-(?=[A-Za-z_-]*[A-Z0-9_])[A-Za-z0-9_-]{8}\.[a-z0-9]+")
#: For ever: under this name it will never be anything else.
IMMUTABLE: Final = "public, max-age=31536000, immutable"
#: Ask every time whether it is still the same.
ASK: Final = "no-cache"
QUALITY: Final = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ClientFile:
    """One file of the client."""

    media_type: str
    cache_control: str
    #: Short hash of the content; the coding is added to it, because each form is a body of its own.
    digest: str
    #: Bodies by coding; `identity` is always there.
    bodies: Mapping[str, bytes]

    @property
    def varies(self) -> bool:
        """Say whether the answer depends on what the browser can unpack."""
        return len(self.bodies) > 1

    def coding_for(self, accept_encoding: str) -> str:
        """Return the best coding that the header allows (RFC 9110, 12.5.3); identity when it allows none."""
        qualities = _qualities(accept_encoding)
        wanted = [(qualities.get(name, qualities.get("*", 0.0)), name) for name in CODINGS if name in self.bodies]
        best = max(wanted, default=(0.0, IDENTITY), key=lambda pair: pair[0])
        # Identity is worth a choice of its own only when somebody says so.
        return best[1] if best[0] > 0 and best[0] >= qualities.get(IDENTITY, 0.0) else IDENTITY

    def tag(self, coding: str) -> str:
        """Return the entity tag of one form."""
        return f'"{self.digest}"' if coding == IDENTITY else f'"{self.digest}-{coding}"'


@dataclass(frozen=True, slots=True)
class ClientFiles:
    """The files of one build by their path in the address, such as `/static/main-B7n3_kQx.js`."""

    files: Mapping[str, ClientFile]

    @property
    def index(self) -> ClientFile | None:
        """Return the page every screen is; None: the client has not been built."""
        return self.files.get(INDEX)

    def at(self, path: str) -> ClientFile | None:
        """Return the file with exactly this path, or None."""
        return self.files.get(path)


def read_client(folder: Path | None = None) -> ClientFiles:
    """Read a build, by default the one beside this program; no files when there is none.

    Raises Misconfigured when the folder holds far more than a client.
    """
    root = folder or BUILT_DIR
    if not (root / INDEX[1:]).is_file():
        return ClientFiles({})
    found = {f"/{path.relative_to(root).as_posix()}": path for path in _regular_files(root)}
    size = sum(path.stat().st_size for path in found.values())
    if size > CLIENT_BYTES_MAX:
        raise Misconfigured(f"{root} holds {size} bytes, which is no build of the client: build it again")
    compressed = {
        name for name in found for ending in CODINGS.values() if name.removesuffix(ending) in found.keys() - {name}
    }
    return ClientFiles({name: _read(name, found) for name in found if name not in compressed})


def is_built(folder: Path | None = None) -> bool:
    """Say whether there is a client to hand out, without reading it."""
    return ((folder or BUILT_DIR) / INDEX[1:]).is_file()


def _regular_files(root: Path) -> Iterator[Path]:
    """Yield the files of a build; what is linked in from elsewhere is no part of it."""
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.resolve().is_relative_to(root.resolve()):
            yield path


def _read(name: str, found: Mapping[str, Path]) -> ClientFile:
    body = found[name].read_bytes()
    bodies = {IDENTITY: body}
    for coding, ending in CODINGS.items():
        if name + ending in found:
            bodies[coding] = found[name + ending].read_bytes()
    return ClientFile(
        media_type=MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream"),
        cache_control=IMMUTABLE if HASHED.search(name) else ASK,
        digest=sha256(body).hexdigest()[:32],
        bodies=bodies,
    )


def _qualities(header: str) -> dict[str, float]:
    """Return how much each coding is wanted; one that is named without a number is wanted fully."""
    qualities = {}
    for part in header.split(","):
        name, _, parameter = part.partition(";")
        given = QUALITY.fullmatch(parameter.strip()) if parameter else None
        if parameter and given is None:
            continue
        qualities[name.strip().lower()] = float(given.group(1)) if given else 1.0
    return qualities
