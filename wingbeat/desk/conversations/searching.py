"""Full-text search behind one interface: FTS5 on SQLite, tsvector on PostgreSQL.

Words are stemmed here and not by the database, so that both answer alike in every language.
A message is stemmed in its own language; a question is asked in all of them at once.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import Stemmer
from django.db import connection, transaction

from wingbeat.desk.conversations.file_words import is_text, words_in
from wingbeat.desk.conversations.merging import whole_of
from wingbeat.desk.conversations.message import Message, MessageText
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import ConversationQuerySet

LANGUAGES = {"en": "english", "de": "german", "ru": "russian", "hu": "hungarian"}
# The commonest short words tell languages of one script apart well enough to choose a stemmer.
TELLING = {
    "en": frozenset("the and you for with have this that not are was please from is my it".split()),
    "de": frozenset("und der die das ich nicht ist mit sie ein eine für auf wir haben".split()),
    "hu": frozenset("és az nem hogy egy van meg volt csak már kérem köszönöm még is ez".split()),
}
MOST_WORDS = 20_000  # of one message; the rest of a longer one is not searched
MOST_HITS = 200
MOST_PLACES = 2_000  # messages that a list of conversations with certain words looks at
# PostgreSQL looks through the newest messages, so many at most in one go. What fewer than one of
# 400 hold, among so many at least, is asked of the index instead, which finds all and sorts them.
LONGEST_WALK, TELLING_WALK, RARE = 8_000, 900, 400
NEWEST = 2**62  # above every number that a message can have
SQL = {
    "sqlite": {
        "index": "INSERT INTO search_words (rowid, words) VALUES (%s, %s)",
        "forget": "DELETE FROM search_words WHERE rowid = %s",
        "find": """
            SELECT rowid FROM search_words WHERE search_words MATCH %s AND rowid < %s
            ORDER BY rowid DESC LIMIT %s""",
    },
    "postgresql": {
        "index": """
            INSERT INTO search_words (message_id, words)
            VALUES (%s, strip(to_tsvector('simple', %s)))""",  # where words stand would double it
        "forget": "DELETE FROM search_words WHERE message_id = %s",
        # "+ 0" keeps the planner from walking back through all messages for a rare word
        "find": """
            SELECT message_id FROM search_words
            WHERE words @@ to_tsquery('simple', %s) AND message_id < %s
            ORDER BY message_id + 0 DESC LIMIT %s""",
        "walk": """
            SELECT min(message_id), array_agg(message_id ORDER BY message_id DESC)
                FILTER (WHERE words @@ to_tsquery('simple', %s))
            FROM (SELECT message_id, words FROM search_words WHERE message_id < %s
                  ORDER BY message_id DESC LIMIT %s) AS newest""",
    },
}
WORD = re.compile(r"[^\W_]+")
PHRASE = re.compile(r'["“„]([^"“”„]+)["“”]')
CYRILLIC = re.compile(r"[а-яёА-ЯЁ]")


def index(message: Message, words: MessageText, *, who: str, files: Iterable[str] = ()) -> None:
    """Make a message findable by its words, subject, sender and files, in the caller's transaction.

    `files` is what its files tell; see `file_words`.
    """
    stems = " ".join(stemmed("\n".join([words.subject, who, words.text, *files])))
    with connection.cursor() as cursor:
        cursor.execute(SQL[connection.vendor]["index"], [message.pk, stems])


def forget(message_ids: Sequence[int]) -> None:
    """Take messages out of the index."""
    with connection.cursor() as cursor:
        cursor.executemany(SQL[connection.vendor]["forget"], [(pk,) for pk in message_ids])


def rebuild() -> int:
    """Make the whole index again from the messages; return how many there are."""
    every = Message.objects.select_related("words", "agent", "address__customer").order_by("pk")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_words")
        count = 0
        for message in every.iterator(chunk_size=2_000):
            index(message, message.words, who=_who(message), files=words_of_files(message))
            count += 1
    return count


def words_of_files(message: Message) -> list[str]:
    """Return what the files of a message tell; pictures within its words tell nothing."""
    return [
        words_in(file.name, file.type, file.content() if is_text(file.type) else b"")
        for file in message.attachments.filter(is_inline=False).order_by("pk")
    ]


def _who(message: Message) -> str:
    if message.agent is not None:
        return message.agent.name
    return f"{message.address.customer.name} {message.address}" if message.address else ""


def find(asked: str, *, agent: Agent, below: int = NEWEST, most: int = MOST_HITS) -> list[Message]:
    """Return up to 200 messages that hold every word asked for, newest first; see `places_of`."""
    hits = places_of(asked, agent=agent, below=below, most=most)
    return list(Message.objects.filter(pk__in=hits).for_search().order_by("-pk"))


def places_of(
    asked: str, *, agent: Agent, below: int = NEWEST, most: int = MOST_HITS
) -> dict[int, int]:
    """Return the numbers of up to 200 such messages, each with the conversation it is read in.

    `below` goes on where a page stopped: it is the number of its last message.

    Only what the agent may see is looked at, so a hit never tells of a conversation that is closed
    to them.
    """
    from wingbeat.desk.conversations.conversation import Conversation

    question = _question(asked)
    if not question:
        return {}
    visible = Conversation.objects.visible_to(agent)
    hits: dict[int, int] = {}
    most = min(most, MOST_HITS)
    for ids in _matches(question, below=below, first_chunk=2 * most):
        seen = _seen_in(ids, visible)
        hits |= {pk: seen[pk] for pk in _together(list(seen), asked)}
        if len(hits) >= most:
            break
    return dict(islice(hits.items(), most))


def newest_places(asked: str, most: int = MOST_PLACES) -> set[int]:
    """Return the conversations in which the newest messages with these words are read.

    Whoever calls it keeps to what its reader may see.
    """
    question = _question(asked)
    if not question:
        return set()
    matches = chain.from_iterable(_matches(question, below=NEWEST, first_chunk=most))
    ids = _together(list(islice(matches, most)), asked)
    return set(_places(ids).values())


def _together(ids: list[int], asked: str) -> list[int]:
    """Keep the messages in which words in quotation marks stand together.

    The index knows no places of words, which makes it half as large: the messages are read.
    """
    phrases = [WORD.findall(phrase) for phrase in PHRASE.findall(asked.casefold())]
    patterns = [re.compile(r"[\W_]+".join(map(re.escape, words))) for words in phrases if words[1:]]
    if not patterns:
        return ids
    texts = MessageText.objects.filter(message_id__in=ids).values_list(
        "message_id", "subject", "text"
    )
    held = {
        pk
        for pk, subject, text in texts
        if all(pattern.search(f"{subject}\n{text}".casefold()) for pattern in patterns)
    }
    return [pk for pk in ids if pk in held]


def _seen_in(ids: Sequence[int], visible: ConversationQuerySet) -> dict[int, int]:
    """Keep the messages that are read in a visible conversation, newest first, each with it."""
    places = _places(ids)
    seen = set(visible.filter(pk__in=set(places.values())).values_list("pk", flat=True))
    return {pk: places[pk] for pk in ids if places.get(pk) in seen}


def _places(ids: Sequence[int]) -> dict[int, int]:
    """Return the conversation in which each message is read: its own, or what that was merged into.

    Small questions by key: joined into one, SQLite looks through all conversations first.
    """
    from wingbeat.desk.conversations.conversation import Conversation

    own = dict(Message.objects.filter(pk__in=ids).values_list("pk", "conversation_id"))
    merged = Conversation.objects.filter(pk__in=set(own.values()), merged_into__isnull=False)
    joined = {pk: whole_of(into) for pk, into in merged.values_list("pk", "merged_into_id")}
    return {pk: joined.get(place, place) for pk, place in own.items()}


def stemmed(text: str) -> Iterator[str]:
    """Yield the stems of a text's words, folded so that accents and case do not matter."""
    words = WORD.findall(text.casefold())[:MOST_WORDS]
    # all words in one call, as most need nothing more: a mail waits for this
    stems = _stemmer(language_of(words)).stemWords(words)
    for word, stem in zip(words, stems, strict=True):
        if word.isascii():
            yield stem[:64]
        else:
            yield folded(_stemmer("ru").stemWord(word) if CYRILLIC.match(word) else stem)[:64]


def language_of(words: Sequence[str]) -> str:
    """Guess which stemmer suits Latin words best; English when nothing tells."""
    sample = set(words[:400])
    return max(TELLING, key=lambda language: len(sample & TELLING[language]))


def folded(word: str) -> str:
    """Strip what people leave out when they search: accents, but not the dots of й and ё."""
    if CYRILLIC.search(word):
        return word.replace("ё", "е")
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in decomposed if letter.isalnum()).replace("ß", "ss")


_of_thread = threading.local()


def _stemmer(language: str) -> Any:
    # a stemmer keeps its work in itself, so threads must not share one
    made: dict[str, Any] = _of_thread.__dict__.setdefault("stemmers", {})
    if language not in made:
        made[language] = Stemmer.Stemmer(LANGUAGES[language], 0)
    return made[language]


def stems_asked(asked: str, most: int = 12) -> list[list[str]]:
    """Return each word of a question in any of its stems, as it may be written in any language."""
    groups = []
    for word in WORD.findall(asked.casefold())[:most]:
        stems = {
            folded(word),
            *(folded(_stemmer(language).stemWord(word)) for language in LANGUAGES),
        }
        groups.append(sorted(stem[:64] for stem in stems if stem))
    return [group for group in groups if group]


def _question(asked: str) -> str:
    """Write the question in the database's language: all words, each in any of its stems."""
    groups = stems_asked(asked)
    if connection.vendor == "postgresql":
        return " & ".join(
            "(" + " | ".join("'" + s.replace("'", "''") + "'" for s in group) + ")"
            for group in groups
        )
    return " AND ".join("(" + " OR ".join(f'"{stem}"' for stem in group) + ")" for group in groups)


def _matches(question: str, *, below: int, first_chunk: int) -> Iterator[list[int]]:
    """Yield ids of matching messages, newest first, in chunks that grow."""
    if connection.vendor == "postgresql":
        below = yield from _walked(question, below, first_chunk)
    chunk = first_chunk
    while below:
        with connection.cursor() as cursor:
            cursor.execute(SQL[connection.vendor]["find"], [question, below, chunk])
            ids = [row[0] for row in cursor.fetchall()]
        if ids:
            yield ids
        if len(ids) < chunk:
            return
        below, chunk = ids[-1], min(chunk * 2, 8_000)


def _walked(question: str, below: int, length: int) -> Generator[list[int], None, int]:
    """Look through the newest messages while many match; return how far that came, 0 at the end.

    PostgreSQL cannot read its full-text index in order. For a word that most messages hold it would
    find a million and sort them, and its planner misjudges which of the two ways is shorter.
    """
    while True:
        with connection.cursor() as cursor:
            cursor.execute(SQL["postgresql"]["walk"], [question, below, length])
            end, ids = cursor.fetchone()
        if end is None:
            return 0
        yield ids or []
        if length > TELLING_WALK and len(ids or []) * RARE < length:
            return int(end)
        below, length = end, min(length * 4, LONGEST_WALK)
