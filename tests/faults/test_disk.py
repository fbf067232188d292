"""The disk that loses power: what was synced stays, all else may go."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.faults.disk import Disk
from tests.faults.tracing import Call, calls

HOME = "/desk"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "base"
    (folder / "spool").mkdir(parents=True)
    (folder / "static").mkdir()
    (folder / "rows").write_bytes(b"old")
    return folder


def made(*steps: tuple[str, ...]) -> Iterator[Call]:
    """Calls that began and ended one after the other: a name, a path, and words or a new name."""
    for line, (name, path, *more) in zip(count(0, 10), steps, strict=False):
        call = Call(name, line, line + 5, f"{HOME}/{path}")
        if name == "pwrite64":
            call.content = more[0].encode()
        if name == "rename":
            call.to = f"{HOME}/{more[0]}"
        call.flags = "O_CREAT" if name == "openat" else ""
        yield call


def left(base: Path, steps: list[Call], cut: int, *, keeps: float = 0.0) -> dict[str, bytes]:
    disk, image = Disk(base, Path(HOME)), base.with_name("image")
    disk.play(steps, cut)
    disk.image(image, random.Random(3), keeps=keeps)
    return {
        str(path.relative_to(image)): path.read_bytes()
        for path in image.rglob("*")
        if path.is_file() and "static" not in path.parts
    }


def test_what_was_written_and_not_synced_is_gone(base: Path) -> None:
    assert left(base, list(made(("pwrite64", "rows", "new"))), 999) == {"rows": b"old"}


def test_what_was_synced_stays(base: Path) -> None:
    steps = list(made(("pwrite64", "rows", "new"), ("fdatasync", "rows")))
    assert left(base, steps, 999) == {"rows": b"new"}


def test_a_sync_counts_only_once_it_is_over(base: Path) -> None:
    steps = list(made(("pwrite64", "rows", "new"), ("fdatasync", "rows")))
    assert left(base, steps, steps[1].end) == {"rows": b"old"}


def test_what_is_written_while_a_sync_runs_is_not_part_of_it(base: Path) -> None:
    sync, write = made(("fdatasync", "rows"), ("pwrite64", "rows", "new"))
    sync.end = 20
    assert left(base, [write, sync], 999) == {"rows": b"old"}


def test_a_name_is_there_only_once_its_folder_was_synced(base: Path) -> None:
    steps = [
        ("openat", "spool/part"),
        ("pwrite64", "spool/part", "mail"),
        ("fsync", "spool/part"),
        ("rename", "spool/part", "spool/mail"),
    ]
    assert left(base, list(made(*steps)), 999) == {"rows": b"old"}
    base.with_name("image").rename(base.with_name("earlier"))
    synced = list(made(*steps, ("fsync", "spool")))
    assert left(base, synced, 999) == {"rows": b"old", "spool/mail": b"mail"}


def test_a_file_in_a_folder_whose_name_was_lost_is_lost_too(base: Path) -> None:
    steps = made(
        ("mkdir", "blobs"),
        ("openat", "blobs/one"),
        ("pwrite64", "blobs/one", "bytes"),
        ("fsync", "blobs/one"),
        ("fsync", "blobs"),
    )
    assert left(base, list(steps), 999) == {"rows": b"old"}


def test_unsynced_writes_are_torn_where_pages_end(base: Path) -> None:
    steps = list(made(("pwrite64", "rows", "x" * 40_000)))
    pages = left(base, steps, 999, keeps=0.5)["rows"]
    whole = {pages[at : at + 4096] for at in range(4096, len(pages) - 4096, 4096)}
    assert whole == {b"x" * 4096, bytes(4096)}


def test_a_call_that_cannot_be_played_back_is_told(base: Path) -> None:
    with pytest.raises(AssertionError, match="writev"):
        left(base, [Call("writev", 0, 1, f"{HOME}/rows")], 999)


def test_a_log_is_read_whether_calls_were_interrupted_or_not(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(
        rb"""7  openat(AT_FDCWD</desk>, "/desk/a", O_RDWR|O_CREAT, 0644) = 3</desk/a>
7  pwrite64(3</desk/a>, "\0\377\"x)\n", 6, 24 <unfinished ...>
8  sendto(4<TCP:[127.0.0.1:25->127.0.0.1:9]>, "250 ok", 6, 0, NULL, 0) = 3
7  <... pwrite64 resumed>)             = 6
7  unlink("/desk/b") = -1 ENOENT (No such file or directory)
8  rename("/desk/a", "/desk/c d") = 0
8  +++ exited with 0 +++
"""
    )
    opened, sent, written, renamed = calls(log)
    assert (opened.path, "O_CREAT" in opened.flags) == ("/desk/a", True)
    assert (sent.path, sent.content) == ("TCP:[127.0.0.1:25->127.0.0.1:9]", b"250")
    assert (written.start, written.end, written.offset) == (1, 3, 24)
    assert written.content == b'\0\xff"x)\n'
    assert (renamed.path, renamed.to) == ("/desk/a", "/desk/c d")
