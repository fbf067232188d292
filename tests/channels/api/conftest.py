"""Each test of the API begins with keys that have asked for nothing yet."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from tests import cast
from tests.channels.api import Program
from wingbeat.channels.api.models import Scope
from wingbeat.desk.conversations.inbox import Inbox


@pytest.fixture(autouse=True)
def _nothing_asked_yet() -> None:
    """Empty what counts the requests of a key: the keys of all tests have the same numbers."""
    cache.clear()


@pytest.fixture
def inbox() -> Inbox:
    return cast.support(cast.ada(), cast.olga())


@pytest.fixture
def olga(inbox: Inbox) -> Program:
    return Program.of(cast.olga(), Scope.ADMIN)


def wrong(told: dict[str, Any]) -> dict[str, str]:
    return {one["field"]: one["message"] for one in told["error"]["fields"]}
