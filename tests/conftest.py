"""What every test begins with: nobody is present at the desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def nobody_is_here() -> Iterator[None]:
    """Forget signs of presence: they live in the process, and outlive a test's database."""
    yield
    from wingbeat.desk.conversations.presence import registry

    registry.forget_all()
