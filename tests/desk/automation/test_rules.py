"""Rules: read before they run, tried before they are on, once for a cause, never in a loop."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from tests import cast
from wingbeat.desk.automation import acting, respecting
from wingbeat.desk.automation.declaring import NotTried, Step
from wingbeat.desk.automation.rules import Rule, RuleAct, RuleVersion, When
from wingbeat.desk.automation.steps import STEPS
from wingbeat.desk.conversations import receiving
from wingbeat.desk.conversations.asking.things import Names
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.grading import Severity
from wingbeat.desk.conversations.mentioning import Mention
from wingbeat.desk.journal.models import Change, Cursor, Entry
from wingbeat.desk.journal.sealing import seal
from wingbeat.desk.journal.wrong import WrongFields
from wingbeat.desk.people.models import Agent, Team

pytestmark = pytest.mark.django_db
POLITE = "Hello, we have your mail. Reply to this one if anything changes. Lamps & Co"


WEIGHED = {
    "for_customer": "They asked for no more.", "outcome": "It ends what is over.",
    "our_name": "Nobody thinks worse of us.",
}  # fmt: skip


def silent(_conversation: Conversation, _text: str, _at: datetime) -> bool:
    raise AssertionError("no rule here answers")


def written(*steps: tuple[str, str], when: When = When.OPENED, asks: str = "", **more: Any) -> Rule:
    rule = Rule(name=more.pop("name", "Lamps"))
    asked = [Step(do=do, value=value) for do, value in steps]
    answers = more.pop("answers", WEIGHED)
    who: dict[str, Any] = {"by": cast.olga(), "at": cast.NOON}
    rule.write(when=when, asks=asks, steps=asked, why="So many.", **answers, **who)
    return rule


def running(*steps: tuple[str, str], when: When = When.OPENED, **more: Any) -> Rule:
    rule = written(*steps, when=when, **more)
    rule.now().try_out(by=cast.olga(), at=cast.NOON)
    rule.switch(on=True, by=cast.olga(), at=cast.NOON)
    return rule


def acted(say: Any = silent) -> int:
    seal()
    return acting.act_on_events(cast.after(hours=1), say)


def tags(conversation: Conversation) -> list[str]:
    return sorted(conversation.taggings.values_list("tag__name", flat=True))


def test_what_every_step_does_and_did_is_said_with_its_value_in_words() -> None:
    version = RuleVersion(
        when=When.OPENED, declaration=Rule(name="Lamps"),
        steps=[Step(do="end", value="no_answer"), Step(do="severity", value="grave")],
    )  # fmt: skip
    assert version.told_steps == "end it: no answer needed, then call it grave"
    assert version.told_done == "ended it: no answer needed, called it grave"
    assert all(step.done for step in STEPS.values())


@pytest.mark.parametrize("does", [("end", "answered"), ("answer", POLITE)])
def test_a_weighty_rule_answers_three_questions_before_it_is_on(does: tuple[str, str]) -> None:
    cast.support(cast.ada())
    for left in range(3):
        answers = dict(list(WEIGHED.items())[:left])
        rule = written(does, answers=answers, name=f"Of {left}")
        rule.now().try_out(by=cast.olga(), at=cast.NOON)
        with pytest.raises(NotTried, match="three questions"):
            rule.switch(on=True, by=cast.olga(), at=cast.NOON)
    assert running(does).is_on, "with all three it is"
    light = running(("tag", "lamp"), answers={}, name="Tags")
    assert light.is_on, "what can be undone with a click is no weighty decision"


def test_each_answer_is_told_in_its_history_as_it_was_and_is() -> None:
    cast.support(cast.ada())
    rule = written(("end", "answered"))
    before, steps = rule.now(), [Step(do="end", value="answered")]
    said: dict[str, Any] = WEIGHED | {"outcome": "It ends what nobody asks about."}
    who: dict[str, Any] = {"by": cast.olga(), "at": cast.NOON}
    after = rule.write(when=When.OPENED, asks="", steps=steps, why="", **said, **who)
    told = ("what it will do", WEIGHED["outcome"], said["outcome"])
    assert after.differences(before) == [told]


def test_three_lines_of_before_are_answers_now_and_no_word_is_lost() -> None:
    cast.support(cast.ada())
    move = import_module("wingbeat.desk.automation.migrations.0004_lines_are_answers").answer
    weighty = written(("end", "answered"), answers={}, name="Ends").now()
    light = written(("tag", "lamp"), answers={}, name="Tags").now()
    RuleVersion.objects.update(why="Right.\nIt ends.\nWe look awake.\nAnd calm.")
    for version in (weighty, light):
        version.declaration.note("written", by=cast.olga(), at=cast.NOON)
    move(apps, None)
    weighty.refresh_from_db()
    light.refresh_from_db()
    assert list(weighty.answers.values()) == ["Right.", "It ends.", "We look awake.\nAnd calm."]
    assert weighty.why == ""
    assert light.why.count("\n") == 3, "lines of what weighs nothing are no answers"
    count = Change.objects.count()
    weighty.declaration.note("written", by=cast.olga(), at=cast.NOON)
    assert Change.objects.count() == count, "nobody is told to have written what moved by itself"


def test_a_rule_is_tried_before_it_is_on_and_again_after_each_change() -> None:
    cast.opened(cast.support(cast.ada()))
    rule = written(("tag", "lamp"), asks="subject:lamp", answers={})
    with pytest.raises(NotTried):
        rule.switch(on=True, by=cast.olga(), at=cast.NOON)
    rule.now().try_out(by=cast.olga(), at=cast.after(hours=1))
    assert rule.now().would_touch == 1
    rule.switch(on=True, by=cast.olga(), at=cast.NOON)
    again = [Step(do="tag", value="light")]
    rule.write(when=When.OPENED, asks="", steps=again, why="", by=cast.olga(), at=cast.NOON)
    assert not rule.is_on
    with pytest.raises(NotTried):
        rule.switch(on=True, by=cast.olga(), at=cast.NOON)
    newest, oldest = RuleVersion.objects.order_by("-pk")
    assert newest.differences(oldest) == [
        ("conditions", "subject:lamp", ""), ("what it does", "tag it “lamp”", "tag it “light”")
    ]  # fmt: skip
    assert oldest.differences(None) == []


def test_trying_counts_only_what_the_viewer_may_see_and_changes_nothing() -> None:
    ada = cast.ada()
    inbox = cast.support(ada)
    conversation, restricted = cast.opened(inbox), cast.opened(inbox)
    restricted.restrict(to=[ada], by=ada, at=cast.NOON)
    rule = written(("end", "answered"))
    found = rule.now().trial(by=cast.olga(), now=cast.after(hours=1))
    assert (found.looked_at, found.touched, found.latest) == (1, 1, [conversation])
    assert not Conversation.objects.filter(state="ended").exists()
    stranger = Agent.objects.invite(email="x@desk.example", name="Xenia")
    assert rule.now().trial(by=stranger, now=cast.after(hours=1)).touched == 0


def test_it_acts_once_on_what_happened_in_the_name_of_the_desk() -> None:
    inbox = cast.support(cast.ada())
    rule = running(("tag", "lamp"), ("severity", "serious"), ("note", "Look at once"),
                   asks="subject:lamp")  # fmt: skip
    lamp = cast.opened(inbox)
    other = cast.opened(inbox, cast.said(subject="A chair", sender=cast.OTTO))
    assert acted() == 1
    assert (tags(lamp), tags(other)) == (["lamp"], [])
    lamp.refresh_from_db()
    assert lamp.severity == Severity.SERIOUS
    assert lamp.severity_marks.get().why == "by the rule “Lamps”"
    told = Entry.objects.get(kind="rule.acted")
    assert (told.agent_id, told.facts["rule"]) == (Agent.objects.system().pk, rule.pk)
    Cursor.objects.all().delete()
    assert acted() == 0  # the journal read once more changes nothing
    assert RuleAct.objects.count() == 1


def test_paused_rules_and_restricted_conversations_are_left_alone() -> None:
    ada = cast.ada()
    inbox = cast.support(ada)
    rule = running(("tag", "lamp"))
    restricted = cast.opened(inbox)
    restricted.restrict(to=[ada], by=ada, at=cast.NOON)
    assert acted() == 0
    rule.switch(on=False, by=cast.olga(), at=cast.NOON)
    later = cast.opened(inbox, cast.said(sender=cast.OTTO))
    assert acted() == 0
    assert tags(later) == []


def test_rules_never_start_rules_and_machines_start_none() -> None:
    inbox = cast.support(cast.ada())
    running(("end", "answered"), when=When.OPENED, name="Ends")
    running(("tag", "ended"), when=When.ENDED, name="Tags what ends")
    running(("tag", "again"), when=When.WORDS, name="Tags who writes again")
    conversation = cast.opened(inbox)
    for _turn in range(3):
        acted()
    assert tags(conversation) == []  # the desk ended it, no person
    system = Agent.objects.system()
    receiving.receive(conversation, cast.said(automatic="reply", at=cast.after(hours=2)), by=system)
    acted()
    assert tags(conversation) == []
    receiving.receive(conversation, cast.said(at=cast.after(hours=3)), by=system)
    acted()
    assert tags(conversation) == ["again"]


def test_a_conversation_sees_so_many_acts_a_day_and_no_more() -> None:
    conversation = cast.opened(cast.support(cast.ada()))
    acted()
    running(("note", "They wrote again"), when=When.WORDS)
    for minute in range(acting.BUDGET + 5):
        again = cast.said(at=cast.after(minutes=minute + 1))
        receiving.receive(conversation, again, by=Agent.objects.system())
    assert acted() == acting.BUDGET
    refused = RuleAct.objects.exclude(failed="")
    assert refused.count() == 5
    assert "within a day" in refused[0].failed


def test_a_step_that_cannot_be_done_undoes_the_others_and_says_so() -> None:
    inbox = cast.support(cast.ada())
    running(("tag", "lamp"), ("answer", POLITE))
    conversation = cast.opened(inbox)
    assert acted(say=lambda *_what: False) == 0
    assert tags(conversation) == []
    assert "cap on automatic mail" in RuleAct.objects.get().failed


def test_time_brings_conversations_to_a_rule_once_until_they_speak_again() -> None:
    inbox = cast.support(cast.ada())
    conversation = cast.opened(inbox)
    running(("tag", "forgotten"), when=When.TIME, asks="waits>2d")
    assert acting.act_by_clock(cast.after(days=1), silent) == 0
    assert acting.act_by_clock(cast.after(days=3), silent) == 1
    assert acting.act_by_clock(cast.after(days=4), silent) == 0
    assert tags(conversation) == ["forgotten"]


def test_a_promise_that_is_nearly_over_can_be_told() -> None:
    conversation = cast.opened(cast.support(cast.ada()))  # due in 24 hours
    running(("severity", "serious"), when=When.NEAR)
    assert acting.act_by_clock(cast.after(hours=19), silent) == 0
    assert acting.act_by_clock(cast.after(hours=20), silent) == 1
    assert acting.act_by_clock(cast.after(hours=25), silent) == 0
    conversation.refresh_from_db()
    assert conversation.severity == Severity.SERIOUS


def test_a_team_that_is_renamed_is_meant_still_and_told_by_its_new_name() -> None:
    cast.support(cast.ada())
    version = written(("tag", "lamp"), asks="team:Support").now()
    Team.objects.update(name="Second line")
    assert "and Team is “Second line”: tag it" in version.sentence()
    assert version.asks_in(Names()) == 'team:"Second line"'


@pytest.mark.parametrize(
    ("asks", "told"),
    [
        ("subject:lamp", "Subject holds “lamp”"),
        ("-subject:lamp", "Subject does not hold “lamp”"),
        ('"charged twice"', "Words hold “charged twice”"),
        ("-organization:Acme", "Organization does not match “Acme”"),
        ("customer:nora", "Customer matches “nora”"),
        ("has:note,attachment", "Has “a note” or “an attachment”"),
        ("-is:late", "Marked as not “later than promised”"),
        ("-assignee:nobody", "Assigned to is not “nobody in particular”"),
    ],
)
def test_a_condition_is_said_as_it_is_meant(asks: str, told: str) -> None:
    assert f"and {told}: tag it" in written(("tag", "x"), asks=asks).now().sentence()


@pytest.mark.parametrize(
    ("asks", "told"), [("colour:red", "colour"), ("assignee:me", "A rule is nobody")]
)
def test_conditions_that_mean_nothing_are_told(asks: str, told: str) -> None:
    with pytest.raises(WrongFields, match=told):
        written(("tag", "x"), asks=asks)


@pytest.mark.parametrize(
    ("do", "value", "told"),
    [
        ("dance", "", "no step"),
        ("tag", "", "1 to 40 characters"),
        ("team", "Nobody", "none of these: Support"),
        ("severity", "VIP", "ordinary, serious, grave"),
        ("end", "spam", "none of these"),
        ("snooze", "forever", "number of hours"),
        ("answer", "Dear {{name}}, reply to us.", "placeholder"),
    ],
)
def test_steps_that_cannot_be_done_are_told(do: str, value: str, told: str) -> None:
    cast.support(cast.ada())
    with pytest.raises(WrongFields, match=told):
        written((do, value))


# The respect floor


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "says nothing"),
        ("Hello {{first_name}}, write to us@lamps.example.", "placeholder"),
        ("Hello, YOUR REQUEST HAS BEEN CLOSED. Reply if needed.", "shouts"),
        ("Closed. Call +43 1 234 56 78.", "neither greets nor says who writes"),
        ("Guten Tag, Ihr Anliegen ist erledigt.", "no way to reach a person"),
    ],
)
def test_what_lacks_respect_is_never_said_automatically(text: str, told: str) -> None:
    assert told in " ".join(respecting.fails(text, ["Lamps & Co"]))


@pytest.mark.parametrize(
    "text",
    [
        POLITE,
        "Guten Tag, wir haben Ihre E-Mail. Antworten Sie einfach auf diese Nachricht.",
        "Здравствуйте! Мы получили ваше письмо. Просто ответьте на него.",
        "Jó napot, megkaptuk a levelét. Válaszoljon erre, vagy hívjon: +36 1 234 5678.",
        "Lamps & Co here: your IBAN is known, write to help@lamps.example.",
    ],
)
def test_what_is_respectful_may_be_said(text: str) -> None:
    assert respecting.fails(text, ["Lamps & Co"]) == []


def test_what_happened_before_a_rule_was_written_is_the_past_to_it() -> None:
    conversation = cast.opened(cast.support(cast.ada()))
    rule = Rule(name="Later")
    steps = [Step(do="tag", value="lamp")]
    at = cast.after(minutes=5)
    rule.write(when=When.OPENED, asks="", steps=steps, why="", by=cast.olga(), at=at)
    rule.now().try_out(by=cast.olga(), at=at)
    rule.switch(on=True, by=cast.olga(), at=at)
    assert acted() == 0
    assert tags(conversation) == []


def test_a_note_of_a_rule_lets_nobody_in_whom_it_names() -> None:
    ada, max_ = cast.ada(), cast.max_()
    running(("note", "@max look at once, and you, @ada"), asks="subject:lamp")
    foreign = cast.opened(cast.support(ada))
    assert acted() == 1
    assert not foreign.is_visible_to(max_)
    assert list(Mention.objects.values_list("agent", flat=True)) == [ada.pk]
