"""Settings are read once, and a wrong one is refused by name before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import Misconfigured
from core.settings import read_settings

ADDRESS = "must start with http:// or https:// and name a host"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        *(
            ("COUNTERPOINT_URL", value, ADDRESS)
            for value in ("foo", "foo.example:80", "ftp://a", "http://", "https:/a")
        ),
        *(("COUNTERPOINT_URL", value, ADDRESS) for value in ("http://[::1", "http://a:b", "http://a:99999", "//a")),
        *(
            ("COUNTERPOINT_LOG_LEVEL", value, "must be one of debug, info, warning, error")
            for value in ("loud", "INFO", " info")
        ),
        ("COUNTERPOINT_PORT", "65536", "must be a whole number from 0 to 65535"),
        ("COUNTERPOINT_WORKER_THREADS", "0", "must be a whole number from 1 to 64"),
        *(
            ("COUNTERPOINT_WORKSPACE", value, "must be one line of at most 80 characters")
            for value in ("x" * 81, "a\nb", "a\x00")
        ),
        ("COUNTERPOINT_CLIENT", "/nowhere/at/all", "must be a folder that exists"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: str, said: str) -> None:
    """The message carries the variable, its value and what it must be."""
    with pytest.raises(Misconfigured) as refusal:
        read_settings({name: value})
    assert refusal.value.message == f"{name}={value!r} {said}"


@pytest.mark.parametrize("url", ["nonsense", "http://:secret@a", "redis://:secret@a:b", "//a", "redis://[a"])
def test_an_address_that_is_none_of_redis_is_refused_without_its_password(url: str) -> None:
    """The line says what it must look like."""
    with pytest.raises(Misconfigured, match=r"^REDIS_URL is malformed: it must look like redis://") as refusal:
        read_settings({"REDIS_URL": url})
    assert "secret" not in refusal.value.message


@pytest.mark.parametrize("url", ["redis://127.0.0.1:6379/0", "rediss://:secret@a", "unix:///run/redis.sock"])
def test_an_address_of_redis_is_taken_as_it_is(url: str) -> None:
    """Three schemes are known."""
    assert read_settings({"REDIS_URL": url}).redis_url == url


@pytest.mark.parametrize("url", ["http://a", "https://studio.example/", "http://[::1]:8000", "https://a.example:8443"])
def test_an_address_people_type_is_taken(url: str) -> None:
    """It is the base of every link, without the slash at its end."""
    assert read_settings({"COUNTERPOINT_URL": url}).base_url == url.rstrip("/")


def test_an_empty_value_is_the_default() -> None:
    """A variable that is set to nothing says nothing."""
    empty = dict.fromkeys(("COUNTERPOINT_URL", "COUNTERPOINT_LOG_LEVEL", "COUNTERPOINT_PORT", "DATABASE_URL"), "")
    assert read_settings(empty) == read_settings({})


def test_a_data_folder_may_begin_with_the_home_folder() -> None:
    """Quotes keep the shell from reading `~`; the program does."""
    assert read_settings({}, data_dir=Path("~/studio")).data_dir == Path.home().resolve() / "studio"
