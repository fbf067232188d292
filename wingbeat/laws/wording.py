"""Speaks what the laws say, in the reader's language, from standard gettext catalogues."""

from __future__ import annotations

import gettext
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import as_file, files
from math import isinf

from wingbeat.laws.readings import Says

FALLBACK = "en"


class NoWording(LookupError):
    """No catalogue has the sentence."""


def speak(says: Says, *, law: str, language: str = FALLBACK) -> str:
    """Return the sentence in a language, or in English where the law does not speak it yet.

    Sentences that every law shares (`not_enough`) stand in the catalogue `shared`. The value
    `n` chooses the plural. A code among the values is spoken, too, where the catalogue has it
    (`verdict.more`), with the values it needs; an end that is open is said in words; a format that
    ends in `pp` writes a difference of shares in percentage points.

    >>> speak(Says("not_enough", {"n": 3, "needed": 5, "about_when": ""}), law="first_impression")
    'Too little to say: 3 so far, 5 needed.'
    """
    count = says.values.get("n", 1)
    catalogues = (_catalogue(law, language), _catalogue("shared", language))
    numbers = {name: _number(value, catalogues) for name, value in says.values.items()}
    values = {name: _spoken(name, value, numbers, catalogues) for name, value in numbers.items()}
    for catalogue in catalogues:
        plural = catalogue.ngettext(says.key, says.key, int(count))
        if plural != says.key:
            return plural.format(**values)
        single = catalogue.gettext(says.key)
        if single != says.key:
            return single.format(**values)
    raise NoWording(f"{says.key}: neither the catalogue of {law} nor the shared one has it")


class _Number(float):
    """A number in a sentence."""

    open_end = ""

    def __format__(self, how: str) -> str:
        if isinf(self):
            return self.open_end
        told = format(100 * self, how[:-2] + "f") if how.endswith("pp") else super().__format__(how)
        told = told.replace("%", "\N{NO-BREAK SPACE}%")  # as every screen writes a share
        return told.lstrip("+-") if not any(digit in told for digit in "123456789") else told


def _number(value: object, catalogues: Sequence[gettext.NullTranslations]) -> object:
    if isinstance(value, float):
        value = _Number(value)
        value.open_end = catalogues[-1].gettext("open_end")
    return value


def _spoken(
    name: str, value: object, numbers: Mapping[str, object],
    catalogues: Sequence[gettext.NullTranslations],
) -> object:  # fmt: skip
    if isinstance(value, str):
        code = f"{name}.{value}"
        told = (t.format(**numbers) for c in catalogues if (t := c.gettext(code)) != code)
        return next(told, value)
    return value


@lru_cache
def _catalogue(name: str, language: str) -> gettext.NullTranslations:
    package = "wingbeat.laws" if name == "shared" else f"wingbeat.laws.{name}"
    with as_file(files(package).joinpath("locale")) as folder:
        return gettext.translation(name, folder, [language, FALLBACK], fallback=True)
