"""After a power cut: what a desk makes of the disk it finds, held against what was promised."""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.channels.mail.far_server import FarServer, far_server
from tests.faults.customers import Customers
from tests.faults.desks import HardDesk, Life, ask, hard_desk, wait_for
from tests.faults.power import TO_DO, Recording, number_of

FINISH = 60.0


@dataclass
class Verdict:
    """What one image showed; every list is empty where all went well."""

    cut: int
    keeps: float
    accepted: int = 0
    handed: int = 0
    unsound: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong_replies: list[str] = field(default_factory=list)
    in_doubt: int = 0
    not_shown: list[str] = field(default_factory=list)
    first_page_seconds: float = 0.0
    shown_seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        return self.in_doubt <= 1 and not (
            self.unsound + self.lost + self.doubled + self.wrong_replies + self.not_shown
        )


def cut_at(recording: Recording, cut: int, image: Path, chance: random.Random) -> Verdict:
    """Write the image of a cut; half of them lose all that was not synced, half a part of it."""
    keeps = chance.choice([0.0, chance.random()])
    recording.disk(cut).image(image, chance, keeps=keeps)
    verdict = Verdict(cut, keeps, unsound=flaws(image))
    verdict.accepted = len(recording.promised(cut, "accepted"))
    verdict.handed = len(recording.promised(cut, "handed"))
    return verdict


def flaws(image: Path) -> list[str]:
    """Return what SQLite finds wrong, on a copy, so that the desk meets the image untouched."""
    copy = image.with_name(f"{image.name}.copy")
    copy.mkdir()
    for path in image.glob("desk.sqlite3*"):
        shutil.copy(path, copy)
    try:
        with closing(sqlite3.connect(copy / "desk.sqlite3")) as rows:
            found = [line for (line,) in rows.execute("PRAGMA integrity_check")]
            found += [str(row) for row in rows.execute("PRAGMA foreign_key_check")]
            rows.execute("INSERT INTO search_words(search_words) VALUES ('integrity-check')")
    except sqlite3.DatabaseError as error:
        return [str(error)]
    finally:
        shutil.rmtree(copy)
    return [] if found == ["ok"] else found


def start_on(recording: Recording, image: Path, verdict: Verdict) -> Verdict:
    """Start a whole desk on an image; whoever was promised nothing asks again."""
    with far_server(recording.far_port) as far, hard_desk(image) as desk:
        desk.smtp_port = recording.smtp_port
        life = desk.start("up", "--port", "0")
        verdict.first_page_seconds = life.first_page(recording.cookie)
        life.wait_for_smtp()
        accepted = recording.promised(verdict.cut, "accepted")
        again = [one for one in recording.letters if one.message_id not in accepted]
        with Customers([desk.smtp_port]) as customers:
            customers.write(again)
            wait_for(lambda: len(customers.told) == len(again), "every mail to be taken")
            wait_for(lambda: _is_idle(desk), "the desk to finish", FINISH)
        _look_at_tray(life, desk, recording, verdict)
        life.stop()
        judge(recording, desk.inside("audit"), far, verdict)
    return verdict


def recover_on(recording: Recording, image: Path, verdict: Verdict) -> Verdict:
    """Do on an image, at once and in one process, what a desk does after its start."""
    with far_server(recording.far_port) as far, hard_desk(image) as desk:
        audit = desk.inside("recover")
        accepted = recording.promised(verdict.cut, "accepted")
        kept = {name for name, _pk in audit["messages"]}
        # whoever was promised nothing would have handed it in again
        others = {one.message_id for one in recording.letters} - accepted - kept
        audit["messages"] += [(name, 0) for name in others]
        judge(recording, audit, far, verdict)
    return verdict


def judge(recording: Recording, audit: Any, far: FarServer, verdict: Verdict) -> None:
    """Hold the rows against what was promised before the cut and done after it."""
    messages = Counter(name for name, _pk in audit["messages"])
    names = [one.message_id for one in recording.letters]
    verdict.lost += [name for name in names if not messages[name]]
    verdict.doubled += [name for name in names if messages[name] > 1]
    if not audit["journal_is_straight"]:
        verdict.unsound.append("the journal's chain is broken")
    handed = recording.promised(verdict.cut, "handed")
    begun = recording.promised(verdict.cut, "handing")
    taken = Counter(number_of(one.content) for one in far.taken)
    if len(audit["replies"]) != recording.replies:
        verdict.wrong_replies.append(f"{len(audit['replies'])} of {recording.replies} are there")
    for reply in audit["replies"]:
        number, state = str(reply["pk"]), reply["state"]
        is_in_doubt = state == "in_doubt"
        verdict.in_doubt += is_in_doubt
        if is_in_doubt and not reply["is_shown"]:
            verdict.not_shown.append(number)
        should = 0 if number in handed or is_in_doubt else 1
        # words of which only a part had left may have been taken back: then they leave again
        if state not in {"sent", "in_doubt"} or taken[number] != should:
            when = "handed" if number in handed else "begun" if number in begun else "waiting"
            verdict.wrong_replies.append(f"{number}: {when}, {state}, sent again {taken[number]}")


def _is_idle(desk: HardDesk) -> bool:
    with ask(desk.home) as rows:
        return bool(rows.execute(TO_DO).fetchone() == (0,))


def _look_at_tray(life: Life, desk: HardDesk, recording: Recording, verdict: Verdict) -> None:
    with ask(desk.home) as rows:
        (doubts,) = rows.execute(
            "SELECT count(*) FROM conversations_outgoing WHERE state = 'in_doubt'"
        ).fetchone()
    _status, page = life.get("tray/", Cookie=recording.cookie)
    verdict.shown_seconds = life.age if doubts else 0.0
    if len(re.findall(r"is in doubt", page)) != doubts:
        verdict.not_shown.append(f"the tray does not show {doubts}")
