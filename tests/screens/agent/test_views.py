"""Views on screen: building a question, keeping it, reading its list."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast
from tests.screens.agent.conftest import ClientOf
from tests.screens.agent.test_lists import wait
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.view import ForWhom, View, keep
from wingbeat.desk.conversations.view_counts import count_views
from wingbeat.desk.people.models import Agent, Team
from wingbeat.screens.agent.lists import ROWS

pytestmark = pytest.mark.django_db
LINES = {
    "field": ["state", "tag", ""],
    "relation": ["is", "not", "is"],
    "value": ["us", "a, b", ""],
}


def kept(ada: Agent, name: str = "Who waits", question: str = "state:us", **more: object) -> View:
    return keep(View(name=name, question=question, owner=ada, **more), by=ada, at=timezone.now())


def test_a_view_is_built_of_lines(desk: Client, support: Inbox) -> None:
    answer = desk.post("/views/new/", {**LINES, "name": "Untagged", "then": "keep"})
    view = View.objects.get()
    assert answer.headers["Location"] == f"/views/{view.pk}/"
    assert view.question == "state:us -tag:a,b"


def test_the_text_wins_where_it_was_changed(desk: Client) -> None:
    form = {**LINES, "text": "state:quiet", "was": "state:us", "then": "look"}
    asked = desk.post("/views/new/", form).context["asked"]
    assert asked.text == "state:quiet"
    assert [line.row.field for line in asked.lines] == ["state", "", ""]
    form["was"] = form["text"]
    assert desk.post("/views/new/", form).context["asked"].text == "state:us -tag:a,b"


def test_looking_shows_what_it_finds_and_keeps_nothing(desk: Client, support: Inbox) -> None:
    wait(support, 7)
    page = desk.post("/views/new/", {**LINES, "then": "look"})
    assert "It finds 7 now" in page.content.decode()
    assert len(page.context["found"]) == 5
    assert not View.objects.exists()


def test_what_is_wrong_stands_where_it_was_typed_and_nothing_typed_is_lost(desk: Client) -> None:
    form = {"field": ["state", "inbox"], "relation": ["is", "is"], "value": ["<b>", "x"],
            "name": "Mine & yours", "columns": ["tags"], "then": "keep"}  # fmt: skip
    answer = desk.post("/views/new/", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“&lt;b&gt;” is no value of “state”; use one of: us, customer" in page
    assert 'value="&lt;b&gt;"' in page
    assert "Mine &amp; yours" in page
    text = desk.post("/views/new/", {"text": "tag:a colour:red", "was": ""}).content.decode()
    assert "<code>tag:a <mark>colour</mark>:red</code>" in text
    assert "“colour” is no field." in text


def test_a_name_that_nothing_has_is_told(desk: Client, support: Inbox) -> None:
    page = desk.get("/views/new/", {"q": "inbox:Suport assignee:Ade"}).content.decode()
    assert "No inbox that you read is called “Suport”. There is: Support." in page
    assert "Nobody here is called “Ade”." in page


def test_its_list_is_a_list_like_every_other(desk: Client, ada: Agent, support: Inbox) -> None:
    wait(support, ROWS + 2)
    view = kept(ada)
    first = desk.get(f"/views/{view.pk}/").context["list"]
    assert [row.customer for row in first.rows][:2] == ["Customer 00", "Customer 01"]
    second = desk.get(first.next_url).context["list"]
    assert [row.customer for row in second.rows] == ["Customer 50", "Customer 51"]
    beside = desk.get(first.rows[0].url).context["list"]
    assert (beside.title, beside.url) == ("Who waits", f"/views/{view.pk}/")


@pytest.mark.parametrize("question", ["sort:opened", "sort:oldest", "sort:earliest", "state:us"])
def test_every_order_goes_on_where_a_page_stopped(
    desk: Client, ada: Agent, support: Inbox, question: str
) -> None:
    wait(support, ROWS + 2)
    view = kept(ada, question=question)
    first = desk.get(f"/views/{view.pk}/").context["list"]
    second = desk.get(first.next_url).context["list"]
    assert len({row.pk for row in (*first.rows, *second.rows)}) == ROWS + 2


def test_columns_tell_more_of_each_row(desk: Client, ada: Agent, support: Inbox) -> None:
    conversation = cast.opened(support)
    conversation.tag("lamp", by=ada, at=timezone.now())
    view = kept(ada, columns=["tags", "number", "inbox"])
    (row,) = desk.get(f"/views/{view.pk}/").context["list"].rows
    assert row.facts == f"#{conversation.pk} · Support · #lamp"
    assert row.excerpt == ""


def test_a_view_costs_the_same_whatever_its_length(
    desk: Client, ada: Agent, support: Inbox
) -> None:
    question = "state:us -tag:x inbox:Support assignee:nobody words"
    view = kept(ada, question=question, columns=["tags", "inbox"])
    pages = [f"/views/{view.pk}/", "/views/", f"/views/{view.pk}/question/", "/"]
    counts = []
    for number in range(2):
        wait(support, 10)
        for more in range(10):
            kept(ada, f"{number} {more}")
        took = []
        for page in pages:
            desk.get(page)
            with CaptureQueriesContext(connection) as captured:
                desk.get(page)
            took.append(len(captured))
        counts.append(took)
    assert counts[0] == counts[1]


def test_seven_views_stand_in_the_rail_with_their_counts(
    desk: Client, ada: Agent, support: Inbox
) -> None:
    for number in range(8):
        kept(ada, f"View {number}")
    wait(support, 3)
    assert [view.count for view in desk.get("/").context["rail"].views] == [""] * 7
    desk.get("/rail/")
    count_views(timezone.now())
    rail = desk.get("/").context["rail"]
    assert [view.count for view in rail.views] == ["3"] * 7


def test_a_count_is_never_made_inside_a_list(desk: Client, ada: Agent, support: Inbox) -> None:
    view = kept(ada)
    with CaptureQueriesContext(connection) as captured:
        desk.get(f"/views/{view.pk}/")
    assert not [query for query in captured if "COUNT(" in query["sql"].upper()]
    assert not [query for query in captured if "LIMIT 100" in query["sql"]]


def test_what_a_form_did_not_offer_is_not_kept(
    desk: Client, ada: Agent, support: Inbox, client_of: ClientOf
) -> None:
    foreign = Team.objects.create(name="Others")
    form = {**LINES, "name": "x", "for_whom": f"team-{foreign.pk}", "then": "keep"}
    assert desk.post("/views/new/", form).status_code == 422
    form |= {"for_whom": "nobody", "columns": "secrets"}
    desk.post("/views/new/", form)
    assert View.objects.get().for_whom == ForWhom.ONESELF
    assert View.objects.get().columns == []


def test_others_use_a_view_and_do_not_change_it(
    desk: Client, ada: Agent, support: Inbox, client_of: ClientOf
) -> None:
    view = kept(ada, for_whom=ForWhom.ALL)
    max_ = client_of(cast.max_())
    assert max_.get(f"/views/{view.pk}/").status_code == 200
    assert "Change</a>" not in max_.get(f"/views/{view.pk}/").content.decode()
    assert max_.post(f"/views/{view.pk}/question/", LINES).status_code == 404
    assert max_.post(f"/views/{view.pk}/removal/").status_code == 404
    assert desk.post(f"/views/{view.pk}/removal/").status_code == 302
    assert not View.objects.exists()


def test_a_question_of_an_older_release_is_shown_to_be_mended(
    desk: Client, ada: Agent, support: Inbox
) -> None:
    view = kept(ada)
    View.objects.update(question="colour:red")
    page = desk.get(f"/views/{view.pk}/", follow=True).content.decode()
    assert "“colour” is no field." in page
    conversation = cast.opened(support)
    assert desk.get(f"/conversations/{conversation.pk}/?list=view.{view.pk}").status_code == 200
    assert Conversation.objects.count() == 1


def test_a_page_of_no_views_says_so(desk: Client, ada: Agent) -> None:
    assert "Nothing yet." in desk.get("/views/").content.decode()
    kept(ada)
    assert "Nothing yet." not in desk.get("/views/").content.decode()
