"""The wheel carries the built client and serves it; of its source it carries nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.services.servers import ROOT

PAGE = '<!doctype html><script type="module" src="/static/main-B7n3_kQx.js"></script>'
#: Asks the installed package alone what it would hand out.
QUESTION = """
import web.client_files as files
client = files.read_client()
assert files.is_built() and client.index is not None, files.BUILT_DIR
print(files.__file__, *sorted(client.files), sorted(client.at("/static/main-B7n3_kQx.js").bodies))
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what git holds here, and what lies about in a folder somebody works in."""
    folder = tmp_path_factory.mktemp("source")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in listed.decode().split("\0"):
        if name and not name.startswith("tests/") and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    package = folder / "web/client/node_modules/left-pad/index.js"
    package.parent.mkdir(parents=True)
    package.write_text("module.exports = 1")
    return folder


def built_wheel(source: Path, target: Path) -> Path:
    """Build a wheel as `pip wheel .` does, without a network."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(target)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stderr
    return next(target.glob("*.whl"))


def test_the_wheel_carries_the_built_client(source: Path, tmp_path: Path) -> None:
    """The page, hashed files and their compressed forms; no source, no packages; and the program finds them there."""
    dist = source / "web/client/dist"
    (dist / "static").mkdir(parents=True)
    (dist / "index.html").write_text(PAGE)
    (dist / "icon.svg").write_text("<svg/>")
    for ending in ("", ".br", ".gz"):
        (dist / f"static/main-B7n3_kQx.js{ending}").write_text("script")
    wheel = built_wheel(source, tmp_path)
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if name.startswith("web/client/")}
        archive.extractall(tmp_path / "installed")
    script = "web/client/dist/static/main-B7n3_kQx.js"
    assert names == {
        "web/client/dist/index.html", "web/client/dist/icon.svg", script, f"{script}.br", f"{script}.gz",
    }  # fmt: skip
    told = subprocess.run(
        [sys.executable, "-P", "-c", QUESTION], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(tmp_path / "installed"), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith(str(tmp_path / "installed"))
    assert "/icon.svg /index.html /static/main-B7n3_kQx.js ['br', 'gzip', 'identity']" in told.stdout


def test_a_wheel_without_a_build_is_a_wheel(source: Path, tmp_path: Path) -> None:
    """Without npm there is a program with an API, and nothing of the client at all."""
    shutil.rmtree(source / "web/client/dist", ignore_errors=True)
    with ZipFile(built_wheel(source, tmp_path)) as archive:
        names = archive.namelist()
    assert not [name for name in names if name.startswith("web/client/")]
    assert "web/client_files.py" in names
    assert "web/api/pages.py" in names
