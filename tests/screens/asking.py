"""What every reader of a random desk is asked for, and what must not come back."""

from __future__ import annotations

from collections.abc import Iterator

from tests.screens.addresses import ADDRESSES, RULES, address, rows_of
from tests.screens.random_desk import SECRET, RandomDesk
from tests.screens.reader import Reader
from wingbeat.config.live import feeding
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Role
from wingbeat.screens.agent.lists import KINDS

MOST = 5  # addresses of one pattern that one agent is shown closed, and open
WORDS = 40  # that each agent searches for


def ask_for_what_is_closed(desk: RandomDesk) -> int:
    """Ask as everybody for what is not theirs; it looks as if it were not there."""
    count = 0
    for agent in desk.agents:
        reader = Reader(agent)
        for name, url in asked(reader, desk, open_to_them=False):
            statuses = {reader.client.get(url).status_code, reader.client.post(url).status_code}
            assert statuses <= {404, 405}, (name, url, agent.role)
            assert 404 in statuses, (name, url, agent.role)
            count += 1
    return count


def read_what_is_open(desk: RandomDesk) -> int:
    """Read as everybody what is theirs, and search: no word stands there that is not."""
    count = 0
    for agent in desk.agents:
        reader = Reader(agent)
        for name, url in (*asked(reader, desk, open_to_them=True), *lists(reader)):
            page = reader.client.get(url)
            told_no = {403} if agent.is_light and not RULES[name].for_light else set()
            assert page.status_code in {200, 302, 405} | told_no, (url, agent.role)
            closed = set(SECRET.findall(page.content.decode())) - reader.words
            assert not closed, (url, agent.role)
            count += 1
        for word in desk.dice.sample(sorted(all_words()), WORDS):
            found = reader.client.get("/search/", {"q": word}).content.decode()
            assert not set(SECRET.findall(found)) - reader.words - {word}, (word, agent.role)
            count += 1
    return count


def listen_to_live_updates(desk: RandomDesk) -> int:
    """Tell everybody what happened; only those hear it who may read the conversation."""
    readers = {agent.pk: Reader(agent) for agent in desk.agents}
    told = feeding.events(list(Entry.objects.order_by("pk")), set(readers))
    heard = [(event, pk) for event, to in told if event.name == "conversation" for pk in to]
    for event, pk in heard:
        assert readers[pk].reads(event.facts["id"]), (event, readers[pk].agent.role)
    return len(heard)


def asked(reader: Reader, desk: RandomDesk, *, open_to_them: bool) -> Iterator[tuple[str, str]]:
    """Yield some addresses about single things, those open or those closed to a reader."""
    for name, rule in RULES.items():
        rows = [one for one in rows_of(rule.about)
                if reader.may(rule.about, one) is open_to_them]  # fmt: skip
        for turn, one in enumerate(desk.dice.sample(rows, min(MOST, len(rows)))):
            yield name, address(name, one, turn)


def lists(reader: Reader) -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        yield "agent:home", f"/?show={kind}"
        for pk in reader.agent.inbox_ids:
            yield "agent:inbox", f"/inboxes/{pk}/?show={kind}"
    own = {"oneself", "administration"} if reader.agent.may_administer else {"oneself"}
    own |= {"owning"} if reader.agent.role == Role.OWNER else set()
    for name, rule in RULES.items():
        if rule.about in own and not ADDRESSES[name]:
            yield name, address(name)


def all_words() -> set[str]:
    texts = Message.objects.values_list("words__text", "words__subject", "address__customer__name")
    files = [(file.name, file.content()) for file in Attachment.objects.all()]
    return set(SECRET.findall(f"{list(texts)} {files}"))
