"""Each test of the API begins with keys that have asked for nothing yet."""

from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nothing_asked_yet() -> None:
    """Empty what counts the requests of a key: the keys of all tests have the same numbers."""
    cache.clear()
