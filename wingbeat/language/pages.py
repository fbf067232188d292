"""Reads the pages of a language's folder, which a person who does not program can read and mend."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from wingbeat.language.phrases import Phrases

HERE = Path(__file__).parent


@cache
def page(language: str, name: str) -> dict[str, Any]:
    """Return a page, such as `page("de", "dates")` of `de/dates.toml`.

    What `[words]` in it lists under a name stands wherever the page says that `<name>`.
    """
    text = (HERE / language / f"{name}.toml").read_text(encoding="utf-8")
    for word, meant in tomllib.loads(text).get("words", {}).items():
        text = text.replace(f"<{word}>", meant)
    return {key: told for key, told in tomllib.loads(text).items() if key != "words"}


@cache
def phrases_of(language: str, name: str) -> Phrases:
    """Return a page's phrases by what they say; `-` takes it back, `~` where no day is named."""
    labelled: list[tuple[str, str]] = []
    for label, told in page(language, name).items():
        labelled += [(phrase, label) for phrase, _example in told.get("phrases", ())]
        labelled += [(phrase, f"-{label}") for phrase, _example in told.get("unless", ())]
        labelled += [(phrase, f"~{label}") for phrase, _example in told.get("undated", ())]
    return Phrases(labelled)
