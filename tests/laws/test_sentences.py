"""Sentences hold no codes and no infinities, and every threshold is one that something reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date, timedelta
from math import inf
from pathlib import Path

import pytest

from tools import catalogues
from wingbeat.laws import LAWS
from wingbeat.laws.policy import thresholds
from wingbeat.laws.readings import SOURCES, Reading, Report, Says, Value
from wingbeat.laws.registry import report_of
from wingbeat.laws.wording import speak
from wingbeat.stats import NotEnough

ROOT = catalogues.LAWS.parent
CODES: dict[str, dict[str, tuple[str, ...]]] = {
    "first_impression": {"verdict": ("worse", "better", "not shown")},
    "memory": {"used": ("yes", "no", "neither")},
    "lessons": {"state": ("holds", "watching", "rarer", "returned", "rate unknown",
                          "mended anew"),
                "change": ("more often", "more rarely", "not shown")},
    "ethics": {"oldest": ("hours", "days")},
    "respect": {"verdict": ("equal", "small fare worse", "big fare worse", "not shown"),
                "flag": ("below", "above")},
    "support": {"verdict": ("crowd", "witnesses disagree", "no crowd")},
    "recovery": {"verdict": ("more", "less", "not shown")},
    "people_first": {"verdict": ("uneven", "by chance")},
    "harvest": {"verdict": ("more", "less", "not shown"),
                "act": ("apologizes", "names", "thanks", "alternative", "follows_up", "tip")},
}  # fmt: skip


def catalogue(name: str) -> dict[str, str]:
    folder = catalogues.LAWS if name == "shared" else catalogues.LAWS / name
    path = folder / f"locale/en/LC_MESSAGES/{name}.po"
    return catalogues.read(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("law", CODES)
def test_every_code_of_a_law_has_words(law: str) -> None:
    known = catalogue(law) | catalogue("shared")
    told = [f"{name}.{code}" for name, codes in CODES[law].items() for code in codes]
    assert [code for code in told if code not in known] == []


def counted() -> Iterator[str]:
    for path in sorted(catalogues.LAWS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "NotEnough":
                given = {one.arg: one.value for one in node.keywords}
                assert "of" in given, f"{path.name}:{node.lineno} does not say what it counts"
                if isinstance(given["of"], ast.Constant):
                    yield str(given["of"].value)


def told_beside(report: Path) -> set[str]:
    """The names of all that a law's report puts among the details of its readings."""
    found = set()
    for node in ast.walk(ast.parse(report.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Dict):
            found |= {one.value for one in node.keys if isinstance(one, ast.Constant)}
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            one = node.targets[0].slice
            found |= {one.value} if isinstance(one, ast.Constant) else set()
    return {str(one) for one in found}


@pytest.mark.parametrize("law", LAWS)
def test_whatever_a_reading_computes_stands_in_a_sentence_or_on_its_page(law: str) -> None:
    """What is computed and told to nobody is only one more thing that can be wrong."""
    page = (ROOT.parent / "docs" / "laws" / f"{law}.md").read_text(encoding="utf-8")
    words = " ".join(catalogue(law).values())
    silent = [
        name
        for name in sorted(told_beside(catalogues.LAWS / law / "report.py"))
        if not re.search(rf"\{{{name}[:}}]", words) and f"`{name}`" not in page
    ]
    assert silent == []


def test_too_little_says_of_what_everywhere() -> None:
    known = catalogue("shared")
    found = set(counted())
    assert len(found) > 10
    assert [f"of.{one}" for one in sorted(found) if f"of.{one}" not in known] == []
    short = Reading("support.crowd", NotEnough(3, 200, of="answers"), "bins", "bunching", "process")
    assert speak(short.says, law="support") == (
        "Too little to say yet: 3 of the 200 needed (answers near their due time)."
    )


def test_codes_open_ends_and_points_are_spoken() -> None:
    values: dict[str, Value] = {
        "value": -0.034,
        "low": -0.1,
        "high": 0.0004,
        "verdict": "not shown",
        "small": 40, "big": 30, "ratio": 0.74, "four_fifths": 0.75, "flag": "below",
        "could_show": 0.081,
    }  # fmt: skip
    told = speak(Says("respect.kept", values), law="respect")
    assert "0.74 times as often, below the threshold of 0.75." in told
    assert "show a difference of 8.1 points." in told
    assert "a difference of -3.4 percentage points" in told
    assert "(-10.0 to 0.0; 40 to small ones" in told
    assert told.endswith("Verdict: no difference is shown.")
    open_end: dict[str, Value] = {
        "kind": "article",
        "value": 90.0,
        "low": 80.0,
        "high": inf,
        "n": 30,
        "shape": 1.2,
        "shape_low": 0.9,
        "shape_high": 1.6,
    }
    assert "(80 to no upper limit yet; 30 checks)" in speak(
        Says("decay.half_life", open_end), law="decay"
    )


@pytest.mark.parametrize("language", ["de", "hu", "ru"])
def test_no_english_code_stands_in_another_language(language: str) -> None:
    values: dict[str, Value] = {
        "cause": "x", "before": 3, "after": 0, "value": 0.0, "low": 0.0, "high": 2.0,
        "state": "watching", "change": "not shown", "days_left": 12.0,
        "days_before": 90.0, "days_since": 20.0,
    }  # fmt: skip
    told = speak(Says("lessons.again", values), law="lessons", language=language)
    assert "watching" not in told
    assert "12" in told  # for how long it is still watched
    assert "shown" not in told


def test_a_pace_foretells_the_day() -> None:
    short = Reading("x.y", NotEnough(10, 30, of="ends"), "share", "", "")
    [told] = Report((short,)).at_pace(10.0, date(2026, 3, 1)).readings
    assert isinstance(told.result, NotEnough)
    assert told.result.about_when == date(2026, 3, 21)
    [none] = Report((short,)).at_pace(0.0, date(2026, 3, 1)).readings
    assert none == short


@pytest.mark.parametrize(
    ("short", "day"),
    [(NotEnough(24, 72, of="hours"), 3), (NotEnough(1, 7, of="days"), 7),
     (NotEnough(10, 20, of="times"), None), (NotEnough(30, 60, of="ends"), 61),
     (NotEnough(90, 120, of="answered"), None), (NotEnough(16, 20, of="told"), None)],
)  # fmt: skip
def test_hours_and_days_pass_as_they_do_whatever_the_tables_span(
    short: NotEnough, day: int | None
) -> None:
    """In tables of sixty days the first end of all was a day ago: in two days it is three."""
    reading = Reading("x.y", short, "share", "", "")
    [told] = Report((reading,)).at_pace(60.0, date(2026, 3, 1)).readings
    assert isinstance(told.result, NotEnough)
    assert told.result.about_when == (day and date(2026, 2, 28) + timedelta(days=day))


@pytest.mark.parametrize("law", LAWS)
def test_every_threshold_is_read_by_something(law: str) -> None:
    """A threshold that nothing reads promises an owner what does not happen."""
    kind = report_of(law).POLICY
    sources = [
        path.read_text(encoding="utf-8") for path in (*catalogues.LAWS.rglob("*.py"),)
        if path.name not in {"valences.py", "__init__.py"}
    ]  # fmt: skip
    code = "\n".join(re.sub(r"(?m)^    \w+: .*$", "", text) for text in sources)
    names = {name.rpartition(".")[2] for name, _ in thresholds(kind)}
    unread = [n for n in sorted(names) if not re.search(rf"(\.{n}\b|\"{n}\")", code)]
    valences = {"handed_over", "reopened", "mail_failed", "step_failed"}  # looked up by their kind
    assert set(unread) <= valences


def test_the_sources_are_where_this_looks() -> None:
    assert (ROOT / "laws" / "registry.py").exists()
    assert Path(catalogues.LAWS).name == "laws"


def sources(law: str) -> dict[str, str]:
    """What each reading of a law rests on, by the reading's key."""
    tree = ast.parse((catalogues.LAWS / law / "report.py").read_text(encoding="utf-8"))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    told = (one.args for one in calls if getattr(one.func, "id", "") == "Reading")
    return {ast.unparse(key).strip("'"): ast.literal_eval(source) for key, _, _, source, *_ in told}


def test_every_reading_rests_on_a_work_that_can_be_looked_up() -> None:
    named = {source for law in LAWS for source in sources(law).values()}
    assert named == set(SOURCES)
    named.discard("own")  # which claims none
    assert len(named) > 10
    assert [
        key for key in sorted(named) if not re.search(r" (18|19|20)\d\d, ", SOURCES[str(key)])
    ] == []
    one = Reading("decay.drift", NotEnough(1, 63, of="days"), "ratio", "drift", "an_alarm_asks")
    assert one.as_row()["source"].startswith("Page 1954, Continuous inspection schemes")


def test_no_number_of_seconds_and_no_share_rests_on_a_study_of_something_else() -> None:
    assert sources("first_impression")["first_impression.at_once"] == "own"
    assert "no study" in SOURCES["own"]
    named = sources("support")
    named.pop("support.crowd")
    assert {key for key in named if "Chetty" in SOURCES[named[key]]} == set()
    assert {"support.acts", "support.back", "support.reopened"} <= set(named)


def test_no_threshold_rests_on_an_id_of_our_own_papers() -> None:
    for law in LAWS:
        page = (catalogues.LAWS / law / "policy.toml").read_text(encoding="utf-8")
        assert re.findall(r"\b[bB]\d{1,2}\b", page) == [], law


@pytest.mark.parametrize("name", ["shared", *LAWS])
def test_what_customers_begin_is_called_a_conversation(name: str) -> None:
    assert [told for told in catalogue(name).values() if re.search(r"\bopenings?\b", told)] == []


def test_a_kind_of_thing_is_named_in_the_readers_language() -> None:
    values: dict[str, Value] = {
        "kind": "article",
        "value": 90.0,
        "low": 80.0,
        "high": 99.0,
        "n": 30,
        "shape": 1.2,
        "shape_low": 0.9,
        "shape_high": 1.6,
    }
    half = Says("decay.half_life", values)
    assert speak(half, law="decay").startswith("Half of the articles are wrong 90 days after")
    assert "половина статей уже неверна" in speak(half, law="decay", language="ru")
