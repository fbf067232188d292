"""The laws stand alone: a bare interpreter imports them, and light advice stays light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from wingbeat.laws import LAWS

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "wingbeat" / "laws"
HEAVY = ("django", "ibis", "numpy", "scipy", "pandas", "pyarrow", "duckdb")
LIGHT = sorted(
    [
        *(f"wingbeat.laws.{path.parent.name}.{path.stem}" for path in FOLDER.glob("*/coach.py")),
        *(f"wingbeat.laws.{path.parent.name}.{path.stem}" for path in FOLDER.glob("*/policy.py")),
        *(f"wingbeat.laws.{path.stem}" for path in FOLDER.glob("moments.py")),
        "wingbeat.laws.facts", "wingbeat.laws.policy", "wingbeat.laws.wording",
    ]
)  # fmt: skip


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT,
        env={"PATH": "/usr/bin"},
    ).stdout  # fmt: skip


def test_light_advice_loads_nothing_heavy() -> None:
    imports = "\n".join(f"import {name}" for name in LIGHT)
    told = run(f"{imports}\nimport sys\nprint([one for one in {HEAVY} if one in sys.modules])")
    assert told.strip() == "[]"


def test_importing_a_law_loads_nothing_heavy() -> None:
    imports = "\n".join(f"from wingbeat.laws import {law}" for law in LAWS)
    told = run(f"{imports}\nimport sys\nprint([one for one in {HEAVY} if one in sys.modules])")
    assert told.strip() == "[]"


@pytest.mark.parametrize("law", LAWS)
def test_a_law_reports_where_django_cannot_be_imported(law: str) -> None:
    told = run(
        "import sys\nsys.modules['django'] = None\n"
        f"from wingbeat.laws.registry import report_of\nprint(report_of({law!r}).NEEDS)"
    )
    assert told
