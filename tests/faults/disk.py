"""A disk that can lose power: it knows what was synced, and may lose or tear everything else.

Kept are the bytes of a file up to its latest finished sync, and the names in a folder up to that
folder's. Of later writes each page of 4 kB may be there or not, each on its own; of later names
any beginning, in their order. This is as unkind as POSIX lets a disk be.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from tests.faults.tracing import Call

PAGE = 4096
SYNCS = ("fsync", "fdatasync")
STRANGE = (
    "writev", "pwritev", "pwritev2", "sendfile", "copy_file_range", "splice", "fallocate",
    "sync_file_range", "symlink", "symlinkat", "rmdir",
)  # fmt: skip
Step = TypeVar("Step")


@dataclass
class Pending(Generic[Step]):
    """Steps that no sync has made safe yet."""

    steps: list[Step] = field(default_factory=list)
    safe: int = 0

    def add(self, step: Step) -> None:
        self.steps.append(step)

    def mark(self) -> int:
        return self.safe + len(self.steps)

    def settle(self, mark: int) -> list[Step]:
        """Take out what was there at a mark."""
        count = max(0, mark - self.safe)
        settled, self.steps = self.steps[:count], self.steps[count:]
        self.safe += count
        return settled


@dataclass(frozen=True, slots=True)
class Write:
    offset: int
    content: bytes

    def pieces(self) -> Iterator[Write]:
        """Cut it where pages of the file end."""
        at = 0
        while at < len(self.content):
            size = PAGE - (self.offset + at) % PAGE
            yield Write(self.offset + at, self.content[at : at + size])
            at += size

    def on(self, file: bytearray) -> None:
        if len(file) < self.offset:
            file.extend(bytes(self.offset - len(file)))
        file[self.offset : self.offset + len(self.content)] = self.content


@dataclass(frozen=True, slots=True)
class Resize:
    size: int

    def pieces(self) -> Iterator[Resize]:
        yield self

    def on(self, file: bytearray) -> None:
        del file[self.size :]
        file.extend(bytes(self.size - len(file)))


@dataclass(eq=False)
class File:
    """What is safe of a file's bytes, and what was written since. A folder has none."""

    safe: bytearray = field(default_factory=bytearray)
    since: Pending[Write | Resize] = field(default_factory=Pending)
    size: int = 0
    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A change of names in one folder; `file` None takes the name away."""

    names: tuple[tuple[str, File | None], ...]


class Disk:
    """A folder's disk, from a copy of the folder and the calls made since."""

    def __init__(self, base: Path, home: Path) -> None:
        self._base, self._home = base, f"{home}/"
        self._safe: dict[str, File] = {}
        self._since: dict[str, Pending[Named]] = {}
        self._names: dict[str, File] = {}
        self._positions: dict[str, int] = {}
        self._marks: dict[int, tuple[File | str, int]] = {}
        for path in base.rglob("*"):
            if path.relative_to(base).parts[0] == "static":
                continue  # it belongs to the program, and nothing writes there
            content = bytearray() if path.is_dir() else bytearray(path.read_bytes())
            file = File(content, size=len(content), is_folder=path.is_dir())
            name = f"{home}/{path.relative_to(base)}"
            self._safe[name] = self._names[name] = file

    def play(self, calls: Iterable[Call], until: int, *, heeds_syncs: bool = True) -> None:
        """Do what was done before a line of the recording; a sync counts once it is over."""
        moments: list[tuple[int, Call, bool]] = []
        for call in calls:
            if call.start < until and self._is_here(call):
                moments.append((call.start, call, False))
                if call.name in SYNCS and call.end < until and heeds_syncs:
                    moments.append((call.end, call, True))
        for _line, call, is_over in sorted(moments, key=lambda moment: moment[0]):
            self._settle(call) if is_over else self._do(call)

    def image(self, to: Path, chance: random.Random, *, keeps: float) -> None:
        """Write the folder as it would be found after a cut of power now.

        Of what was not synced, about the share `keeps` is there all the same.
        """
        names = dict(self._safe)
        for pending in self._since.values():
            stays = chance.randint(0, len(pending.steps)) if keeps else 0
            for step in pending.steps[:stays]:
                _rename(names, step)
        to.mkdir(parents=True)
        (to / "static").symlink_to(self._base / "static")
        for name, file in sorted(names.items(), key=lambda named: named[0]):
            path = to / name.removeprefix(self._home)
            if not path.parent.exists():
                continue  # its folder's own name was lost
            if file.is_folder:
                path.mkdir()
            elif name.endswith("-shm"):
                # what SQLite's connections share is never synced: anything may be there
                path.write_bytes(chance.randbytes(32_768))
            else:
                path.write_bytes(_left(file, chance, keeps))
            original = self._base / path.relative_to(to)
            if original.exists():
                shutil.copymode(original, path)

    def _is_here(self, call: Call) -> bool:
        here = call.path.startswith(self._home) or call.path == self._home[:-1]
        if here and call.name in STRANGE:
            raise AssertionError(f"{call.name} of {call.path} cannot be played back")
        return here and not call.path.endswith(" (deleted)")

    def _do(self, call: Call) -> None:
        match call.name:
            case "open" | "openat" | "creat":
                self._open(call)
            case "write":
                at = self._positions.get(call.path, 0)
                self._write(call.path, Write(at, call.content))
                self._positions[call.path] = at + len(call.content)
            case "pwrite64":
                self._write(call.path, Write(call.offset, call.content))
            case "truncate" | "ftruncate":
                self._write(call.path, Resize(call.offset))
            case "lseek":
                self._positions[call.path] = call.offset
            case "rename" | "renameat" | "renameat2":
                self._name(call.path, (call.path, None), (call.to, self._names[call.path]))
            case "link" | "linkat":
                self._name(call.to, (call.to, self._names[call.path]))
            case "unlink" | "unlinkat":
                if call.path in self._names:  # a socket is none of our files
                    self._name(call.path, (call.path, None))
            case "mkdir" | "mkdirat":
                self._name(call.path, (call.path, File(is_folder=True)))
            case "fsync" | "fdatasync":
                self._mark(call)

    def _open(self, call: Call) -> None:
        if "O_CREAT" in call.flags and call.path not in self._names:
            self._name(call.path, (call.path, File()))
        file = self._names.get(call.path)
        if file is None:
            return
        if "O_TRUNC" in call.flags:
            self._write(call.path, Resize(0))
        self._positions[call.path] = file.size if "O_APPEND" in call.flags else 0

    def _write(self, path: str, step: Write | Resize) -> None:
        file = self._names[path]
        file.since.add(step)
        end = step.size if isinstance(step, Resize) else step.offset + len(step.content)
        file.size = end if isinstance(step, Resize) else max(file.size, end)

    def _name(self, path: str, *names: tuple[str, File | None]) -> None:
        step = Named(names)
        _rename(self._names, step)
        self._since.setdefault(str(Path(path).parent), Pending()).add(step)

    def _mark(self, call: Call) -> None:
        file = self._names.get(call.path)
        if file is not None and not file.is_folder:
            self._marks[id(call)] = file, file.since.mark()
        else:
            since = self._since.setdefault(call.path, Pending())
            self._marks[id(call)] = call.path, since.mark()

    def _settle(self, call: Call) -> None:
        what, mark = self._marks.pop(id(call))
        if isinstance(what, File):
            for step in what.since.settle(mark):
                step.on(what.safe)
        else:
            for named in self._since[what].settle(mark):
                _rename(self._safe, named)


def _rename(names: dict[str, File], step: Named) -> None:
    for name, file in step.names:
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file


def _left(file: File, chance: random.Random, keeps: float) -> bytes:
    """Return a file's bytes as a cut of power leaves them."""
    left = bytearray(file.safe)
    for step in file.since.steps if keeps else ():
        for piece in step.pieces():
            if chance.random() < keeps:
                piece.on(left)
    return bytes(left)
