"""What became of mails and replies, by the desk's rows and by what the far server remembers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.channels.mail.far_server import Taken
from tests.faults.customers import Letter
from tests.faults.power import number_of


@dataclass
class Judged:
    """Every list is empty where nothing was lost and nothing doubled."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong_replies: list[str] = field(default_factory=list)
    in_doubt: int = 0
    duplicates: int = 0
    is_straight: bool = False

    @property
    def is_good(self) -> bool:
        return self.is_straight and not (self.lost + self.doubled + self.wrong_replies)


def judged(audit: Any, taken: Sequence[Taken], letters: Sequence[Letter], replies: int) -> Judged:
    """Hold the rows against the mails that came in and the answers that were pressed to go."""
    messages = Counter(name for name, _pk in audit["messages"])
    names = [one.message_id for one in letters]
    found = Judged(
        lost=[name for name in names if not messages[name]],
        doubled=[name for name in names if messages[name] > 1],
        duplicates=sum(judgement == "duplicate" for _pk, _name, judgement in audit["mails"]),
        is_straight=audit["journal_is_straight"],
    )
    texts = Counter(reply["text"] for reply in audit["replies"])
    for number in range(replies):
        rows = texts[f"Answer {number}."]
        found.wrong_replies += [] if rows == 1 else [f"answer {number} has {rows} rows"]
    times_taken = Counter(number_of(one.content) for one in taken)
    for reply in audit["replies"]:
        times, state = times_taken[str(reply["pk"])], reply["state"]
        found.in_doubt += state == "in_doubt"
        if not (times == 1 if state == "sent" else state == "in_doubt" and times <= 1):
            found.wrong_replies.append(f"{reply['pk']}: {state}, taken {times} times")
    return found
