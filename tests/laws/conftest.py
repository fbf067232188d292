"""Every engine behind one fixture, and nothing of a desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings

from tests import needs
from wingbeat.analytics.engines import Engine, open_engine

settings.register_profile("laws", deadline=None)  # the machine is shared
settings.load_profile("laws")

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nobody_is_here() -> None:
    """Nothing to forget: laws know no desk."""


@pytest.fixture(
    scope="session",
    params=["duckdb", "postgresql", pytest.param("spark", marks=pytest.mark.spark)],
)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Run a test once on every engine; what is missing on this machine skips with its reason."""
    url = {"duckdb": "duckdb://", "spark": "spark://local-cluster[2,1,512]"}.get(request.param)
    if request.param == "postgresql":
        url = needs.postgresql()
    if request.param == "spark":
        needs.spark()
    with open_engine(str(url)) as opened:
        yield opened


@pytest.fixture(scope="session")
def duckdb_engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def after(**span: float) -> datetime:
    """A time after the tests' Monday morning."""
    return BEGIN + timedelta(**span)


def rows_of(table: Any, *order: str) -> list[dict[str, Any]]:
    """The rows of an Ibis table, in a stated order."""
    return list(table.order_by(*order).to_pyarrow().to_pylist())


def seconds(at: datetime) -> int:
    return int(at.timestamp())
