"""Every published number comes out, and the table says so when one does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from wingbeat.laws.cases import Case, Verdict, cases

FOUND = list(cases())


@pytest.mark.parametrize(("law", "case"), FOUND, ids=[case.id for _, case in FOUND])
def test_a_case_comes_out(law: str, case: Case) -> None:
    verdict = Verdict(case, law, case.compute())
    assert verdict.holds, verdict.computed


@pytest.mark.parametrize(
    ("broken", "name", "ids"),
    [
        ("wingbeat.laws.memory.folding", "_faded", ("V7", "V9")),
        ("wingbeat.laws.memory.cases", "vivid", ("V26",)),
        ("wingbeat.laws.memory.episodes.Episode", "computed", ("V4", "V5")),
    ],
)
def test_a_case_of_memory_fails_where_the_law_is_wrong(
    monkeypatch: pytest.MonkeyPatch, broken: str, name: str, ids: tuple[str, ...]
) -> None:
    """A proof that computes its number without the law proves nothing of it."""
    wrong: dict[str, Callable[..., float]] = {
        "_faded": lambda peak, day, _half: peak[1] / 2e6 * (1 + day - peak[2]) ** -0.5,
        "vivid": lambda x, *, days, half_life_days: 1000.0 * x / (1 + days / half_life_days),
        "computed": lambda self, _blend=None: self.total // self.n,
    }
    monkeypatch.setattr(f"{broken}.{name}", wrong[name])
    told = {case.id: Verdict(case, law, case.compute()).holds for law, case in FOUND
            if case.id in ids}  # fmt: skip
    assert told == dict.fromkeys(ids, False)


def test_an_id_stands_there_once() -> None:
    assert [name for name, n in Counter(case.id for _, case in FOUND).items() if n > 1] == []


def test_a_number_that_is_off_or_missing_fails() -> None:
    _, case = FOUND[0]
    computed = case.compute()
    off = (computed[0] + case.off[0] * 3 + 1, *computed[1:])
    assert Verdict(case, "x", computed).holds
    assert not Verdict(case, "x", off).holds
    assert not Verdict(case, "x", computed[:-1]).holds
    each = Case("x", "", "own", (0.0, 1.0), (0.02, 0.15), "", lambda: (0.0, 1.1))
    assert Verdict(each, "x", each.compute()).holds
    assert not Verdict(each, "x", (0.1, 1.0)).holds
    assert not Verdict(replace(case, expected=(float("nan"),) * len(computed)), "x", computed).holds
