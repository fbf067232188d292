"""Every published number comes out, and the table says so when one does not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from wingbeat.laws.cases import Case, Verdict, cases

FOUND = list(cases())


@pytest.mark.parametrize(("law", "case"), FOUND, ids=[case.id for _, case in FOUND])
def test_a_case_comes_out(law: str, case: Case) -> None:
    verdict = Verdict(case, law, case.compute())
    assert verdict.holds, verdict.computed


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
