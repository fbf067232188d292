"""How much of each message a page shows: it holds so much and no more, whatever was sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

from wingbeat.desk.conversations.message import MessageText

MOST_MESSAGES = 50  # on one page; few conversations reach a second one
# Characters of HTML that stand open on a page: some hundred ordinary messages.
BUDGET = 400_000
# ... of one message that nobody asked for; what is longer ends in a link to all of it.
LONGEST = 100_000
A_FILE = 600  # characters that an attachment takes on the page
# ... of all messages that a reader has opened one by one, before they are lines again.
BUDGET_OF_OPENED = 4_000_000

# All of it as asked for, all of it as there is room, its beginning, one line.
Shape = Literal["whole", "open", "cut", "line"]


def room_for(
    lengths: Mapping[int, int],
    files: Mapping[int, int],
    *,
    first: int | None = None,
    opened: Sequence[int] = (),
    longest: int = LONGEST,
) -> dict[int, Shape]:
    """Return how each message stands there: lines, but for those that there is room for.

    `lengths` of HTML and numbers of `files` are by message, newest first. What a link leads to
    comes `first`; what was `opened` by hand has room of its own.
    """
    shapes: dict[int, Shape] = dict.fromkeys(lengths, "line")
    sizes = {pk: length + A_FILE * files.get(pk, 0) for pk, length in lengths.items()}
    left = BUDGET_OF_OPENED
    for pk in opened:
        if pk in sizes and sizes[pk] <= left:
            shapes[pk], left = "whole", left - sizes[pk]
    left, has_begun = BUDGET, False
    for pk in sorted(lengths, key=lambda one: one != first):
        if shapes[pk] == "whole":
            continue
        left -= sizes[pk] - max(0, lengths[pk] - longest)
        if left < 0 and has_begun:
            break
        has_begun = True
        shapes[pk] = "cut" if lengths[pk] > longest else "open"
    return shapes


def words_for(shapes: Mapping[int, Shape], *, longest: int = LONGEST) -> dict[int, str]:
    """Load of each message no more than its shape shows."""
    pks = defaultdict(list)
    for pk, shape in shapes.items():
        pks[shape].append(pk)
    return MessageText.objects.to_show(
        whole=[*pks["whole"], *pks["open"]], cut=pks["cut"], lines=pks["line"], most=longest
    )
