"""Print the sizes that keep the house simple, and fail when a budget is passed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

LINES, TABLES, DEPENDENCIES, FILE, FUNCTION = 73_400, 120, 32, 400, 40


def product_files() -> list[Path]:
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "wingbeat"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    paths = map(Path, tracked)
    return [p for p in paths if p.suffix == ".py" and "migrations" not in p.parts and p.exists()]


def long_functions(path: Path) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION:
                found.append((lines, f"{path}:{node.lineno} {node.name}"))
    return found


def tables() -> int:
    os.environ["WINGBEAT_HOME"] = tempfile.mkdtemp()
    os.environ["DJANGO_SETTINGS_MODULE"] = "wingbeat.config.settings"
    import django

    django.setup()
    from django.apps import apps

    return sum(1 for model in apps.get_models(include_auto_created=True) if model._meta.managed)


def main() -> int:
    files = product_files()
    lines = {path: path.read_text().count("\n") for path in files}
    direct = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    count = len(direct["dependencies"])
    tables_now = tables()
    functions = [row for path in files for row in long_functions(path)]
    long_files = [(n, str(path)) for path, n in lines.items() if n > FILE]
    print(f"lines of Python   {sum(lines.values()):6} of {LINES}")
    print(f"tables            {tables_now:6} of {TABLES}")
    print(f"dependencies      {count:6} of {DEPENDENCIES}")
    print(f"median file       {sorted(lines.values())[len(lines) // 2]:6}")
    for size, name in sorted(long_files + functions, reverse=True):
        print(f"too long: {size:4} {name}")
    over = sum(lines.values()) > LINES or tables_now > TABLES or count > DEPENDENCIES
    return 1 if over or long_files or functions else 0


if __name__ == "__main__":
    sys.exit(main())
