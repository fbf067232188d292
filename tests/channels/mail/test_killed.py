"""Senders killed at random moments: nothing lost, nothing doubled, each doubt shown."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest

from tests.channels.mail.desk_apart import environment
from tests.channels.mail.killing import kill_senders, seconds_until_shown


@contextlib.contextmanager
def a_database() -> Iterator[str]:
    """A database of its own on the server these tests run on; none means SQLite."""
    url = os.environ.get("WINGBEAT_DATABASE_URL", "")
    if not url:
        yield ""
        return
    import psycopg

    name = f"killed_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.slow
def test_ten_kills_lose_nothing_double_nothing_and_show_every_doubt(tmp_path: Path) -> None:
    with a_database() as url:
        outcome = kill_senders(environment(tmp_path / "home", url), replies=120, kills=10)
    assert (outcome.lost, outcome.doubled, outcome.not_shown) == ([], [], []), outcome
    assert outcome.in_doubt <= outcome.kills, outcome
    assert outcome.unfinished == 0, outcome


@pytest.mark.slow
def test_several_senders_at_once_share_the_work_and_double_nothing(tmp_path: Path) -> None:
    with a_database() as url:
        outcome = kill_senders(
            environment(tmp_path / "home", url), replies=240, kills=4, senders=2, seed=1
        )
    assert (outcome.lost, outcome.doubled, outcome.not_shown) == ([], [], []), outcome
    assert outcome.in_doubt <= outcome.kills, outcome
    assert outcome.unfinished == 0, outcome


@pytest.mark.slow
def test_a_doubt_is_shown_by_whoever_sends_next(tmp_path: Path) -> None:
    with a_database() as url:
        assert (
            seconds_until_shown(environment(tmp_path / "home", url)) < 60
        )  # of which a look takes two
