"""Shared drafts: who reads them, who writes on, and that two never write unseen."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.conftest import forget_who_is_here
from tests.screens.agent.conftest import ClientOf
from wingbeat.desk.conversations import presence, shared_draft
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.shared_draft import CannotContinue, continue_, shown_to
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent
from wingbeat.screens.agent import drafts

pytestmark = pytest.mark.django_db
WORDS = {"text": "Dear Nora, the <b>lamp</b>", "to": "nora@customers.example", "seen": "9"}


@pytest.fixture
def conversation(support: Inbox) -> Conversation:
    return cast.opened(support)


@pytest.fixture
def max_(client_of: ClientOf, support: Inbox) -> Client:
    return client_of(cast.max_())


def page_of(client: Client, conversation: Conversation) -> str:
    return client.get(f"/conversations/{conversation.pk}/").content.decode()


def shared(desk: Client, conversation: Conversation, **more: str) -> Draft:
    url = f"/conversations/{conversation.pk}/replies/"
    desk.post(url, {**WORDS, "then": "share", **more})
    return Draft.objects.get(agent=cast.ada())


def continued(client: Client, draft: Draft) -> str:
    url = f"/conversations/{draft.conversation_id}/continuing/"
    return client.post(url, {"draft": draft.pk}, follow=True).content.decode()


def test_a_draft_is_ones_own_until_it_is_shown_and_again_when_it_is_kept_back(
    desk: Client, max_: Client, conversation: Conversation
) -> None:
    desk.post(f"/conversations/{conversation.pk}/drafts/reply/", WORDS)
    assert "the &lt;b&gt;lamp" not in page_of(max_, conversation)
    shared(desk, conversation)
    assert "the &lt;b&gt;lamp" in page_of(max_, conversation)
    desk.post(f"/conversations/{conversation.pk}/replies/", {**WORDS, "then": "keep"})
    assert "the &lt;b&gt;lamp" not in page_of(max_, conversation)
    assert not Message.objects.filter(agent=cast.ada()).exists()
    kinds = Entry.objects.filter(kind__startswith="draft.").order_by("pk").values_list("kind")
    assert [kind for (kind,) in kinds] == ["draft.shared", "draft.kept_back"]


def test_a_colleague_writes_on_and_who_wrote_what_is_kept(
    desk: Client, max_: Client, conversation: Conversation
) -> None:
    draft = shared(desk, conversation)
    page = continued(max_, draft)
    assert "What Ada Fields wrote" in page
    assert "the &lt;b&gt;lamp" in page
    max_.post(f"/conversations/{conversation.pk}/drafts/reply/", {**WORDS, "text": "Another way"})
    draft.refresh_from_db()
    assert (draft.agent, draft.turns.get().agent) == (cast.max_(), cast.ada())
    ada_sees = page_of(desk, conversation)
    assert "Max Stone is writing a reply" in ada_sees
    assert "Another way" in ada_sees
    assert "What Ada Fields wrote" in ada_sees
    assert "continued a colleague&#x27;s draft" in ada_sees


def test_whoever_goes_on_typing_in_what_another_continues_is_told_and_loses_nothing(
    desk: Client, max_: Client, conversation: Conversation
) -> None:
    draft = shared(desk, conversation)
    continued(max_, draft)
    url = f"/conversations/{conversation.pk}/drafts/reply/"
    told = desk.post(url, {**WORDS, "text": "Typed on"}).content.decode()
    assert told == "Max Stone continues the draft you began; these words are a second one."
    draft.refresh_from_db()
    assert "Typed on" not in draft.html
    assert Draft.objects.filter(agent=cast.ada(), html__contains="Typed on").exists()


def test_saving_never_takes_a_draft_back_that_was_just_continued(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    draft = shared(desk, conversation)
    stale = drafts.draft_of(ada, conversation, "reply")
    assert stale == draft
    continue_(draft.pk, conversation, by=cast.max_(), at=cast.NOON)
    drafts.save_draft(
        ada, conversation, "reply", inbox=conversation.inbox, form=WORDS, at=cast.NOON
    )
    draft.refresh_from_db()
    assert draft.agent == cast.max_()
    assert Draft.objects.count() == 2


def test_words_of_ones_own_are_not_thrown_away_for_a_colleagues(
    desk: Client, max_: Client, conversation: Conversation
) -> None:
    draft = shared(desk, conversation)
    max_.post(f"/conversations/{conversation.pk}/drafts/reply/", {**WORDS, "text": "Mine"})
    assert "You have begun words of your own here" in continued(max_, draft)
    draft.refresh_from_db()
    assert draft.agent == cast.ada()
    assert not draft.turns.exists()


def test_what_is_kept_back_or_of_another_place_is_not_continued(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    draft = shared(desk, conversation)
    elsewhere = cast.opened(conversation.inbox)
    for place in (elsewhere, conversation):
        if place == conversation:
            shared_draft.share(draft, is_shared=False, by=ada, at=cast.NOON)
        with pytest.raises(CannotContinue, match="no longer shared"):
            continue_(draft.pk, place, by=cast.max_(), at=cast.NOON)


def test_only_whoever_reads_the_conversation_reads_it_and_its_files_and_light_agents_do_not(
    desk: Client, max_: Client, conversation: Conversation, ada: Agent, client_of: ClientOf
) -> None:
    draft = shared(desk, conversation)
    file = drafts.attach(draft, [SimpleUploadedFile("a.txt", b"lamp", "text/plain")])[0]
    url = f"/attachments/{file.token}/"
    assert max_.get(url).status_code == 200
    lena = cast.lena()
    conversation.admit(lena, by=ada, at=cast.NOON)
    light = client_of(lena)
    assert "the &lt;b&gt;lamp" not in page_of(light, conversation)
    assert light.get(url).status_code == 404
    conversation.restrict(to=[], by=ada, at=cast.NOON)
    assert max_.get(url).status_code == 404
    assert (
        max_.post(f"/conversations/{conversation.pk}/continuing/", {"draft": draft.pk}).status_code
        == 404
    )
    shared_draft.share(draft, is_shared=False, by=ada, at=cast.NOON)
    assert not shown_to(cast.max_(), conversation)


def test_a_sent_draft_is_shown_no_more(
    desk: Client, max_: Client, conversation: Conversation
) -> None:
    shared(desk, conversation)
    newest = conversation.messages.latest("pk").pk
    desk.post(f"/conversations/{conversation.pk}/replies/", {**WORDS, "seen": str(newest)})
    assert Message.objects.filter(agent=cast.ada()).count() == 1
    assert 'class="shared-draft"' not in page_of(max_, conversation)


def test_many_turns_ask_no_more_questions(
    desk: Client, max_: Client, conversation: Conversation, ada: Agent
) -> None:
    draft = shared(desk, conversation)
    counts = []
    for _round in range(2):
        for agent in (cast.max_(), ada) * 5:
            continue_(draft.pk, conversation, by=agent, at=cast.NOON)
        page_of(max_, conversation)
        with CaptureQueriesContext(connection) as captured:
            page_of(max_, conversation)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_open_page_is_told_that_a_shared_draft_was_written_on(
    desk: Client, max_: Client, conversation: Conversation
) -> None:
    forget_who_is_here()
    url = f"/conversations/{conversation.pk}/shared-drafts/"
    assert f'data-shared-drafts="{url}"' in page_of(max_, conversation)
    told: list[list[int]] = []
    presence.registry.on_change = lambda _pk, who, **_more: told.append(
        [one.draft_version for one in who]
    )
    try:
        desk.post(f"/conversations/{conversation.pk}/drafts/reply/", WORDS)
        assert told == [], "one's own words are nobody's business"
        draft = shared(desk, conversation)
        more = {**WORDS, "text": "Dear Nora, the new lamp"}
        desk.post(f"/conversations/{conversation.pk}/drafts/reply/", more)
    finally:
        presence.registry.on_change = lambda _pk, _who, **_more: None
        forget_who_is_here()
    assert told
    assert told[-1][0] > 0
    part = max_.get(url).content.decode()
    assert "the new lamp" in part
    assert f'data-shared-draft="{draft.pk}"' in part
    assert "<html" not in part
    assert "the new lamp" not in desk.get(url).content.decode(), "one's own stands in the composer"


def test_the_part_that_follows_asks_as_much_for_two_drafts_as_for_one(
    desk: Client, max_: Client, conversation: Conversation, client_of: ClientOf
) -> None:
    shared(desk, conversation)
    url = f"/conversations/{conversation.pk}/shared-drafts/"
    max_.get(url)
    with CaptureQueriesContext(connection) as one:
        max_.get(url)
    cast.support(cast.olga())
    note = f"/conversations/{conversation.pk}/notes/"
    client_of(cast.olga()).post(note, {"text": "x", "then": "share"})
    with CaptureQueriesContext(connection) as two:
        max_.get(url)
    assert len(one.captured_queries) == len(two.captured_queries)


def test_a_light_agent_hears_of_no_unfinished_words(
    desk: Client, conversation: Conversation, client_of: ClientOf
) -> None:
    shared(desk, conversation)
    conversation.assign(agent=cast.lena(), by=cast.ada(), at=cast.NOON)
    lena = client_of(cast.lena())
    assert "data-shared-drafts" not in page_of(lena, conversation)
    url = f"/conversations/{conversation.pk}/shared-drafts/"
    assert "the &lt;b&gt;lamp" not in lena.get(url).content.decode()
