from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.channels.mail.parsing.samples import mail, multipart
from wingbeat.channels.mail.parsing.command import main

KEYS = [
    "file", "sha256", "message_id", "in_reply_to", "references", "from", "reply_to", "to", "cc",
    "subject", "date", "text", "text_new", "html", "attachments", "automatic", "bounces",
    "original_message_id", "defects",
]  # fmt: skip


def test_each_file_is_one_line_of_json(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    one, two = tmp_path / "one.eml", tmp_path / "two.eml"
    one.write_bytes(mail("Subject: =?utf-8?Q?=C3=84?=", "Date: Fri, 04 May 2012 12:01:03 +0200"))
    two.write_bytes(multipart("Content-Type: image/png\nContent-ID: <a>\n\nabc"))
    assert main(["--json", str(one), str(two)]) == 0
    first, second = map(json.loads, capsysbinary.readouterr().out.decode().splitlines())
    assert list(first) == KEYS
    assert first["file"] == str(one)
    assert first["from"] == {"name": "Nora", "address": "nora@example.com"}
    assert (first["subject"], first["date"]) == ("Ä", "2012-05-04T12:01:03+02:00")
    assert first["automatic"] == {"kind": "none", "why": ""}
    assert second["date"] is None
    assert second["attachments"] == [
        {
            "name": "image.png",
            "type": "image/png",
            "bytes": 3,
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "inline": False,
            "content_id": "a",
        }
    ]


@pytest.mark.parametrize("raw", [b"", bytes(range(256)), b"\xff" * 1_000])
def test_any_bytes_exit_with_0(
    raw: bytes, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    assert main(["--json"]) == 0
    assert json.loads(capsysbinary.readouterr().out)["file"] == "-"


def test_without_json_the_mail_is_told_in_words(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = tmp_path / "one.eml"
    file.write_bytes(
        mail("Subject: Where is it?", "To: help@shop.example", body="Hello.\r\n\r\n> old\r\n")
    )
    assert main([str(file)]) == 0
    said = capsysbinary.readouterr().out.decode().splitlines()
    assert "From: Nora <nora@example.com>" in said
    assert "To: help@shop.example" in said
    assert "Subject: Where is it?" in said
    assert said[-1] == "Hello."


def test_a_missing_file_is_told_and_the_others_are_read(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    there = tmp_path / "there.eml"
    there.write_bytes(mail())
    missing = tmp_path / "missing.eml"
    assert main(["--json", str(missing), str(there)]) == 2
    captured = capsysbinary.readouterr()
    assert captured.err.decode() == (
        f"wingbeat mail parse: {missing}: No such file or directory. Name a file of mail.\n"
    )
    assert json.loads(captured.out)["file"] == str(there)


def test_parsing_imports_no_django() -> None:
    code = (
        "import sys; import wingbeat.channels.mail.parsing.command, "
        "wingbeat.channels.mail.parsing.confined; "
        "print([name for name in sys.modules if name.split('.')[0] == 'django'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
