"""What the tests of the screens' catalogs share: reading one, and finding what the code marks."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import templatize

import wingbeat
from tests import needs
from tools import catalogues, words

PACKAGE = Path(wingbeat.__file__).parent
DESK = PACKAGE / "screens" / "locale"
CUSTOMER = PACKAGE / "screens" / "customer" / "locale"
KEYWORDS = (
    "gettext_noop", "gettext_lazy", "ngettext_lazy:1,2", "pgettext:1c,2", "pgettext_lazy:1c,2",
    *words.OWN_NAMES,
)  # fmt: skip
SUFFIXES = {".py", ".html", ".txt"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w+\}")


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        needs.missing(name, "apt-get install gettext")
    return str(found)


def entries(locale: Path, language: str) -> dict[str, str]:
    """Return what is said and how; the forms of a plural stand joined by NUL."""
    text = (locale / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    told = catalogues.read(text)
    return {key: value for key, value in told.items() if key}


def guesses(locale: Path, language: str) -> list[str]:
    """Return the lines that say an entry is only guessed."""
    text = (locale / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith("#,") and "fuzzy" in line]


def is_compiled(locale: Path, language: str, scratch: Path) -> bool:
    """Compile a catalog again, checking its formats, and compare it byte for byte."""
    folder, again = locale / language / "LC_MESSAGES", scratch / "django.mo"
    command = [tool("msgfmt"), "--check-format", "-o", str(again), str(folder / "django.po")]
    subprocess.run(command, check=True)
    return again.read_bytes() == (folder / "django.mo").read_bytes()


def unsaid(told: dict[str, str]) -> list[str]:
    """Return what has no translation, or lacks one of its plural's forms."""
    return sorted(key for key, value in told.items() if not all(value.split("\0")))


def misfilled(told: dict[str, str]) -> list[str]:
    """Return what fills in something else than the English; a plural's form may leave one out."""
    wrong = []
    for key, value in told.items():
        asked, is_plural = set(PLACEHOLDER.findall(key)), "\0" in key
        for form in value.split("\0"):
            filled = set(PLACEHOLDER.findall(form))
            if filled - asked or (asked - filled and not is_plural):
                wrong.append(key)
    return sorted(wrong)


def marked(sources: Iterable[Path], scratch: Path) -> set[str]:
    """Return every sentence that code and templates mark for translation, as gettext finds it."""
    copies = []
    for number, path in enumerate(sources):
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            text = templatize(text, origin=str(path))
        copies.append(scratch / f"{number}.py")
        copies[-1].write_text(text, encoding="utf-8")
    found = subprocess.run(
        [tool("xgettext"), "--from-code=UTF-8", "--language=Python", "--no-location", "--no-wrap",
         "--output=-", *(f"--keyword={name}" for name in KEYWORDS),
         *map(str, copies)],
        check=True, capture_output=True, encoding="utf-8",
    ).stdout  # fmt: skip
    return {key for key in catalogues.read(found) if key}


def sources(*, of_customer: bool) -> list[Path]:
    """Return the files that could mark words for a catalog; the laws have catalogs of their own."""
    return [
        path
        for path in sorted(PACKAGE.rglob("*.*"))
        if path.suffix in SUFFIXES
        and not path.is_relative_to(PACKAGE / "laws")
        and path.is_relative_to(CUSTOMER.parent) == of_customer
    ]
