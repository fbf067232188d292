"""What some tests need from the machine: missing, they skip with a reason, or fail if required.

`WINGBEAT_REQUIRE` lists what must be there (chromium, dovecot, corpus, ...), so that continuous
integration cannot pass by skipping.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest


def required(what: str) -> bool:
    return what in os.environ.get("WINGBEAT_REQUIRE", "").replace(",", " ").split()


def missing(what: str, reason: str) -> None:
    """Skip the test, or fail it where `what` is required."""
    if required(what):
        pytest.fail(f"{what} is required here and missing: {reason}", pytrace=False)
    pytest.skip(f"needs {what}: {reason}")


def chromium() -> str:
    """Return the path of a Chromium browser."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        missing("chromium", "install Debian's package chromium")
    return str(found)


def dovecot() -> str:
    """Return the path of the Dovecot server."""
    found = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        missing("dovecot", "install Debian's package dovecot-imapd")
    return str(found)


def corpus(*parts: str) -> Path:
    """Return a path inside the folder of real inputs."""
    folder = os.environ.get("WINGBEAT_CORPUS", "")
    path = Path(folder, *parts)
    if not folder or not path.exists():
        missing("corpus", f"set WINGBEAT_CORPUS to the folder of real inputs (looked for {path})")
    return path


def postgresql() -> str:
    """Return the address of the PostgreSQL database that these tests run on."""
    url = os.environ.get("WINGBEAT_DATABASE_URL", "")
    if not url:
        missing("postgresql", "set WINGBEAT_DATABASE_URL to a database of a server")
    return url


def strace() -> str:
    """Return the path of strace, and make sure that it may follow a program here."""
    found = shutil.which("strace")
    if found is None:
        missing("strace", "install Debian's package strace")
    traced = subprocess.run(
        [str(found), "-f", "-o", "/dev/null", "true"], capture_output=True, check=False
    )
    if traced.returncode:
        missing("strace", f"it may not follow programs here: {traced.stderr.decode().strip()}")
    return str(found)


def small_disks() -> None:
    """Make sure that this process may mount a small disk of its own."""
    if os.geteuid() != 0:
        missing("small_disks", "only root may mount one")
    with tempfile.TemporaryDirectory() as folder:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder],
            capture_output=True, check=False,
        )  # fmt: skip
        if mounted.returncode:
            missing("small_disks", f"none can be mounted: {mounted.stderr.decode().strip()}")
        subprocess.run(["umount", folder], check=True)


def spark() -> None:
    """Make sure of Java, which Spark runs on, and of Spark's packages."""
    if shutil.which("java") is None:
        missing("java", "install Debian's package default-jre-headless")
    if not (find_spec("pyspark") and find_spec("pandas")):
        missing("java", "Spark's packages come with `uv sync --extra spark`")
