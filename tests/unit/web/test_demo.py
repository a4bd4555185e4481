"""The demo's files never replace those of an earlier one."""

from __future__ import annotations

from pathlib import Path

from web.demo import free_name


def test_a_take_is_called_as_no_file_there(tmp_path: Path) -> None:
    """The first has the plain name; later ones are numbered, and one format alone keeps the number for both."""
    assert free_name(tmp_path) == "written-together"
    (tmp_path / "written-together.flac").touch()
    assert free_name(tmp_path) == "written-together-2"
    (tmp_path / "written-together-2.wav").touch()
    (tmp_path / "written-together-4.wav").touch()
    assert free_name(tmp_path) == "written-together-3"
