"""Browsers of the cast, without and with a screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache, caches
from django.test import Client

from tests import cast
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent

ClientOf = Callable[[Agent], Client]


@pytest.fixture
def client_of() -> ClientOf:
    """Log an agent in."""

    def log_in(agent: Agent) -> Client:
        client = Client()
        client.force_login(agent)
        return client

    return log_in


@pytest.fixture
def ada(db: None) -> Agent:
    return cast.ada()


@pytest.fixture
def support(ada: Agent) -> Inbox:
    """The inbox that Ada and Max read."""
    return cast.support(ada, cast.max_())


@pytest.fixture
def desk(ada: Agent, support: Inbox, client_of: ClientOf) -> Client:
    """Ada's browser, at a desk with one inbox."""
    return client_of(ada)


@pytest.fixture(autouse=True)
def no_old_counts() -> None:
    cache.clear()
    caches["panels"].clear()
