"""The examples in the docstrings are run as they stand."""

from __future__ import annotations

import doctest
import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest

import wingbeat.stats

MODULES = [f"wingbeat.stats.{m.name}" for m in pkgutil.iter_modules(wingbeat.stats.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_every_docstring_example_gives_what_it_says(name: str) -> None:
    found = doctest.testmod(import_module(name))
    assert found.attempted > 0
    assert found.failed == 0


def test_results_load_neither_numpy_nor_scipy_nor_django() -> None:
    code = (
        "import sys, wingbeat.stats, wingbeat.stats.families, wingbeat.stats.charts;"
        "print([m for m in ('numpy', 'scipy', 'django', 'ibis') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
