"""DuckDB inside this process: the engine that needs nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import ibis
import pyarrow as pa


class DuckDB:
    """A database in memory, or in one file."""

    name = "duckdb"

    def __init__(self, path: str) -> None:
        # Extensions would be fetched from the net; nothing here needs one.
        self.connection = ibis.duckdb.connect(
            path or ":memory:", autoinstall_known_extensions=False
        )
        self._put: list[str] = []

    def put(self, name: str, table: pa.Table) -> Any:
        """Hold a table under a name, and return it as an Ibis table."""
        self._put.append(name)
        pa.default_memory_pool().release_unused()  # which the table before may have left behind
        return self.connection.create_table(name, table, overwrite=True)

    def close(self) -> None:
        """Drop what was put, and let go of the database."""
        for name in dict.fromkeys(self._put):
            self.connection.drop_table(name, force=True)
        self.connection.disconnect()


def open_at(url: str) -> DuckDB:
    """Open the database that the URL names."""
    return DuckDB(urlsplit(url).path)
