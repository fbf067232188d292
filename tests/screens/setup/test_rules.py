"""Rules in the administration: a sentence, a trial with links, a switch, and a history."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast
from tests.channels.mail.letters import OTTO, conversation_of, mail, taken_in
from wingbeat.channels.mail import rule_answers
from wingbeat.channels.mail.models import Account
from wingbeat.desk.automation import acting
from wingbeat.desk.automation.rules import LONGEST_ANSWER, Rule
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.journal.sealing import seal
from wingbeat.desk.people.models import Agent, Team
from wingbeat.screens.setup.declaration_views import DeclarationForm

LAMPS = {
    "name": "Lamps", "when": "opened", "text": "subject:lamp", "do_0": "tag", "value_0": "lamp",
    "do_1": "team", "value_1": "Support", "why": "They are urgent",
}  # fmt: skip
UNWEIGHED = "Answer its three questions first"
QUESTIONS = ("for_customer", "outcome", "our_name")
POLITE = "Hello, we have your mail. Reply to this one if anything changes. Lamps & Co"


@pytest.mark.django_db
def test_a_rule_is_read_tried_and_switched_on_and_acts_on_a_real_mail(owner: Client) -> None:
    inbox = cast.support(cast.ada())
    Account.objects.create(inbox=inbox, smtp_host="mail.desk.example")
    past = cast.opened(inbox)
    answers = LAMPS | {"do_2": "answer", "value_2": POLITE}
    page = owner.post("/setup/rules/new/", answers, follow=True).content.decode()
    rule = Rule.objects.get()
    assert UNWEIGHED in page, "it is said before the trial, which an edit would undo"
    assert "When a customer writes for the first time, and Subject holds “lamp”: " in page
    assert "tag it “lamp”, then give it to Support, then answer" in page
    told = owner.post(f"/setup/rules/{rule.pk}/switch/", {"on": "yes"}, follow=True)
    assert "Try it on past conversations first" in told.content.decode()
    trial = owner.post(f"/setup/rules/{rule.pk}/trial/", follow=True).content.decode()
    assert "conversation" in trial
    told = owner.post(f"/setup/rules/{rule.pk}/switch/", {"on": "yes"}, follow=True)
    assert told.content.decode().count(UNWEIGHED) == 2
    weighed = dict.fromkeys(QUESTIONS, "w" * LONGEST_ANSWER)
    told = owner.post(f"/setup/rules/{rule.pk}/", answers | weighed, follow=True)
    assert UNWEIGHED not in told.content.decode()
    owner.post(f"/setup/rules/{rule.pk}/trial/")
    owner.post(f"/setup/rules/{rule.pk}/switch/", {"on": "yes"})
    rule.refresh_from_db()
    assert rule.is_on
    since_noon = (timezone.now() - cast.NOON).total_seconds()
    letter = mail(sender=OTTO, subject="A lamp is broken")
    arrived = conversation_of(taken_in(letter, seconds=since_noon))
    seal()
    now = cast.after(hours=1)
    acting.act_on_events(now, rule_answers.answer)
    assert [tagging.tag.name for tagging in arrived.taggings.all()] == ["lamp"]
    arrived.refresh_from_db()
    assert arrived.team == cast.support_team()
    assert Message.objects.automatic_of_ours([arrived.pk]) == 1
    assert arrived.waits_for_us_since is not None  # a machine answers nobody
    assert past.pk != arrived.pk
    page = owner.get(f"/setup/rules/{rule.pk}/").content.decode()
    assert f"what it will do: <del>–</del> <ins>{'w' * LONGEST_ANSWER}</ins>" in page
    assert f"#{arrived.pk}" in page
    page = owner.get(f"/conversations/{arrived.pk}/").content.decode()
    assert "By the rule “Lamps”: tagged it “lamp”, gave it to Support, answered" in page
    assert page.count("gave it to Support") == 1


@pytest.mark.django_db
def test_a_rules_line_names_people_and_stands_for_nothing_that_it_does_not_tell(
    owner: Client,
) -> None:
    inbox = cast.support(cast.ada())
    Account.objects.create(inbox=inbox, smtp_host="mail.desk.example")
    gives = {**LAMPS, "do_1": "agent", "value_1": cast.ada().email}
    for name, says in (("Lamps", gives), ("Tags", LAMPS | {"do_1": ""})):
        Rule.objects.update(is_on=False)
        owner.post("/setup/rules/new/", says | {"name": name})
        rule = Rule.objects.get(name=name)
        owner.post(f"/setup/rules/{rule.pk}/trial/")
        owner.post(f"/setup/rules/{rule.pk}/switch/", {"on": "yes"})
        since_noon = (timezone.now() - cast.NOON).total_seconds()
        letter = mail(sender=OTTO, subject=f"A lamp is broken {name}")
        arrived = conversation_of(taken_in(letter, seconds=since_noon))
        seal()
        acting.act_on_events(cast.after(hours=1), rule_answers.answer)
        acted = Entry.objects.filter(kind=Kind.RULE_ACTED, conversation_id=arrived.pk).get()
        system = Agent.objects.system()
        if name == "Tags":  # at the same moment, and no step of it
            arrived.assign(agent=cast.max_(), by=system, at=acted.at)
        page = owner.get(f"/conversations/{arrived.pk}/").content.decode()
        assert "gave it to Max Stone" in page if name == "Tags" else "Ada Fields" in page
        assert "gave it to ada@desk.example" not in page


@pytest.mark.django_db
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_lost(owner: Client) -> None:
    cast.support(cast.ada())
    wrong = owner.post("/setup/rules/new/", LAMPS | {"text": "colour:red"})
    assert wrong.status_code == 422
    assert "colour" in wrong.content.decode()
    shouted = LAMPS | {"do_2": "answer", "value_2": "WE CLOSED YOUR REQUEST"}
    page = owner.post("/setup/rules/new/", shouted)
    assert page.status_code == 422
    assert "It shouts" in page.content.decode()
    assert "WE CLOSED YOUR REQUEST" in page.content.decode()
    most = int(DeclarationForm.base_fields["why"].max_length)  # type: ignore[attr-defined]  # a CharField
    long = owner.post("/setup/rules/new/", LAMPS | {"why": "y" * (most + 1)})
    assert long.status_code == 422
    assert f"{most} characters at most" in long.content.decode()
    for name in QUESTIONS:
        full = owner.post("/setup/rules/new/", LAMPS | {name: "y" * (LONGEST_ANSWER + 1)})
        told = f"Ensure this value has at most {LONGEST_ANSWER} characters"
        assert told in full.content.decode()
        assert "y" * (LONGEST_ANSWER + 1) in full.content.decode(), "and not a letter is cut"
    assert not Rule.objects.exists()
    lines = ["right", "done", "n" * (most - len("right\ndone\n"))]
    owner.post("/setup/rules/new/", LAMPS | {"why": "\r\n".join(lines)})
    rule = Rule.objects.get()
    assert rule.now().why == "\n".join(lines), "a break is one character"
    shown = owner.get(f"/setup/rules/{rule.pk}/").content.decode()
    assert "\n".join(lines) + "</textarea>" in shown, "an edit begins with what was said"


@pytest.mark.django_db
def test_its_conditions_are_built_of_lines_and_what_they_may_not_be_is_told(owner: Client) -> None:
    cast.support(cast.ada())
    sent = LAMPS | {"text": "", "was": "", "field": "assignee", "relation": "is", "value": "me"}
    wrong = owner.post("/setup/rules/new/", sent)
    assert wrong.status_code == 422
    assert "A rule is nobody" in wrong.content.decode()
    owner.post("/setup/rules/new/", sent | {"value": "nobody", "relation": "not"})
    assert Rule.objects.get().now().asks == "-assignee:nobody"


@pytest.mark.django_db
def test_rules_have_an_order_that_can_be_changed(owner: Client) -> None:
    cast.support(cast.ada())
    for name in ("One", "Two"):
        owner.post("/setup/rules/new/", LAMPS | {"name": name})
    owner.post(f"/setup/rules/{Rule.objects.get(name='Two').pk}/place/")
    assert [one.name for one in Rule.objects.in_order()] == ["Two", "One"]


@pytest.mark.django_db
def test_the_list_costs_the_same_whatever_its_length(owner: Client) -> None:
    cast.support(cast.ada())
    counts = []
    for turn in range(2):
        for number in range(10):
            owner.post("/setup/rules/new/", LAMPS | {"name": f"Rule {turn} {number}"})
        owner.get("/setup/rules/")
        with CaptureQueriesContext(connection) as captured:
            owner.get("/setup/rules/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_what_an_act_takes_is_chosen_from_what_there_is(owner: Client) -> None:
    inbox = cast.support(cast.ada())
    cast.opened(inbox).tag("lamp", by=cast.ada(), at=cast.NOON)
    new = owner.get("/setup/rules/new/").content.decode()
    for do, offered in (
        ("team", "Support"), ("agent", "ada@desk.example"), ("move", "Support"),
        ("end", "answered"), ("severity", "grave"),
    ):  # fmt: skip
        takes = new.partition(f'data-takes="{do}">')[2].partition("</template>")[0]
        assert "<select" in takes
        assert f'<option value="{offered}">' in takes, do
    assert 'data-takes="tag"><input type="text" name="value" list="known-tags"' in new
    owner.post("/setup/rules/new/", LAMPS)
    rule = Rule.objects.get()
    page = owner.get(f"/setup/rules/{rule.pk}/").content.decode()
    assert '<option value="Support" selected>Support</option>' in page
    assert 'name="value_0" value="lamp" list="known-tags"' in page


@pytest.mark.django_db
def test_a_team_that_is_gone_is_still_said_and_nothing_else_is_chosen_for_it(owner: Client) -> None:
    team = cast.support_team(cast.ada())
    owner.post("/setup/rules/new/", LAMPS)
    team.name = "Helpers"
    team.save()
    page = owner.get(f"/setup/rules/{Rule.objects.get().pk}/").content.decode()
    assert '<option value="Support" selected>Support</option>' in page


@pytest.mark.django_db
def test_the_values_cost_the_same_questions_however_many_there_are(owner: Client) -> None:
    counts = []
    for _round in range(2):
        for number in range(5):
            Team.objects.create(name=f"{_round} {number}")
        owner.get("/setup/rules/new/")
        with CaptureQueriesContext(connection) as captured:
            owner.get("/setup/rules/new/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_an_agent_is_chosen_by_name_and_a_kept_address_goes_on_working(owner: Client) -> None:
    ada = cast.ada()
    gone = LAMPS | {"do_1": "agent", "value_1": ada.email}
    owner.post("/setup/rules/new/", gone)
    path = f"/setup/rules/{Rule.objects.get().pk}/"
    page = owner.get(path).content.decode()
    assert f'<option value="{ada.email}" selected>{ada.name}</option>' in page
    assert ">Give it to an agent</option>" in page
    kept = owner.post(path, gone | {"why": "They are still urgent"})
    assert kept.status_code == 302
    assert Rule.objects.get().now().steps[1] == {"do": "agent", "value": ada.email}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "holds"),
    [("en", "holds"), ("de", "enthält"), ("hu", "tartalmazza:"), ("ru", "содержит")],
)
def test_a_kept_line_says_how_it_compares_without_a_script(
    owner: Client, olga: Agent, language: str, holds: str
) -> None:
    cast.support(cast.ada())
    owner.post("/setup/rules/new/", LAMPS)
    Agent.objects.filter(pk=olga.pk).update(language=language)
    page = owner.get(f"/setup/rules/{Rule.objects.get().pk}/").content.decode()
    line = page.partition("data-line>")[2].partition("</li>")[0]
    assert re.search(rf'<option value="is"[^>]* selected>{holds}</option>', line)
