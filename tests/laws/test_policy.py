"""A policy says all that is wrong with it at once, with the lines that would mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest

from wingbeat.laws import LAWS
from wingbeat.laws.policy import Between, WrongPolicy, fingerprint, load, shipped_text
from wingbeat.laws.registry import report_of, shipped_policy


@dataclass(frozen=True)
class Inner:
    weight: Annotated[float, Between(0, 1)]


@dataclass(frozen=True)
class Outer:
    days: Annotated[int, Between(1, 90)]
    choices: Annotated[tuple[float, ...], Between(1, 3)]
    inner: Inner


REASONS = 'unit = "u"\nwhy = "w"\nsource = "s"\nwho = "owner"\n'
GOOD = (
    f"[days]\nvalue = 14\n{REASONS}[choices]\nvalue = [1, 2.25]\n{REASONS}"
    f"[inner.weight]\nvalue = 1\n{REASONS}"
)


def test_a_good_page_is_read_with_its_parts() -> None:
    assert load(Outer, GOOD) == Outer(days=14, choices=(1, 2.25), inner=Inner(weight=1.0))


def test_every_problem_is_told_at_once() -> None:
    page = "[days]\nvalue = 900\nwhy = 'long'\n[inner.wait]\nvalue = 1\n[choices]\nvalue = [9]\n"
    with pytest.raises(WrongPolicy) as caught:
        load(Outer, page, {"inner.weight": 0.5, "hours": 2})
    told = str(caught.value)
    assert told.splitlines()[:2] == [
        "days: says nothing for unit, source, who", "days: 900 is outside 1 to 90",
    ]  # fmt: skip
    assert "choices: 9 is outside 1 to 3" in told
    assert "inner.weight: missing; add\n    [inner.weight]\n    value = 0.0" in told
    assert "inner.wait: no such threshold; there are: weight" in told
    assert "hours: no such threshold; there are: days, choices, inner.weight" in told


@pytest.mark.parametrize(("value", "says"), [
    (True, "True is not a whole number"), (1.5, "1.5 is not a whole number"),
    ("14", "'14' is not a whole number"),
])  # fmt: skip
def test_a_change_of_the_wrong_kind_is_refused(value: object, says: str) -> None:
    with pytest.raises(WrongPolicy, match=says):
        load(Outer, GOOD, {"days": value})


def test_a_page_that_is_no_toml_is_told() -> None:
    with pytest.raises(WrongPolicy, match="not a TOML page"):
        load(Outer, "days = ")


def test_the_fingerprint_follows_the_values_alone() -> None:
    same, other = load(Outer, GOOD + "# a remark"), load(Outer, GOOD, {"days": 15})
    assert fingerprint(same) == fingerprint(load(Outer, GOOD))
    assert fingerprint(other) != fingerprint(same)


@pytest.mark.parametrize("law", LAWS)
def test_every_shipped_policy_is_complete(law: str) -> None:
    assert load(report_of(law).POLICY, shipped_text(f"wingbeat.laws.{law}")) == shipped_policy(law)
