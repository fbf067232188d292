"""What every test begins with: nobody is present at the desk."""

from __future__ import annotations

from collections.abc import Iterator

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
