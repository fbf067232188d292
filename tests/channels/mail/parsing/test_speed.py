from __future__ import annotations

import time

import pytest

from wingbeat.channels.mail.parsing import parse

# What has made readers of mail slow: runs of one thing that a rule looks beyond.
RUNS = [
    b"\r", b"\n", b" ", b"\t", b">", b"> ", b"<", b"<a", b"&", b'"', b"-", b"-- \n", b"_", b"=",
    b"=?", b"=?a?q?", b"a@", b"a@b.c ", b"http://", b":", b"\nOn a wrote:", b"*", b"\x1b$B",
    b"\xff", b"\xc3", b"((", b"begin 644 a\n", b"<!--", b"<table>", b"<blockquote>", b"\xc2\xa0",
    b"5.1.1 ", b"<x@y> ", b"--b\n", b"cid:", b'src="', b"+AAA-", b"\\",
]  # fmt: skip


def seconds(raw: bytes) -> float:
    begun = time.process_time()
    parse(raw)
    return time.process_time() - begun


@pytest.mark.parametrize("run", RUNS, ids=repr)
def test_a_long_run_of_anything_takes_no_time(run: bytes) -> None:
    in_header = run.replace(b"\n", b"\n ") * (30_000 // len(run))
    in_body = run * (110_000 // len(run))
    assert seconds(b"From: a@b.c\nContent-Type: text/html\n\n" + in_body) < 2
    assert seconds(b"From: mailer-daemon@b.c\nSubject: Undelivered\n\n" + in_body) < 2
    assert seconds(b"From: " + in_header + b"\nContent-Type: a/b; " + in_header + b"\n\nx") < 2
    assert seconds(b"From: a@b.c\nTo: " + in_header + b"\nReferences: " + in_header + b"\n\nx") < 2
