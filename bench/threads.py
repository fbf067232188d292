"""Whether mails find their conversations: every answer where its first mail went, nothing lost.

Without a folder, 1,000 made-up mails are fed: two of three begin something, the others answer the
customer's own mail, only refer to it, or carry nothing but the number in the subject. A folder
holds mails of the same kinds and a manifest.json: a list of {file, id, thread, kind}.

    python -m bench.threads [FOLDER] [--mails 1000]
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.desk import empty_desk
from bench.mails import START, Made, mails


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--mails", type=int, default=1000)
    asked = parser.parse_args()
    with empty_desk():
        made = list(of_folder(asked.folder) if asked.folder else mails(asked.mails))
        feed(made)
        score(made)


def of_folder(folder: Path) -> Iterator[Made]:
    for row in json.loads((folder / "manifest.json").read_text()):
        raw = (folder / row["file"]).read_bytes()
        yield Made(raw, START, row["thread"], row["kind"], row["id"].strip().strip("<>"))


def feed(made: list[Made]) -> None:
    from wingbeat.channels.mail import intake
    from wingbeat.channels.mail.door import Door
    from wingbeat.channels.mail.models import Source

    door = Door.open()
    for one in made:
        intake.store(one.raw, source=Source.SMTP, at=one.at, envelope_to="support@desk.example")
        intake.judge_stored(at=one.at, door=door)


def score(made: list[Made]) -> None:
    """A first mail is right in a conversation of its own, an answer where its first mail is."""
    from wingbeat.channels.mail.models import RawMail

    rows = RawMail.objects.filter(became__isnull=False).values_list(
        "message_id", "became__conversation_id"
    )
    place = dict(rows)
    began = {one.thread: place.get(one.message_id) for one in made if one.kind == "new"}
    taken = Counter(began.values())
    right, all_of = Counter[str](), Counter(one.kind for one in made)
    for one in made:
        here = place.get(one.message_id)
        is_right = here is not None and here == began[one.thread]
        right[one.kind] += is_right and (one.kind != "new" or taken[here] == 1)
    lost = sum(one.message_id not in place for one in made)
    print({kind: f"{right[kind]}/{all_of[kind]}" for kind in all_of}, end=" ")
    print(f"all {right.total()}/{len(made)}, lost {lost}")


if __name__ == "__main__":
    main()
