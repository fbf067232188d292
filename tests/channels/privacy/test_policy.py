"""The retention policy covers every column, and the desk does not start where it does not."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks

from wingbeat.channels.privacy import policy as policies
from wingbeat.channels.privacy.policy import TablePolicy, every_column_is_covered, policy


def test_every_column_of_every_table_is_covered() -> None:
    assert every_column_is_covered() == []


def test_the_check_is_one_of_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    less = {name: row for name, row in policy().items() if name != "customers.Customer"}
    monkeypatch.setattr(policies, "policy", lambda: less)
    assert [error.id for error in run_checks()] == ["privacy.E001"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (None, 'Add:\n["customers.Block"]'),
        (TablePolicy("setting", fact=("id",)), "staff = ['by']\nfact = ['at', 'pattern']"),
        (TablePolicy("setting", fact=("id", "id")), "names id twice"),
        (TablePolicy("setting", fact=("gone",)), "names gone twice, or in vain"),
        (TablePolicy("ages", staff=("by",), fact=("id", "at", "pattern")), "'ages' is none of"),
    ],
)
def test_what_is_forgotten_is_told_with_the_lines_to_add(
    monkeypatch: pytest.MonkeyPatch, row: TablePolicy | None, says: str
) -> None:
    changed = {name: one for name, one in policy().items() if name != "customers.Block"}
    if row is not None:
        changed["customers.Block"] = row
    monkeypatch.setattr(policies, "policy", lambda: changed)
    [error] = every_column_is_covered()
    assert says in str(error.msg)


def test_a_table_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies, "policy", lambda: policy() | {"a.B": TablePolicy("setting")})
    assert "remove ['a.B']" in str(every_column_is_covered()[0].msg)


def test_what_a_path_leads_to_has_a_name_for_people() -> None:
    assert [name for name, row in policy().items() if row.path and not row.title] == []
