"""Rank makes no difference to the laws: all are told the same, and each reads their own alone."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from tests import cast
from tests.screens.agent.conftest import ClientOf
from tests.screens.agent.hinting import ASKED, counts, line, read
from wingbeat.desk.care.grant import Grant, Standing, Why
from wingbeat.desk.care.hint import HintCount
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent, Role

pytestmark = pytest.mark.django_db
WORDS = "Dear Nroa, the invoice is attached. Is there anything else? Kind regards"
HARD = "You forgot to attach the invoice. Please look again."


@pytest.fixture
def conversation(support: Inbox) -> Conversation:
    return cast.opened(support, cast.said(text=ASKED, at=timezone.now()))


@pytest.fixture
def everybody(conversation: Conversation) -> list[Agent]:
    """One of each rank, each of whom may answer this conversation."""
    admin = Agent.objects.invite(email="ann@desk.example", name="Ann Admin", role=Role.ADMIN)
    conversation.admit(cast.lena(), by=cast.ada(), at=timezone.now())
    cast.support_team(lead=cast.max_())
    return [cast.olga(), admin, cast.max_(), cast.ada(), cast.lena()]


def test_whoever_writes_is_told_the_same_and_asks_a_second_person_above_the_same_limit(
    conversation: Conversation, everybody: list[Agent], client_of: ClientOf
) -> None:
    told = {line(read(client_of(one), conversation, WORDS)) for one in everybody}
    (said,) = told
    assert "“Nroa”: they write Nora Lind." in said
    for one in everybody:
        form = {"kind": "refund", "cents": "20.01"}
        client_of(one).post(f"/conversations/{conversation.pk}/grants/", form)
    asked = Grant.objects.filter(standing=Standing.ASKED, why_asked=Why.LIMIT)
    assert {row.by for row in asked} == set(everybody)


def test_a_leads_words_meet_the_same_laws_and_they_alone_read_the_result(
    conversation: Conversation, everybody: list[Agent], client_of: ClientOf, desk: Client
) -> None:
    lead = next(one for one in everybody if one == cast.max_())
    assert "“Nroa”: they write Nora Lind." in line(read(client_of(lead), conversation, WORDS))
    # neither their team nor whoever looks after the desk meets it, and nothing says whose it was
    for reader in (cast.ada(), cast.olga()):
        browser = client_of(reader)
        for url in (f"/conversations/{conversation.pk}/", "/hints/", "/team/", "/today/"):
            page = browser.get(url).content.decode()
            assert "Nroa" not in page, (reader.name, url)
    assert [row[:3] for row in counts()] == [("Support", "first_impression.name_misspelt", 1)]
    assert not [field for field in HintCount._meta.get_fields() if field.related_model is Agent]


def test_a_note_is_read_with_the_same_regard_for_its_author_alone(
    conversation: Conversation, desk: Client, ada: Agent, client_of: ClientOf
) -> None:
    conversation.reply(cast.letter("We look."), by=ada, at=timezone.now(), seen=None)
    assert line(read(desk, conversation, HARD, kind="note")) == "", "only whoever asks for it"
    Agent.objects.filter(pk=ada.pk).update(hears_manner=True)
    said = line(read(desk, conversation, HARD, kind="note"))
    assert "did not get to attach" in said
    assert line(read(desk, conversation, HARD)) == "", "of our first words to customers alone"
    lead = client_of(cast.max_())
    cast.support_team(lead=cast.max_())
    for url in (f"/conversations/{conversation.pk}/", "/hints/"):
        assert "did not get to" not in lead.get(url).content.decode()
    assert counts() == []


def test_impatience_is_marked_as_such_with_a_patient_wording_for_who_asked(
    conversation: Conversation, desk: Client, ada: Agent
) -> None:
    said = "Hello Nora, as I already told you, the invoice is in your mail and it takes 5 days."
    assert "impatient" not in read(desk, conversation, said)
    Agent.objects.filter(pk=ada.pk).update(hears_manner=True)
    page = read(desk, conversation, said)
    assert "These words may sound impatient." in page
    assert "to say it once more, the invoice is in your mail and it takes 5 days." in page
    assert "sound hard" not in page
    assert "impatient" not in read(desk, conversation, said.replace("as I already told you, ", ""))
