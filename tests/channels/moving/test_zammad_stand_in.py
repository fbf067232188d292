"""A Zammad that another hand wrote from its public sources comes in whole, in all three shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests import cast
from tests.channels.moving import zammad_stand_in as stand_in
from tests.channels.moving.zammad_stand_in_api import TOKEN, Server
from wingbeat.channels.moving import running
from wingbeat.channels.moving.zammad import api, reading, tables
from wingbeat.desk.conversations.conversation import Conversation, State
from wingbeat.desk.conversations.custom_field import CustomValue
from wingbeat.desk.conversations.mentioning import Following
from wingbeat.desk.customers.models import Address
from wingbeat.desk.moving.models import OldNumber
from wingbeat.desk.moving.shapes import Tally
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
GROUPS = dict.fromkeys(["Users", "Service", "Service::Pumps", "Archive"], "support@desk.example")


@pytest.fixture(autouse=True)
def anna(monkeypatch: pytest.MonkeyPatch) -> Agent:
    monkeypatch.setattr(api, "PATIENCE", ())
    anna = Agent.objects.create(email="anna.berg@oldshop.example", name="Anna Berg")
    cast.support(cast.ada(), anna)
    return anna


Shelf = api.Api | tables.Tables
Opening = Callable[[], Shelf]


@pytest.fixture(params=["csv", "json", "api"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opening]:
    desk = stand_in.desk()
    with ExitStack() as stack:
        if request.param == "api":
            address = stack.enter_context(Server(desk)).url
        else:
            write = stand_in.as_csv if request.param == "csv" else stand_in.as_json
            write(tmp_path / "dump", desk.tables)
            stand_in.put_files(tmp_path / "fs", desk)

        def opened() -> Shelf:
            if request.param == "api":
                shelf: Shelf = api.Api(address, TOKEN)
            else:
                scratch = Path(stack.enter_context(TemporaryDirectory()))
                files = tmp_path / "fs"
                shelf = tables.in_folder(tmp_path / "dump", files=files, scratch=scratch)
            stack.callback(shelf.close)
            return shelf

        yield opened


def moved_in(opening: Opening, *, is_trial: bool = False) -> Tally:
    at, shelf = cast.after(days=1), opening()
    rows = reading.conversations(shelf, into=None, groups=GROUPS)
    desk = running.old_desk("the other hand", at=at, is_trial=is_trial)
    return running.move_in(desk, rows, at=at, ours=shelf.addresses(), is_trial=is_trial)


def numbered(number: str) -> Conversation:
    found = OldNumber.objects.get(number=number).conversation
    assert found is not None
    return found


def test_everything_is_counted(opening: Opening) -> None:
    tried = moved_in(opening, is_trial=True)
    tally = moved_in(opening)
    listed = 0 if isinstance(opening(), api.Api) else 1  # the API tells of no checklists
    assert {name: count for name, count in tally.counts.items() if count} == {
        "new": 13, "merged": 2, "messages": 20 + listed, "files": 4, "customers": 6, "agents": 1,
    }  # fmt: skip
    assert [(one.ref, one.why) for one in tally.skipped] == [("22008", "it was removed there")]
    for name in ("new", "merged", "messages", "files"):
        assert tried.counts[name] == tally.counts[name]


def test_a_whole_conversation_stands_as_it_did(opening: Opening, anna: Agent) -> None:
    moved_in(opening)
    pump = numbered("22002")
    assert (pump.subject, pump.state, pump.assignee) == ("Pump drips", State.US, anna)
    assert pump.opened_at == datetime(2026, 3, 2, 9, 0, 0, 123000, tzinfo=UTC)
    notes = pump.messages.filter(words__text__startswith="Before we send one")
    said = list(pump.messages.exclude(pk__in=notes).order_by("at").select_related("words"))
    assert [one.kind for one in said] == ["customer", "agent", "note", "agent", "customer"]
    assert [one.automatic for one in said] == ["", "reply", "", "", ""]
    assert [one.agent for one in said[2:4]] == [anna, anna]
    assert "script" not in said[0].words.html
    photo, bill = said[0].attachments.order_by("-name")
    assert (photo.name, photo.content(), photo.is_inline) == ("photo.png", stand_in.PNG, True)
    assert f'src="/attachments/{photo.token}/"' in said[0].words.html
    assert (bill.name, bill.content()) == ("Rechnung Nr. 5 ä.pdf", stand_in.PDF)
    assert [one.name for one in said[3].attachments.all()] == ["Rechnung.pdf"]
    assert {one.email for one in pump.participants.all()} == {
        "nora.lind@example.org", "juergen.gross@example.org",
    }  # fmt: skip
    tags = {tagging.tag.name for tagging in pump.taggings.select_related("tag")}
    assert tags == {"pump", "gewährleistung, alt"}
    assert [row.agent for row in Following.objects.filter(conversation=pump)] == [anna]


def test_what_it_kept_in_fields_of_its_own_is_kept_in_fields_here(
    opening: Opening,
) -> None:
    moved_in(opening)
    pump = numbered("22002")
    held = CustomValue.objects.filter(conversation=pump)
    assert dict(held.values_list("field__label", "text")) == {
        "Serial number": "P-7/0815",
        "Affected area": "Pumps::Indoor",
        "Symptoms": "drips; loud, at night",
        "Under warranty": "yes",
        "Delivered on": "2026-02-14",
    }
    theirs = CustomValue.objects.filter(customer=pump.customer).get()
    assert (theirs.field.label, theirs.text) == ("Customer number", "K-100")
    its = CustomValue.objects.get(organization=pump.customer.organization)
    assert (its.field.label, its.text) == ("Contract", "gold")


def test_what_was_merged_is_read_in_one_place(opening: Opening) -> None:
    moved_in(opening)
    whole = numbered("22006")
    assert numbered("22004") == numbered("22005") == whole
    texts = [one.words.text for one in whole.messages.order_by("at").select_related("words")]
    assert texts == ["Once more", "And again", "Everything", "Done, Nora."]
    ended = whole.endings.get()
    assert (whole.state, ended.at.date().isoformat()) == (State.ENDED, "2026-03-05")


def test_states_of_their_own_names_stand_by_their_kind(opening: Opening) -> None:
    moved_in(opening)
    christmas = numbered("22003")
    assert christmas.snoozed_until == datetime(2026, 12, 24, 7, tzinfo=UTC)
    assert (numbered("22010").state, numbered("22010").snoozed_until) == (State.US, None)
    assert numbered("22011").state == State.ENDED
    assert numbered("22012").state != State.US
    assert numbered("22016").messages.count() == 0


def test_people_without_an_address_are_people(opening: Opening) -> None:
    moved_in(opening)
    otto, sms = numbered("22007"), numbered("22013")
    assert (otto.customer.name, otto.customer.first_address) == ("Otto Alt", "")
    assert [one.came_by for one in otto.messages.order_by("at")] == ["phone", "phone"]
    assert "+49 30 5551234" in otto.customer.details
    assert (sms.customer.name, sms.messages.get().kind) == ("+49301112223", "customer")
    gross = Address.objects.get(email="juergen.gross@example.org").customer
    assert (gross.name, str(gross.organization)) == ("Jürgen Groß, Dr.", "Lind & Söhne")


def test_what_a_machine_wrote_makes_nobody_wait(opening: Opening) -> None:
    moved_in(opening)
    bounce = numbered("22014")
    assert bounce.messages.get().automatic
    assert bounce.state != State.US


def test_words_may_be_missing_where_a_file_is_not(opening: Opening) -> None:
    moved_in(opening)
    bare = numbered("22015").messages.get()
    log = bare.attachments.get()
    assert (log.name, log.content()) == ("störung.log", stand_in.LOG)


def test_a_second_time_changes_nothing(opening: Opening) -> None:
    moved_in(opening)
    tally = moved_in(opening)
    assert {name: count for name, count in tally.counts.items() if count} == {"same": 15}


def test_a_token_that_may_read_less_brings_in_the_words(tmp_path: Path) -> None:
    with Server(stand_in.desk()) as server:
        server.api.refused = ("object_manager_attributes", "email_addresses", "mentions")
        tally = moved_in(lambda: api.Api(server.url, TOKEN))
    assert (tally.counts["new"], tally.counts["messages"]) == (13, 20)
    assert CustomValue.objects.count() == 0


def test_unchanged_tickets_are_not_asked_for_again() -> None:
    with Server(stand_in.desk()) as server:
        moved_in(lambda: api.Api(server.url, TOKEN))
        server.api.asked.clear()
        moved_in(lambda: api.Api(server.url, TOKEN))
        again = {path.split("/")[3] for path in server.api.asked}
    assert not again & {"ticket_articles", "tags", "mentions", "ticket_attachment"}
