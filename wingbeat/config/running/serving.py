"""Serving pages: one uvicorn in this process, and a way to stop it that ends with exit code 0."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from ipaddress import ip_address

from django.conf import settings
from uvicorn import Config, Server

from wingbeat.config.running.connecting import BoundedProtocol
from wingbeat.config.running.program import Program

log = logging.getLogger(__name__)
SIGNALS = (signal.SIGTERM, signal.SIGINT)
# Stopping takes less than three seconds: a service manager, and whoever pressed Ctrl+C, wait.
REQUESTS_MAY_TAKE = 2
STOPPING_MAY_TAKE = 2.7


class PortTaken(OSError):
    """Something else listens on the port already; the text says what to do."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(
            f"Nothing can listen on {host} port {port}: {why}. "
            "Choose another with --port (0 takes any free one)."
        )


class QuietServer(Server):
    """Leaves signals to us: uvicorn would raise them again at the end, and the exit code be -15."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens; asking for it first tells of a taken port at once.

    Raises:
        PortTaken: if the port cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(512)
    except OSError as error:
        sock.close()
        raise PortTaken(host, port, error.strerror or str(error)) from error
    return sock


def address_of(sock: socket.socket) -> str:
    """Return the address to type into a browser on this machine."""
    host, port = sock.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104  shown, not bound
    return f"http://{host}:{port}/"


def is_loopback(sock: socket.socket) -> bool:
    """Say whether only this machine can connect."""
    return ip_address(sock.getsockname()[0]).is_loopback


def serve(program: Program, sock: socket.socket, greeting: str) -> None:
    """Greet, serve pages until a signal comes, then stop everything."""
    asyncio.run(_serve(program, sock, greeting))
    leave(program)


def leave(program: Program) -> None:
    """Wait a moment for the threads, then go: what still hangs must not hold the process."""
    late = program.crew.join(STOPPING_MAY_TAKE)
    if late:
        log.warning("Stopped without waiting any longer for: %s.", ", ".join(late))


async def _serve(program: Program, sock: socket.socket, greeting: str) -> None:
    server = QuietServer(_config(program))

    def stop() -> None:
        server.force_exit = server.should_exit  # the second time in earnest
        server.should_exit = True
        program.stop()

    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, stop)
    serving = asyncio.create_task(server.serve(sockets=[sock]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    if server.started:
        program.start()
        print(greeting, flush=True)
    await serving


def _config(program: Program) -> Config:
    proxies = settings.WINGBEAT["trusted_proxies"]
    return Config(
        program.router,  # type: ignore[arg-type]  # its own names for the same shapes
        lifespan="off", ws="none", http=BoundedProtocol, loop="asyncio", interface="asgi3",
        log_config=None, access_log=False, server_header=False,
        proxy_headers=bool(proxies), forwarded_allow_ips=list(proxies),
        timeout_graceful_shutdown=REQUESTS_MAY_TAKE, timeout_keep_alive=30,
    )  # fmt: skip


def flush_and_exit(code: int) -> None:
    """End the process without waiting for threads that hang in a library."""
    sys.stdout.flush()
    sys.stderr.flush()
    logging.shutdown()
    os._exit(code)
