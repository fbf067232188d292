"""What every test begins with: nobody is present at the desk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests in one process where several test at once: they share what it sets up.

    So do all tests on Spark: a cluster takes long to start.
    """
    for item in items:
        group = "spark" if item.get_closest_marker("spark") else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(autouse=True)
def nobody_is_here() -> Iterator[None]:
    """Forget signs of presence: they live in the process, and outlive a test's database."""
    yield
    forget_who_is_here()


def forget_who_is_here() -> None:
    from wingbeat.desk.conversations.presence import registry

    registry._signs.clear()
    registry._shown.clear()


@pytest.fixture(scope="session", autouse=True)
def empty_by_deleting() -> Iterator[None]:
    """Empty PostgreSQL's tables after a test by DELETE: TRUNCATE makes a new file of each of them.

    Foreign keys are checked at the end of the transaction, so the order does not matter.
    """
    from django.db import connection

    def deletes(self: Any, style: Any, tables: list[str], **_: bool) -> list[str]:
        return [f"DELETE FROM {self.quote_name(table)}" for table in tables]

    with pytest.MonkeyPatch.context() as patched:
        if connection.vendor == "postgresql":
            patched.setattr(type(connection.ops), "sql_flush", deletes)
        yield
