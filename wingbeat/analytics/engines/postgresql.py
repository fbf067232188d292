"""PostgreSQL: the tables of a run live in a schema of their own that vanishes with it."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import ibis
import psycopg
import pyarrow as pa
import pyarrow.csv

from wingbeat.analytics.engines.opening import WrongEngine


class PostgreSQL:
    """One database of a server."""

    name = "postgresql"

    def __init__(self, url: str) -> None:
        try:
            self.connection = ibis.connect(url.replace("postgresql://", "postgres://", 1))
        except psycopg.OperationalError as error:
            raise WrongEngine(f"engine {url!r} cannot be reached: {error}") from error
        self.schema = f"wingbeat_laws_{uuid4().hex[:12]}"
        self.connection.raw_sql(f'CREATE SCHEMA "{self.schema}"').close()
        self.connection.con.commit()

    def put(self, name: str, table: pa.Table) -> Any:
        """Hold a table under a name, and return it as an Ibis table."""
        self.connection.create_table(
            name,
            schema=ibis.Schema.from_pyarrow(table.schema),
            database=self.schema,
            overwrite=True,
        )
        # COPY takes some 300,000 rows a second, Ibis' own inserts a tenth of that.
        text = io.BytesIO()
        pyarrow.csv.write_csv(table, text, pyarrow.csv.WriteOptions(include_header=False))
        copying = f'COPY "{self.schema}"."{name}" FROM STDIN WITH (FORMAT csv)'
        with self.connection.con.cursor() as cursor, cursor.copy(copying) as copy:
            copy.write(text.getvalue())
        self.connection.con.commit()
        return self.connection.table(name, database=self.schema)

    def close(self) -> None:
        """Drop the schema, and let go of the server."""
        self.connection.con.rollback()
        self.connection.raw_sql(f'DROP SCHEMA "{self.schema}" CASCADE').close()
        self.connection.con.commit()
        self.connection.disconnect()


def open_at(url: str) -> PostgreSQL:
    """Open the database that the URL names."""
    return PostgreSQL(url)
