"""Who is here, without a database."""

from __future__ import annotations

import threading

import pytest

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
    registry.on_change = lambda _conversation, who, **_more: told.append(names(who))
    registry.give(sign())
    registry.sweep(at=after(seconds=44))
    assert names(registry.who(7, at=after(seconds=44))) == ["Ada Fields"]
    registry.sweep(at=after(seconds=45))
    assert told == [["Ada Fields"], []]
    assert registry.conversations() == set()


def test_typing_ends_by_itself() -> None:
    registry, told = Registry(), []
    registry.on_change = lambda _conversation, who, **_more: told.append([p.is_typing for p in who])
    registry.give(sign(is_typing=True))
    registry.sweep(at=after(seconds=8))
    assert told == [[True], [False]]


def test_a_sign_of_life_that_changes_nothing_is_passed_on_but_shown_to_nobody() -> None:
    registry = Registry()
    heard: list[Sign] = []
    told: list[int] = []
    registry.on_sign = heard.append
    registry.on_change = lambda conversation, _who, **_more: told.append(conversation)
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
    registry.on_change = lambda _conversation, who, **_more: told.append(
        [p.draft_version for p in who]
    )
    registry.give(sign())
    registry.give(sign(draft_version=3))
    registry.give(sign(at=after(seconds=15)))
    registry.give(sign(draft_version=5, at=after(seconds=16)))
    assert told == [[0], [3], [5]]


def test_what_was_saved_in_a_shared_draft_is_no_news_for_lists() -> None:
    registry, told = Registry(), []
    registry.on_change = lambda _conversation, _who, is_for_lists: told.append(is_for_lists)
    registry.give(sign())
    registry.give(sign(is_typing=True, draft_version=3, at=after(seconds=1)))
    registry.give(sign(is_typing=True, draft_version=5, at=after(seconds=2)))
    registry.give(sign(is_gone=True))
    assert told == [True, True, False, True]


def test_pictures_are_told_in_the_order_in_which_they_were_taken() -> None:
    registry, told = Registry(), []
    is_slow, may_go_on = threading.Event(), threading.Event()

    def show(_conversation: int, who: tuple[Present, ...], **_more: bool) -> None:
        if who:
            is_slow.set()
            may_go_on.wait(5)
        told.append(names(who))

    registry.on_change = show
    comes = threading.Thread(target=registry.give, args=[sign()])
    comes.start()
    assert is_slow.wait(5)
    goes = threading.Thread(target=registry.give, args=[sign(is_gone=True)])
    goes.start()
    goes.join(0.1)
    may_go_on.set()
    comes.join(5)
    goes.join(5)
    assert told == [["Ada Fields"], []]


def test_other_processes_hear_a_sign_that_could_not_be_shown_here() -> None:
    registry: Registry = Registry()
    heard: list[Sign] = []
    registry.on_sign = heard.append

    def fail(_conversation: int, _who: tuple[Present, ...], **_more: bool) -> None:
        raise RuntimeError

    registry.on_change = fail
    with pytest.raises(RuntimeError):
        registry.give(sign())
    assert len(heard) == 1
