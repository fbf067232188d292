"""Whether the desk is well: a word for a load balancer, and numbers for a monitoring system."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import json
import resource
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.http.request import split_domain_port, validate_host
from django.utils import timezone

from wingbeat.channels.mail.models import RawMail
from wingbeat.config.jobs import schedule
from wingbeat.config.jobs.models import Job
from wingbeat.config.live.hub import Hub
from wingbeat.config.live.stream import Receive, Scope, Send, answer
from wingbeat.config.running.crew import Crew
from wingbeat.config.running.pulse import Pulse
from wingbeat.desk.conversations import blobs
from wingbeat.desk.conversations.outbox import Outgoing

if TYPE_CHECKING:
    from wingbeat.config.running.router import Router

SEALING_MAY_TAKE = 10.0  # seconds
METRICS_KIND = "text/plain; version=0.0.4; charset=utf-8"


@dataclass
class Health:
    """What one process knows of itself, and of the desk it belongs to."""

    hub: Hub
    pulse: Pulse
    crew: Crew
    threads: Executor
    router: Router | None = None
    began_at: float = field(default_factory=time.monotonic)

    def troubles(self) -> list[str]:
        """Return what is wrong, in words that tell nothing about anybody's mail."""
        found = [f"thread down: {name}" for name in self.crew.down()]
        if self.pulse.lag() > SEALING_MAY_TAKE:
            found.append("sealing lags")
        try:
            close_old_connections()
            if Job.objects.in_tray().exists():
                found.append("jobs in the tray")
            if schedule.overdue(now=timezone.now()):
                found.append("schedule overdue")
        except DatabaseError:
            found.append("database away")
        if blobs.is_disk_full():
            found.append("disk full")
        return found

    def numbers(self) -> Iterator[tuple[str, str, float]]:
        """Yield (name, labels, value) of every number a monitoring system may ask for."""
        close_old_connections()
        yield "up_seconds", "", time.monotonic() - self.began_at
        yield "memory_peak_bytes", "", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        yield "sealing_lag_seconds", "", self.pulse.lag()
        yield "disk_free_bytes", "", blobs.room()
        yield "live_streams", "", self.hub.count()
        yield "live_events_total", "", self.hub.events_sent
        for name, state in self.crew.states.items():
            yield "thread_up", f'thread="{name}"', int(state.is_up)
            yield "thread_breakdowns_total", f'thread="{name}"', state.breakdowns
        if self.router is not None:
            for status, count in sorted(self.router.answers.items()):
                yield "http_answers_total", f'status="{status // 100}xx"', count
        yield from _waiting()

    async def healthz(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer `/healthz`: 200 and ok, or 503 and what lags. It needs no log-in."""
        loop = asyncio.get_running_loop()
        troubles = await loop.run_in_executor(self.threads, self.troubles)
        body = json.dumps({"ok": not troubles, "troubles": troubles}) + "\n"
        await answer(send, 503 if troubles else 200, body, "application/json")

    async def metrics(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer `/metrics` to this machine, or to whoever has the token."""
        if may_read_metrics(scope):
            loop = asyncio.get_running_loop()
            lines = await loop.run_in_executor(self.threads, self._lines)
            await answer(send, 200, lines, METRICS_KIND)
        else:
            await answer(send, 403, "Give the token: Authorization: Bearer ...\n")

    def _lines(self) -> str:
        return "".join(
            f"wingbeat_{name}{'{' + labels + '}' if labels else ''} {value:.15g}\n"
            for name, labels, value in self.numbers()
        )


def _waiting() -> Iterator[tuple[str, str, float]]:
    # each count reads a small index of its own: what is done and over is not counted
    yield "jobs", 'state="ready"', Job.objects.ready(timezone.now()).count()
    yield "jobs", 'state="given up"', Job.objects.in_tray().count()
    yield "replies_waiting", "", sum(Outgoing.objects.waiting_in().values())
    yield "replies_in_trouble", "", Outgoing.objects.in_trouble().count()
    yield "mails_to_judge", "", RawMail.objects.to_judge().count()
    yield "mails_in_tray", "", RawMail.objects.in_tray().count()


def may_read_metrics(scope: Scope) -> bool:
    """Say whether a request has the token, or certainly comes from this machine itself.

    A reverse proxy comes from this machine too. A desk with an address of its own stands behind
    one, so there the token alone counts.
    """
    headers = dict(scope["headers"])
    token = settings.WINGBEAT["metrics_token"]
    given = headers.get(b"authorization", b"").decode("latin-1").removeprefix("Bearer ")
    if token:
        return hmac.compare_digest(given.encode(), token.encode())
    if settings.DESK_ADDRESS or b"x-forwarded-for" in headers or b"forwarded" in headers:
        return False
    named = split_domain_port(headers.get(b"host", b"localhost").decode("latin-1"))[0]
    if not validate_host(named, settings.ALLOWED_HOSTS):  # a foreign name that leads here
        return False
    host = (scope.get("client") or ("", 0))[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
