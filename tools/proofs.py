"""Tries every proof in docs/principles.md: without its function, a principle's test has to fail."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tools.principles import PAGE, ROOT, Principle, read

FAKING = ROOT / "tools" / "faking"
SECONDS_A_RUN = 300


@dataclass(frozen=True, slots=True)
class Run:
    """What one pytest process said; one that broke before any test has reached none."""

    reached: bool
    passed: bool
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one row, in words; a row that does not hold is listed at the end."""

    principle: Principle
    holds: bool
    words: str


def complaints(report: Path) -> Iterable[str]:
    """The first line of everything in a JUnit report that is not a pass."""
    for case in ElementTree.parse(report).iter("testcase"):
        for child in case:
            if child.tag in {"failure", "error", "skipped"}:
                message = (child.get("message") or "").strip() or "no message"
                yield f"{child.tag}: {message.splitlines()[0][:100]}"


def run_tests(nodes: Sequence[str], root: Path, extra: dict[str, str] | None = None) -> Run:
    """Run some tests in a process of their own; a test that is skipped has not passed."""
    with tempfile.TemporaryDirectory(prefix="wingbeat-proofs-") as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-x", f"--junitxml={report}", *nodes]
        try:
            done = subprocess.run(
                command,
                cwd=root,
                env=os.environ | (extra or {}),
                capture_output=True,
                check=False,
                text=True,
                timeout=SECONDS_A_RUN,
            )
        except subprocess.TimeoutExpired:
            return Run(reached=True, passed=False, why=f"no end after {SECONDS_A_RUN} seconds")
        if not report.is_file():
            last_words = f"{done.stderr}{done.stdout}".strip().rpartition("\n")[2]
            return Run(reached=False, passed=False, why=last_words)
        said = list(complaints(report))
        return Run(
            reached=bool(said) or done.returncode == 0,
            passed=done.returncode == 0 and not said,
            why="; ".join(said) or "passed",
        )


def run_faked(
    principle: Principle, choice: int, root: Path
) -> tuple[Run, dict[str, object] | None]:
    """Run a principle's test with its function replaced, and read what was put in its place."""
    with tempfile.TemporaryDirectory(prefix="wingbeat-proofs-") as folder:
        report = Path(folder) / "replaced.json"
        paths = [str(FAKING), os.environ.get("PYTHONPATH", "")]
        extra = {
            "PYTHONPATH": os.pathsep.join(path for path in paths if path),
            "PROOF_FUNCTION": str(principle.guards),
            "PROOF_CHOICE": str(choice),
            "PROOF_REPORT": str(report),
        }
        run = run_tests([str(principle.test)], root, extra)
        return run, json.loads(report.read_text()) if report.is_file() else None


def prove(principle: Principle, root: Path) -> Verdict:
    """Replace the function by each trivial value in turn; the test has to fail every time."""
    tried = []
    choice, choices = 0, 1
    while choice < choices:
        run, replaced = run_faked(principle, choice, root)
        if replaced is None:
            return Verdict(
                principle, holds=False, words=f"{principle.guards} was never replaced: {run.why}"
            )
        if not run.reached or "collection failure" in run.why:
            words = f"breaks before any test when it returns {replaced['value']}: {run.why}"
            return Verdict(principle, holds=False, words=words)
        if run.passed:
            return Verdict(
                principle, holds=False, words=f"passes although it returns {replaced['value']}"
            )
        tried.append(f"returning {replaced['value']}: {run.why}")
        choice, choices = choice + 1, int(str(replaced["choices"]))
    return Verdict(principle, holds=True, words="; ".join(tried))


def verdicts(principles: Sequence[Principle], root: Path) -> Iterable[Verdict]:
    """One verdict a row. Untouched tests are run together first, and singly only if one fails."""
    nodes = list(dict.fromkeys(str(principle.test) for principle in principles))
    all_pass = run_tests(nodes, root).passed
    for principle in principles:
        untouched = None if all_pass else run_tests([str(principle.test)], root)
        if untouched is not None and not untouched.passed:
            yield Verdict(principle, holds=False, words=f"does not pass as it is: {untouched.why}")
        else:
            yield prove(principle, root)


def chosen(
    parser: argparse.ArgumentParser, rows: list[Principle], ids: list[str]
) -> list[Principle]:
    """The rows to try: all that name a proof, or those asked for."""
    provable = {row.id: row for row in rows if row.has_proof}
    without = [id_ for id_ in ids if id_ not in provable]
    if without:
        parser.error(f"{', '.join(without)}: no such row, or it names no test yet")
    return [provable[id_] for id_ in ids] if ids else list(provable.values())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="ID", action="append", default=[], help="try this row")
    parser.add_argument("--page", type=Path, default=PAGE, help="another table of principles")
    parser.add_argument("--root", type=Path, default=ROOT, help="the folder its tests run in")
    options = parser.parse_args(arguments)
    rows = read(options.page.read_text(encoding="utf-8"))
    principles = chosen(parser, rows, options.only)
    if not principles:
        print(f"None of {len(rows)} principles names a test yet.")
        return 0
    survivors = []
    for verdict in verdicts(principles, options.root):
        print(
            f"{verdict.principle.id}  {'holds' if verdict.holds else 'SURVIVES'}  {verdict.words}"
        )
        survivors += [] if verdict.holds else [verdict.principle.id]
    print(f"{len(principles) - len(survivors)} of {len(principles)} proofs hold.")
    if survivors:
        print(f"Not proven: {', '.join(survivors)}.")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
