"""Write docs/run/options.md and docs/run/options.env from the table of options.

The test suite fails when they are not what this writes.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from wingbeat.config.options import OPTIONS, Option

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "run"
HEAD = """# Options

Every option of the desk is an environment variable. This page is made from the table in
`wingbeat/config/options.py` by `just docs`; [options.env](options.env) is the same as a file to
start from. A value that cannot be used, or a name that is none of these, stops the start and says
which values can.
"""
ENV_HEAD = "# Every option of the desk with its default. See options.md.\n"


def page() -> str:
    return HEAD + "".join(_section(option) for option in OPTIONS)


def sample() -> str:
    lines = (f"\n# {option.help}\n#{option.variable}={option.default}\n" for option in OPTIONS)
    return ENV_HEAD + "".join(lines)


def _section(option: Option) -> str:
    default = f"`{option.default}`" if option.default else "empty"
    secret = " It is a secret: keep it out of files that others read." if option.is_secret else ""
    return (
        f"\n## {option.variable}\n\n{option.help}{secret}\n\n{option.takes} Default: {default}.\n"
    )


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "options.md").write_text(page())
    (FOLDER / "options.env").write_text(sample())
