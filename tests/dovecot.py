"""A Dovecot of our own on a free loopback port, with its mail in a folder that vanishes."""

from __future__ import annotations

import grp
import os
import pwd
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import needs

PASSWORD = "a-quiet-password"
CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/dovecot.log
instance_name = {home}
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
mail_location = maildir:{home}/mail/%u
first_valid_uid = {uid}
last_valid_uid = {uid}
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
{unrooted}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {home}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
# Whether a token is good is asked at the address that a test gives.
OAUTH2 = """
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""
UNROOTED = """
service stats {{
  unix_listener stats-writer {{
    user = {internal}
  }}
}}
"""


@dataclass(slots=True)
class Dovecot:
    """A running server; mailboxes come into being when they are first used."""

    home: Path
    program: str
    port: int
    uid: int
    gid: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        self.process = subprocess.Popen([self.program, "-F", "-c", str(self.home / "dovecot.conf")])
        deadline = time.monotonic() + 20
        while not self._answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError((self.home / "dovecot.log").read_text())
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop at once, as in an outage; the mail stays."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def deliver(self, user: str, raw: bytes, *, at: float | None = None) -> None:
        """Put a mail into a mailbox as a delivery agent does; `at` is when it arrived."""
        new = self.home / "mail" / user / "new"
        self._make(new)
        self._make(new.parent / "cur")
        self._make(new.parent / "tmp")
        path = new / f"{time.time_ns()}.{os.urandom(4).hex()}.test"
        part = new.parent / "tmp" / path.name
        part.write_bytes(raw)
        os.chown(part, self.uid, self.gid)
        if at is not None:
            os.utime(part, (at, at))
        part.rename(path)

    def ask_about_tokens(self, url: str) -> None:
        """Let the server ask there whether an access token is good."""
        (self.home / "oauth2.conf").write_text(OAUTH2.format(url=url))
        self.stop()
        self.start()

    def renumber(self, user: str) -> None:
        """Let the mailbox forget its numbers: it gets another UIDVALIDITY."""
        for path in (self.home / "mail" / user).glob("dovecot*"):
            path.unlink()
        time.sleep(1.1)  # the new validity is a time in seconds

    def _make(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for one in (folder, folder.parent):
            os.chown(one, self.uid, self.gid)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                return line.recv(4) == b"* OK"
        except OSError:
            return False


@contextmanager
def running() -> Iterator[Dovecot]:
    """Give a running server with a folder of its own; the test is skipped where there is none."""
    program = needs.dovecot()
    # Not in pytest's own folder, which only its user may enter: the server gives up being root.
    with tempfile.TemporaryDirectory(prefix="wingbeat-dovecot-") as home:
        server = _prepared(Path(home), program)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _prepared(home: Path, program: str) -> Dovecot:
    me = pwd.getpwuid(os.getuid())
    is_root = me.pw_uid == 0
    owner = pwd.getpwnam("dovecot") if is_root else me
    server = Dovecot(home, program, free_port(), owner.pw_uid, owner.pw_gid)
    names = {
        "internal": owner.pw_name,
        "login": "dovenull" if is_root else me.pw_name,
        "group": grp.getgrgid(owner.pw_gid).gr_name,
    }
    config = CONFIG.format(
        home=home, port=server.port, uid=server.uid, gid=server.gid, password=PASSWORD,
        unrooted="" if is_root else UNROOTED.format(**names), **names,
    )  # fmt: skip
    (home / "dovecot.conf").write_text(config)
    (home / "oauth2.conf").write_text(OAUTH2.format(url="http://127.0.0.1:1/"))
    home.chmod(0o755)
    for name in ("run", "mail", "home"):
        (home / name).mkdir(exist_ok=True)
        os.chown(home / name, server.uid, server.gid)
    return server
