"""What a process of the desk is made of: the half that serves, the half that works, or both."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from wingbeat.config.jobs import schedule, working
from wingbeat.config.live import feeding, relaying
from wingbeat.config.live.feeding import Feed
from wingbeat.config.live.hub import Hub
from wingbeat.config.live.stream import Live
from wingbeat.config.running import mailing
from wingbeat.config.running.bells import Bells
from wingbeat.config.running.crew import Crew, Hand
from wingbeat.config.running.health import Health
from wingbeat.config.running.pulse import Pulse
from wingbeat.config.running.router import Router
from wingbeat.desk.conversations.presence import Present, registry
from wingbeat.screens.live import LIVE_SINCE


class Pages(WSGIHandler):
    """Serves pages, each with the position from which its stream is to tell."""

    def __init__(self, feed: Feed) -> None:
        super().__init__()
        self._feed = feed

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        environ[LIVE_SINCE] = self._feed.position  # read before the page reads anything
        # else everybody who comes to a socket for both by IPv4 would count as one computer
        environ["REMOTE_ADDR"] = environ.get("REMOTE_ADDR", "").removeprefix("::ffff:")
        return super().__call__(environ, start_response)


@dataclass(frozen=True, slots=True)
class Program:
    """One process. `router` is None where no page is served."""

    hub: Hub
    crew: Crew
    health: Health
    router: Router | None

    def start(self) -> None:
        self.crew.start()

    def stop(self) -> None:
        """Say goodbye to open streams and tell every thread to stop; returns at once."""
        self.hub.say_goodbye()
        self.crew.stop()


def assemble(*, serves: bool, works: bool) -> Program:
    """Put a process together, with nothing running yet."""
    bells, hub = Bells(), Hub()
    feed = Feed(hub, registry) if serves else None
    pulse = Pulse(bells, registry, feed)
    hands = [Hand("pulse", pulse.run), *(workers(bells) if works else ())]
    crew = Crew(hands, bells)
    threads = ThreadPoolExecutor(2, thread_name_prefix="live")
    health = Health(hub, pulse, crew, threads)
    if feed is None:
        return Program(hub, crew, health, None)
    _listen_to_presence(hub)
    # a2wsgi and Django have names of their own for the same shapes
    pages: Any = WSGIMiddleware(cast("Any", Pages(feed)), workers=settings.WINGBEAT["threads"])
    router = Router(
        pages=pages,
        live=Live(hub, threads),
        small={"/healthz": health.healthz, "/metrics": health.metrics},
    )
    health.router = router
    return Program(hub, crew, health, router)


def workers(bells: Bells) -> Iterator[Hand]:
    """Yield every thread that works, as opposed to serving pages."""
    yield from mailing.hands(bells)
    yield Hand("jobs", partial(working.work, bell=bells["jobs"]))
    yield Hand("schedule", partial(schedule.keep, bell=bells["schedule"], slow=False))
    yield Hand("slow schedule", partial(schedule.keep, bell=bells["slow schedule"], slow=True))


def _listen_to_presence(hub: Hub) -> None:
    def show(conversation_id: int, who: tuple[Present, ...], /, *, is_for_lists: bool) -> None:
        to_all = hub.agents() if is_for_lists else {one.agent_id for one in who}
        for event, to in feeding.presence(conversation_id, who, to_all):
            hub.send(event, to)

    registry.on_change = show
    if connection.vendor == "postgresql":
        registry.on_sign = relaying.say
