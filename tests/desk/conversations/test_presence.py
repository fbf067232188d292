"""Who is here, without a database."""

from __future__ import annotations

from tests.cast import NOON, after
from wingbeat.desk.conversations.presence import Present, Registry, Sign


def sign(agent_id: int = 1, name: str = "Ada Fields", **more: object) -> Sign:
    return Sign(7, agent_id, name, "AF", **{"at": NOON, **more})  # type: ignore[arg-type]  # fields by name


def names(who: tuple[Present, ...]) -> list[str]:
    return [present.name for present in who]


def test_people_are_here_from_their_first_sign_until_they_leave() -> None:
    registry = Registry()
    registry.give(sign())
    registry.give(sign(2, "Max Stone"))
    assert names(registry.who(7, at=NOON)) == ["Ada Fields", "Max Stone"]
    registry.give(sign(2, "Max Stone", is_gone=True))
    assert names(registry.who(7, at=NOON)) == ["Ada Fields"]
    assert registry.who(8, at=NOON) == ()


def test_whoever_falls_silent_is_gone_after_three_signs() -> None:
    registry, told = Registry(), []
    registry.on_change = lambda _conversation, who: told.append(names(who))
    registry.give(sign())
    registry.sweep(at=after(seconds=44))
    assert names(registry.who(7, at=after(seconds=44))) == ["Ada Fields"]
    registry.sweep(at=after(seconds=45))
    assert told == [["Ada Fields"], []]
    assert registry.conversations() == set()


def test_typing_ends_by_itself() -> None:
    registry, told = Registry(), []
    registry.on_change = lambda _conversation, who: told.append([p.is_typing for p in who])
    registry.give(sign(is_typing=True))
    registry.sweep(at=after(seconds=8))
    assert told == [[True], [False]]


def test_a_sign_of_life_that_changes_nothing_is_passed_on_but_shown_to_nobody() -> None:
    registry = Registry()
    heard: list[Sign] = []
    told: list[int] = []
    registry.on_sign = heard.append
    registry.on_change = lambda conversation, _who: told.append(conversation)
    registry.give(sign())
    registry.give(sign(at=after(seconds=15)))
    assert [one.at for one in heard] == [NOON, after(seconds=15)]
    assert told == [7]


def test_a_sign_from_another_process_is_not_passed_on_again() -> None:
    registry = Registry()
    heard: list[Sign] = []
    registry.on_sign = heard.append
    registry.take(sign())
    assert heard == []
    assert names(registry.who(7, at=NOON)) == ["Ada Fields"]


def test_whoever_may_not_see_a_conversation_any_more_is_expelled() -> None:
    registry = Registry()
    registry.give(sign())
    registry.give(sign(2, "Max Stone"))
    registry.expel(7, [1], at=NOON)
    assert names(registry.who(7, at=NOON)) == ["Max Stone"]


def test_words_saved_in_a_shared_draft_are_told_once_and_a_mere_sign_takes_nothing_back() -> None:
    registry, told = Registry(), []
    registry.on_change = lambda _conversation, who: told.append([p.draft_version for p in who])
    registry.give(sign())
    registry.give(sign(draft_version=3))
    registry.give(sign(at=after(seconds=15)))
    registry.give(sign(draft_version=5, at=after(seconds=16)))
    assert told == [[0], [3], [5]]
