"""Calling other systems: never inside unless told, never elsewhere, never for long."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.channels.listener import Listener, listening
from wingbeat.channels import reaching
from wingbeat.channels.reaching import MOST_BYTES, CannotReach, post


@pytest.fixture
def far() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture
def loopback_is_named(settings: Settings) -> None:
    settings.WINGBEAT = {**settings.WINGBEAT, "internal_networks": ("127.0.0.0/8",)}


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "10.0.0.7", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[64:ff9b::a00:7]",
        "[2002:7f00:1::]", "[fd00::1]", "[fe80::1]", "224.0.0.1", "2130706433", "0x7f.1",
        "255.255.255.255",
    ],
)  # fmt: skip
def test_nothing_inside_is_called(host: str) -> None:
    with pytest.raises(CannotReach):
        post(f"http://{host}/", b"{}", {})


def test_one_inner_address_among_others_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, 1, 6, "", (one, 80)) for one in ("93.184.216.34", "10.0.0.7")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)
    with pytest.raises(CannotReach, match=r"10\.0\.0\.7"):
        post("http://shop.example.org/", b"{}", {})


@pytest.mark.usefixtures("loopback_is_named")
def test_a_name_is_asked_once_and_the_call_goes_where_it_was_checked(
    far: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, asked = int(far.url.split(":")[2].split("/")[0]), []

    def answer(host: str, *_args: object, **_more: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, 1, 6, "", ("127.0.0.1", port))]

    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo",
        lambda host, *args, **more: (
            answer(host) if host == "shop.example.org" else real(host, *args, **more)
        ),
    )  # fmt: skip
    assert post(f"http://shop.example.org:{port}/x", b"{}", {}).status == 200
    assert asked == ["shop.example.org"]
    assert far.heard[0][1]["host"] == f"shop.example.org:{port}"


@pytest.mark.usefixtures("loopback_is_named")
def test_a_redirect_is_an_answer_and_no_way(far: Listener) -> None:
    far.status, far.location = 302, far.url + "/elsewhere"
    answer = post(far.url, b"{}", {})
    assert (answer.status, answer.is_fine) == (302, False)
    assert len(far.heard) == 1


@pytest.mark.usefixtures("loopback_is_named")
def test_whoever_drips_is_left_in_time(far: Listener) -> None:
    far.drips_for = 5
    started = time.monotonic()
    with contextlib.suppress(CannotReach):
        post(far.url, b"{}", {}, seconds=0.5)
    assert time.monotonic() - started < 2


@pytest.mark.usefixtures("loopback_is_named")
def test_no_more_is_read_than_is_needed(far: Listener) -> None:
    far.body = b"x" * (4 * MOST_BYTES)
    assert len(post(far.url, b"{}", {}).body) == MOST_BYTES


@pytest.mark.parametrize(
    "url",
    ["ftp://shop.example/", "shop.example", "https://", "http://a:b@shop.example/", "http://x:0/",
     "http://x:99999/", "http://[::1", ""],
)  # fmt: skip
def test_what_is_no_address_is_told(url: str) -> None:
    with pytest.raises(CannotReach):
        reaching.check_address(url)


def test_a_signature_is_that_of_standard_webhooks() -> None:
    # The example of the specification, https://www.standardwebhooks.com: its own secret and body.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = reaching.signed(
        secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
