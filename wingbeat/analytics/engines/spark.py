"""Spark: the distributed engine, on one machine's cores or on a cluster with worker processes."""

from __future__ import annotations

import logging
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
from ibis.backends.pyspark import Backend
from ibis.formats.pyarrow import PyArrowData
from pyspark.sql import SparkSession


class ByArrow(Backend):  # type: ignore[misc]  # Ibis builds it at run time
    """Ibis on Spark, read as Arrow: through pandas, whole numbers with gaps would become floats."""

    def to_pyarrow(
        self, expr: Any, /, *, params: Any = None, limit: Any = None, **_options: Any
    ) -> Any:
        """Compute an expression, and return it as an Arrow table, column or scalar."""
        table = expr.as_table()
        self._run_pre_execute_hooks(expr)
        with self._safe_raw_sql(self.compile(table, params=params, limit=limit)) as query:
            read = query.toArrow()
        return expr.__pyarrow_result__(PyArrowData.convert_table(read, table.schema()))


class Spark:
    """A session at a Spark master; tables reach its workers as Parquet files in a folder."""

    name = "spark"

    def __init__(self, master: str) -> None:
        builder: Any = SparkSession.builder
        self.session = (
            builder.master(master)
            .appName("wingbeat laws")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.executor.memory", "512m")
            .getOrCreate()
        )
        self.session.sparkContext.setLogLevel("ERROR")
        logging.getLogger("py4j").setLevel(logging.ERROR)  # it says good-bye after the end
        ByArrow.register_options()
        self.connection = ByArrow().connect(self.session)
        self._folder = tempfile.TemporaryDirectory(prefix="wingbeat-spark-")

    def put(self, name: str, table: pa.Table) -> Any:
        """Hold a table under a name, and return it as an Ibis table."""
        folder = Path(self._folder.name, name)
        shutil.rmtree(folder, ignore_errors=True)  # an earlier table of that name
        folder.mkdir()
        half = max(1, table.num_rows // 2)
        for part, start in enumerate(range(0, max(1, table.num_rows), half)):
            pa.parquet.write_table(table.slice(start, half), folder / f"{part}.parquet")
        self.session.read.parquet(str(folder)).createOrReplaceTempView(name)
        return self.connection.table(name)

    def close(self) -> None:
        """Stop the session."""
        self.session.stop()
        self._folder.cleanup()


def open_at(url: str) -> Spark:
    """Open the master that the URL names: `spark://local[2]` or a cluster's own address."""
    rest = url.removeprefix("spark://")
    return Spark(rest if rest.startswith("local") else url)
