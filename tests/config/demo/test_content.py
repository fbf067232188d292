"""The example is rich, alive and consistent, whoever edits its texts."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import pytest

from wingbeat.config.demo.content import load
from wingbeat.config.demo.shapes import Demo, Message, Thread
from wingbeat.config.demo.times import HERE

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def demo() -> Demo:
    return load()


def seen_by_the_customer(thread: Thread) -> list[Message]:
    return [
        message
        for message in thread.messages
        if message.kind != "note" and not message.in_margin and not message.automatic
    ]


def waits_for_us(thread: Thread) -> bool:
    seen = seen_by_the_customer(thread)
    if not seen or seen[-1].kind != "mail" or thread.solved_at or thread.snooze or thread.merge:
        return False
    return thread.ending is None or thread.ending.at < seen[-1].at


def first_two_sentences(text: str) -> str:
    sentences = re.split(r"(?<=[.!?:])\s+", re.sub(r"\s+", " ", text))
    return " ".join(sentences[:2]).casefold()


def test_there_are_a_hundred_conversations_in_six_languages(demo: Demo) -> None:
    languages = Counter(thread.language for thread in demo.threads)
    assert languages.total() >= 100
    assert languages["en"] > languages.total() / 2
    assert languages["de"] >= 14
    assert languages["ru"] >= 12
    assert languages["hu"] >= 12
    assert languages["ar"] >= 6
    assert languages["he"] >= 1


def test_no_two_conversations_begin_alike(demo: Demo) -> None:
    beginnings = Counter(first_two_sentences(thread.messages[0].text) for thread in demo.threads)
    assert [words for words, times in beginnings.items() if times > 1] == []


def test_no_answer_is_sent_twice_in_other_clothes(demo: Demo) -> None:
    answers = Counter(
        message.text for _, message in demo.in_order() if message.kind in {"reply", "note"}
    )
    assert answers.most_common(1)[0][1] == 1


def test_a_text_is_in_the_writing_of_its_language(demo: Demo) -> None:
    writing = {"ru": r"[а-яё]", "ar": r"[\u0600-\u06ff]", "he": r"[\u0590-\u05ff]"}
    for thread, message in demo.in_order():
        pattern = writing.get(thread.language)
        if pattern and message.kind != "note":
            letters = len(re.findall(r"[^\W\d_]", message.text))
            assert len(re.findall(pattern, message.text.lower())) > 0.6 * letters, message.key


def test_some_thirty_conversations_wait_for_us_since_minutes_up_to_three_days(demo: Demo) -> None:
    waiting = [thread for thread in demo.threads if waits_for_us(thread)]
    ages = sorted(-seen_by_the_customer(thread)[-1].at for thread in waiting)
    assert 22 <= len(waiting) <= 30
    assert ages[0] == timedelta(minutes=4)
    assert 2 * DAY < ages[-1] <= 3 * DAY
    assert any(not thread.assignee for thread in waiting)
    assert sum(thread.assignee == "ada" for thread in waiting) >= 4


def test_every_state_of_a_conversation_is_there(demo: Demo) -> None:
    threads = demo.threads
    quiet = [
        thread
        for thread in threads
        if not (thread.ending or thread.solved_at or thread.snooze or thread.merge)
        and not waits_for_us(thread)
        and thread.messages[-1].at < -14 * DAY
    ]
    assert sum(thread.solved_at is not None for thread in threads) >= 12
    assert sum(thread.snooze is not None for thread in threads) >= 4
    assert {thread.ending.reason for thread in threads if thread.ending} >= {
        "answered",
        "done elsewhere",
        "no answer needed",
    }
    assert len(quiet) >= 6
    assert sum(thread.is_restricted for thread in threads) == 1
    assert sum(thread.merge is not None for thread in threads) == 1


def test_every_kind_of_mail_is_there(demo: Demo) -> None:
    messages = [message for _, message in demo.in_order()]
    kinds = Counter(message.automatic for message in messages)
    files = {file.name[-4:] for message in messages for file in message.attachments}
    assert (kinds["reply"], kinds["bounce"], kinds["list"], kinds["spam"]) == (1, 2, 1, 1)
    assert sum(bool(message.forwarded_by) for message in messages) == 1
    assert sum(message.in_margin for message in messages) == 2
    assert sum(message.authentication == "fail" for message in messages) == 1
    assert files == {".png", ".pdf", ".csv", ".txt", ".ics"}
    assert any(file.is_inline for message in messages for file in message.attachments)
    assert sum(message.kind == "note" for message in messages) >= 15


def test_one_conversation_is_long_and_one_has_two_colleagues_who_answer(demo: Demo) -> None:
    threads = {thread.key: thread for thread in demo.threads}
    assert max(len(thread.messages) for thread in demo.threads) == 20
    writers = {message.who for message in threads["allotment-order"].messages}
    assert writers == {"winifred", "dai", "bernard", "ilse"}


def test_a_promise_falls_due_on_the_day_the_example_begins(demo: Demo) -> None:
    """A promise for the day after a message that is at least a day old, and less than two."""
    late = next(thread for thread in demo.threads if thread.key == "box-late")
    promise = next(message for message in late.messages if "{date+1d}" in message.text)
    assert promise.kind == "reply"
    assert -1.05 * DAY < promise.at <= -DAY
    assert late.snooze is not None
    assert late.snooze.until < DAY


def test_all_addresses_end_with_example(demo: Demo) -> None:
    addresses = {address for person in demo.customers.values() for address in person.addresses}
    addresses |= {person.address for person in demo.agents.values()}
    addresses |= {inbox.address for inbox in demo.inboxes.values()}
    files = (*(HERE / "threads").glob("*.toml"), HERE / "people.toml")
    for file in files:
        addresses |= set(re.findall(r"[\w.+-]+@[\w.-]*\w", file.read_text(encoding="utf-8")))
        links = re.findall(r"https?://([^/\s\"]+)", file.read_text(encoding="utf-8"))
        assert all(host.endswith(".example") for host in links)
    assert len(addresses) > 80
    assert [address for address in addresses if not address.endswith(".example")] == []


def test_everybody_in_the_address_book_writes_or_is_written_to(demo: Demo) -> None:
    present = {
        key
        for thread, message in demo.in_order()
        for key in (thread.customer, message.who, *message.cc)
    }
    assert set(demo.people) - present == set()


def test_messages_come_in_the_order_of_their_times(demo: Demo) -> None:
    times = [message.at for _, message in demo.in_order()]
    assert times == sorted(times)
    assert times[-1] < timedelta()
    begun = [thread.messages[0].at for thread in demo.threads]
    assert begun == sorted(begun)


def test_tags_are_short_and_shared(demo: Demo) -> None:
    tags = Counter(tag for thread in demo.threads for tag in thread.tags)
    assert max(map(len, tags)) <= 15
    assert len(tags) < 60
    assert all(tag == tag.lower() for tag in tags)


def test_agents_answer_under_their_own_name(demo: Demo) -> None:
    names = {
        "ada": ["Ada"],
        "max": ["Max"],
        "bo": ["Bo", "Бо"],
        "ilse": ["Ilse"],
        "samira": ["Samira", "سميرة"],
    }
    for thread, message in demo.in_order():
        if message.kind == "reply":
            assert any(name in message.text for name in names[message.who]), message.key
            assert message.who in demo.agents, thread.key


def test_the_visitor_is_ada_and_owns_the_desk(demo: Demo) -> None:
    visitors = [agent for agent in demo.agents.values() if agent.is_visitor]
    assert [(agent.key, agent.role) for agent in visitors] == [("ada", "owner")]
    assert [agent.key for agent in demo.agents.values() if agent.role == "light"] == ["samira"]
