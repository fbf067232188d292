"""Where laws are computed, by one URL: DuckDB in this process, PostgreSQL, or a Spark cluster."""

from __future__ import annotations

from wingbeat.analytics.engines.opening import Engine, WrongEngine, open_engine

__all__ = ["Engine", "WrongEngine", "open_engine"]
