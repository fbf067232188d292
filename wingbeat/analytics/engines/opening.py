"""Opens an engine by its URL. The engines' own packages load only when one is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Protocol

import pyarrow as pa

KINDS = {
    "duckdb": "duckdb:// in memory, or duckdb:///folder/file.duckdb",
    "postgresql": "postgresql://user@host/database",
    "spark": "spark://local[2], spark://local-cluster[2,1,1024], or spark://host:7077",
}


class WrongEngine(ValueError):
    """No such engine, or it cannot be reached; the text says what is allowed or what is missing."""


class Engine(Protocol):
    """A place that holds tables and computes Ibis expressions over them."""

    name: str

    def put(self, name: str, table: pa.Table) -> Any:
        """Hold a table under a name, and return it as an Ibis table."""
        ...

    def close(self) -> None:
        """Drop what was put, and let go of the engine."""
        ...


@contextmanager
def open_engine(url: str = "duckdb://") -> Iterator[Engine]:
    """Open an engine, and close it in the end.

    >>> with open_engine() as engine:
    ...     numbers = engine.put("numbers", pa.table({"n": [1, 2, 3]}))
    ...     int(numbers.n.sum().to_pyarrow().as_py())
    6
    """
    kind = url.partition("://")[0]  # a Spark master's brackets are no legal URL
    if kind not in KINDS:
        legal = "; ".join(KINDS.values())
        raise WrongEngine(f"engine {url!r}: no such kind; use one of: {legal}")
    try:
        engine = import_module(f"wingbeat.analytics.engines.{kind}").open_at(url)
    except ImportError as error:
        extra = {"postgresql": "postgres", "spark": "spark"}.get(kind, kind)
        raise WrongEngine(
            f"engine {url!r}: {error.name} is not installed; use pip install 'wingbeat[{extra}]'"
        ) from error
    try:
        yield engine
    finally:
        engine.close()
