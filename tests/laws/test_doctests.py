"""Every example in the laws', the languages' and the analytics' own words runs."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
MODULES = sorted(
    str(path.relative_to(ROOT)).removesuffix(".py").replace("/", ".")
    for folder in ("language", "laws", "analytics")
    for path in (ROOT / "wingbeat" / folder).rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
def test_examples_run(name: str) -> None:
    failed, tried = doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS)
    assert tried > 0
    assert failed == 0
