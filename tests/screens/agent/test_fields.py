"""Custom fields on screen: beside the person, on their page, on paper, and changed by a form."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import cast
from tests.screens.agent.conftest import ClientOf
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.custom_field import CustomField, CustomValue, keep, told_of
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(support: Inbox) -> Conversation:
    return cast.opened(support)


def made(label: str, about: str, shape: str, choices: tuple[str, ...] = ()) -> CustomField:
    row = CustomField(name=label.lower(), label=label, about=about, shape=shape)
    return keep(row, choices=choices, by=cast.olga(), at=cast.NOON)


@pytest.fixture
def plan(db: None) -> CustomField:
    return made("Plan", "customer", "choice", ("Gold", "Silver"))


@pytest.fixture
def due(db: None) -> CustomField:
    return made("Due", "conversation", "date")


def test_fields_are_filled_in_and_stand_beside_the_person_on_their_page_and_on_paper(
    desk: Client, conversation: Conversation, plan: CustomField, due: CustomField
) -> None:
    one = f"/conversations/{conversation.pk}/"
    form = desk.get(f"{one}fields/").content.decode()
    assert 'type="date"' in form
    assert '<option value="Silver">' in form
    desk.post(f"{one}fields/", {f"field-{plan.pk}": "Silver", f"field-{due.pk}": "2026-03-31"})
    page, paper = desk.get(one).content.decode(), desk.get(f"{one}print/").content.decode()
    customer = desk.get(f"/customers/{conversation.customer_id}/").content.decode()
    assert '<dd dir="auto">Silver</dd>' in page
    assert "2026-03-31" in page
    assert "Plan: Silver" in paper
    assert "Silver" in customer
    assert "2026-03-31" not in customer  # it tells of the conversation


def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(
    desk: Client, conversation: Conversation, plan: CustomField, due: CustomField
) -> None:
    said = {f"field-{plan.pk}": "Gold", f"field-{due.pk}": "soon <b>"}
    answer = desk.post(f"/conversations/{conversation.pk}/fields/", said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "write a day such as" in page
    assert 'value="soon &lt;b&gt;"' in page
    assert '<option value="Gold" selected>' in page
    assert not CustomValue.objects.exists()


def test_a_form_changes_only_what_was_changed_in_it(
    desk: Client, conversation: Conversation, plan: CustomField
) -> None:
    note = made("Note", "customer", "text")
    url = f"/customers/{conversation.customer_id}/fields/"
    desk.post(url, {f"field-{plan.pk}": "Gold", f"field-{note.pk}": "a"})
    stale = {  # the form as it was shown before somebody else said Silver
        f"field-{plan.pk}": "Gold", f"initial-field-{plan.pk}": "Gold",
        f"field-{note.pk}": "b", f"initial-field-{note.pk}": "a",
    }  # fmt: skip
    desk.post(url, {f"field-{plan.pk}": "Silver", f"initial-field-{plan.pk}": "Gold"})
    desk.post(url, stale)
    told = told_of([plan, note], conversation.customer)
    assert [one.text for one in told] == ["Silver", "b"]


def test_a_value_that_is_no_choice_any_more_stays_until_it_is_changed(
    desk: Client, conversation: Conversation, plan: CustomField
) -> None:
    url = f"/customers/{conversation.customer_id}/fields/"
    desk.post(url, {f"field-{plan.pk}": "Gold"})
    keep(plan, choices=("Silver",), by=cast.olga(), at=cast.NOON)
    assert '<option value="Gold" selected>' in desk.get(url).content.decode()
    desk.post(url, {f"field-{plan.pk}": "Gold", f"initial-field-{plan.pk}": "Gold"})
    assert CustomValue.objects.get().text == "Gold"


def test_light_agents_read_fields_and_change_none(
    conversation: Conversation, plan: CustomField, ada: Agent, client_of: ClientOf, desk: Client
) -> None:
    desk.post(f"/conversations/{conversation.pk}/fields/", {f"field-{plan.pk}": "Gold"})
    lena = cast.lena()
    conversation.admit(lena, by=ada, at=cast.NOON)
    light = client_of(lena)
    page = light.get(f"/conversations/{conversation.pk}/").content.decode()
    assert "Gold" in page
    assert "/fields/" not in page
    url = f"/conversations/{conversation.pk}/fields/"
    assert light.post(url, {f"field-{plan.pk}": "Silver"}).status_code == 403


def test_a_view_offers_them_in_its_lines(desk: Client, plan: CustomField) -> None:
    page = desk.get("/views/new/").content.decode()
    assert '<option value="field.plan"' in page
    assert '<datalist id="values-field.plan">' in page
