"""What strace saw a program do to its files and sockets, as a list of calls in their order."""

from __future__ import annotations

import codecs
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FILES = "openat,open,creat,write,pwrite64,ftruncate,truncate,fsync,fdatasync,lseek"
NAMES = (
    "rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,link,linkat,symlink,symlinkat"
)
SOCKETS = "sendto,sendmsg"
# None of these is used on the desk's files; where one is, the recording cannot be played back.
STRANGE = "writev,pwritev,pwritev2,sendfile,copy_file_range,splice,fallocate,sync_file_range"
LONGEST = 64 << 20

_LINE = re.compile(rb"^(\d+)\s+(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)$", re.DOTALL)
_RESULT = re.compile(rb"\)\s*= (-?\d+|\?)(?:<(?:->|[^>])*>)?(?: .*)?$", re.DOTALL)
_FD = re.compile(rb"^(?:AT_FDCWD|\d+)<((?:->|[^>])*)>")
_UNFINISHED = b" <unfinished ...>"


@dataclass(slots=True)
class Call:
    """One system call that succeeded: it began before line `start` and was over by line `end`."""

    name: str
    start: int
    end: int
    path: str
    to: str = ""
    content: bytes = b""
    offset: int = 0
    flags: str = ""


def strace(command: Sequence[str], log: Path, environ: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start a command whose calls are written to a log, those of its children too."""
    traced = f"{FILES},{NAMES},{SOCKETS},{STRANGE}"
    return subprocess.Popen(
        ["strace", "-f", "--seccomp-bpf", "-yy", "-s", str(LONGEST), "-o", str(log),
         "-e", f"trace={traced}", "-e", "signal=none", "--", *command],
        env=dict(environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def calls(log: Path) -> Iterator[Call]:
    """Yield what succeeded, in the order in which it ended."""
    begun: dict[bytes, tuple[int, bytes]] = {}
    with log.open("rb") as lines:
        for number, raw in enumerate(lines):
            line = raw.rstrip(b"\n")
            found = _LINE.match(line)
            if found is None:
                continue
            thread, resumed, name, rest = found.groups()
            if line.endswith(_UNFINISHED):
                begun[thread] = (number, rest.removesuffix(_UNFINISHED))
                continue
            start = number
            if resumed:
                start, before = begun.pop(thread)
                name, rest = resumed, before + rest
            call = _call(name.decode(), rest, start, number)
            if call is not None:
                yield call


def _call(name: str, rest: bytes, start: int, end: int) -> Call | None:
    result = _RESULT.search(rest, max(0, rest.rfind(b")")))
    if result is None or not result[1].isdigit():
        return None  # it failed, or the process ended within it
    number, told = int(result[1]), rest[: result.start()]
    call = Call(name, start, end, "")
    fd = _FD.match(told)
    if fd is not None:
        call.path = fd[1].decode("utf-8", "replace")
    if name in NAMES.split(",") or name in {"openat", "open", "creat", "truncate"}:
        _name_files(call, told)
    elif name in {"write", "pwrite64", "sendto"}:
        call.content = _text(told)[:number]
        call.offset = int(told.rpartition(b",")[2]) if name == "pwrite64" else 0
    elif name in {"ftruncate", "truncate"}:
        call.offset = int(told.rpartition(b",")[2])
    elif name == "lseek":
        call.offset = number
    return call


def _name_files(call: Call, told: bytes) -> None:
    quoted = re.findall(rb'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"', told)
    paths = [_join(_plain(folder), _plain(name)) for folder, name in quoted]
    call.path = paths[0] if paths else ""
    call.to = paths[1] if len(paths) > 1 else ""
    if call.name in {"open", "openat", "creat"}:
        call.flags = (
            "O_CREAT|O_TRUNC" if call.name == "creat" else told.rpartition(b'"')[2].decode()
        )
    if call.name == "truncate":
        call.offset = int(told.rpartition(b",")[2])


def _text(told: bytes) -> bytes:
    return _plain_bytes(told[told.index(b'"') + 1 : told.rindex(b'"')])


def _plain(escaped: bytes) -> str:
    return _plain_bytes(escaped).decode("utf-8", "surrogateescape")


def _plain_bytes(escaped: bytes) -> bytes:
    if b"\\" not in escaped:
        return escaped
    plain, _length = codecs.escape_decode(escaped)
    return bytes(plain)


def _join(folder: str, name: str) -> str:
    return name if name.startswith("/") or not folder else f"{folder}/{name}"
