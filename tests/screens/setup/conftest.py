"""Browsers of an owner, an admin and an agent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from tests import cast
from wingbeat.desk.people.models import Agent, Role


@pytest.fixture(autouse=True)
def no_old_counts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def olga(db: None) -> Agent:
    return cast.olga()


@pytest.fixture
def adam(db: None) -> Agent:
    """An admin."""
    return Agent.objects.invite(
        email="adam@desk.example", name="Adam Admin", role=Role.ADMIN, password="a quiet password"
    )


@pytest.fixture
def owner(olga: Agent) -> Client:
    return _browser(olga)


@pytest.fixture
def admin(adam: Agent) -> Client:
    return _browser(adam)


def _browser(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client
