"""Things a sentence speaks of: something attached, and facts it asks the customer for."""

from __future__ import annotations

import re
from functools import cache

from wingbeat.language.pages import page
from wingbeat.language.phrases import Phrases, standing
from wingbeat.language.sentences import Sentence

_NUMBER = r"(?<![\d.,])\d{1,9}(?:[.,]\d{1,3}){0,4}"  # bounded: a page of digits is no sum
_AMOUNT = re.compile(
    rf"(?P<before>[€$£])\s?(?P<first>{_NUMBER})"
    rf"|(?P<second>{_NUMBER})\s?(?P<after>€|\$|£|EUR|USD|GBP|HUF|Ft|RUB|руб|₽|%)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
# What is told as a number, and where it stands: at most two words behind what it is of.
_NUMBERED = frozenset({"order_number", "customer_number", "version"})
_GIVEN = re.compile(r"\W{0,3}(?:[^\W\d]+\W{1,3}){0,2}(?P<number>[#\w-]*\d[\w./-]*)")
_CURRENCIES = {"eur": "€", "usd": "$", "gbp": "£", "huf": "ft", "rub": "₽", "руб": "₽"}


def speaks_of_an_attachment(sentence: Sentence, language: str) -> bool:
    """Say whether a sentence tells that something is attached to this very message.

    >>> from wingbeat.language.sentences import sentences
    >>> speaks_of_an_attachment(sentences("The invoice is attached.")[0], "en")
    True
    """
    return "attached" in _heard(sentence, language)


def asked_for(sentence: Sentence, language: str) -> frozenset[str]:
    """Return the kinds of facts (`order_number`, `email` ...) that a sentence names.

    >>> from wingbeat.language.sentences import sentences
    >>> sorted(asked_for(sentences("What is your order number?")[0], "en"))
    ['order_number']
    """
    return _heard(sentence, language) - {"attached"}


def told_facts(sentence: Sentence, language: str) -> dict[str, str]:
    """Return the numbers that a sentence gives for what it names, by kind of fact.

    >>> from wingbeat.language.sentences import sentences
    >>> told_facts(sentences("My order number is 4711.")[0], "en")
    {'order_number': '4711'}
    """
    if sentence.is_question or not _DIGIT.search(sentence.text):
        return {}
    found: dict[str, str] = {}
    for one in _phrases(language).find(sentence.words):
        place = sentence.words[one.last - 1].end - sentence.start
        number = _GIVEN.match(sentence.text, place)
        if one.label in _NUMBERED and number:
            found.setdefault(one.label, number["number"].rstrip(".,;:)"))
    return found


def _heard(sentence: Sentence, language: str) -> frozenset[str]:
    return standing(_phrases(language).labels(sentence.words))


@cache
def _phrases(language: str) -> Phrases:
    told = page(language, "things")
    lines = {"attached": told["attached"], "-attached": told["unless"], **told["known"]}
    return Phrases([(phrase, kind) for kind, some in lines.items() for phrase, _example in some])


def amounts(text: str) -> frozenset[tuple[str, str]]:
    """Return the sums and shares that a text names, as digits and currency.

    >>> sorted(amounts("We refund 20.00 EUR, or €15."))
    [('15', '€'), ('20', '€')]
    """
    found = set()
    for match in _AMOUNT.finditer(text):
        number = (match["first"] or match["second"]).replace(",", ".")
        whole, _dot, rest = number.rpartition(".")
        if whole and len(rest) != 3:  # cents; three digits are thousands
            number = whole.replace(".", "") + ("." + rest if rest.strip("0") else "")
        else:
            number = number.replace(".", "")
        unit = (match["before"] or match["after"]).lower()
        found.add((number, _CURRENCIES.get(unit, unit)))
    return frozenset(found)
