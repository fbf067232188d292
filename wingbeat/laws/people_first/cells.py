"""The cell rule: which numbers about staff may be shown side by side without showing a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wingbeat.laws.people_first.policy import PeopleFirstPolicy

Atom = tuple[str, Any]  # a person, and the slice of work it is about, such as a week
Cell = Mapping[Atom, float]


def may_show(policy: PeopleFirstPolicy, cell: Cell) -> bool:
    """Say whether one number may be shown: enough people behind it, none above the largest share.

    A cell maps each person and slice to what they put into the number, 0 or above.

    >>> from wingbeat.laws.people_first import shipped_policy
    >>> policy = shipped_policy()
    >>> may_show(policy, {(name, 1): 1.0 for name in "abcde"})
    True
    >>> may_show(policy, {("a", 1): 5.0} | {(name, 1): 1.0 for name in "bcde"})
    False
    """
    by_person: dict[str, float] = {}
    for (person, _), amount in cell.items():
        by_person[person] = by_person.get(person, 0.0) + amount
    people = [amount for amount in by_person.values() if amount > 0]
    return len(people) >= policy.least_people and max(people) <= policy.largest_share * sum(people)


def shown(policy: PeopleFirstPolicy, cells: Mapping[str, Cell]) -> list[str]:
    """Return the names of the cells that may be shown together; earlier ones go first.

    Besides the rule for each: wherever one shown cell holds others, what is left when they are
    taken away must hold the rule, too, or hold nobody.

    >>> from wingbeat.laws.people_first import shipped_policy
    >>> team = {(name, 1): 1.0 for name in "abcdefgh"}
    >>> without_h = {atom: amount for atom, amount in team.items() if atom[0] != "h"}
    >>> shown(shipped_policy(), {"all": team, "all but h": without_h})
    ['all']
    """
    chosen: list[str] = []
    for name, cell in cells.items():
        if may_show(policy, cell) and _leaves_nobody_bare(policy, cells, [*chosen, name]):
            chosen.append(name)
    return chosen


def _leaves_nobody_bare(
    policy: PeopleFirstPolicy, cells: Mapping[str, Cell], names: list[str]
) -> bool:
    for outer in names:
        inside = [cells[n] for n in names if n != outer and cells[n].keys() < cells[outer].keys()]
        for taken in (*([cell] for cell in inside), inside):
            gone = {atom for cell in taken for atom in cell}
            rest = {atom: v for atom, v in cells[outer].items() if atom not in gone}
            if any(rest.values()) and not may_show(policy, rest):
                return False
    return True
