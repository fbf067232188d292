"""Limits on strangers hold however much else a desk keeps in mind."""

from __future__ import annotations

from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.cache import cache, caches
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from wingbeat.config.live.feeding import Feed
from wingbeat.config.live.hub import Hub
from wingbeat.config.running.program import Pages
from wingbeat.desk.conversations.presence import Registry
from wingbeat.screens.customer import limits


def test_what_a_busy_desk_remembers_pushes_no_limit_out() -> None:
    counts = [limits.within("forms", "192.0.2.1", most=3) for _ in range(4)]
    assert counts == [True, True, True, False]
    for number in range(2_000):
        cache.set(f"api:{number}", 1, 60)
        caches["panels"].set(number, "what a shop knows", 60)
    assert not limits.within("forms", "192.0.2.1", most=3)


def test_a_line_of_ipv6_is_one_computer_whatever_address_it_takes() -> None:
    def counted(address: str) -> str:
        return limits.computer_of(RequestFactory().get("/", REMOTE_ADDR=address))

    assert counted("2001:db8:1:2::1") == counted("2001:db8:1:2:ffff::7")
    assert counted("2001:db8:1:2::1") != counted("2001:db8:1:3::1")
    assert counted("192.0.2.1") != counted("192.0.2.2")
    assert counted("192.0.2.1") == "192.0.2.1"
    assert counted("") == ""


@pytest.mark.django_db
def test_who_comes_by_ipv4_to_a_socket_for_both_is_told_apart() -> None:
    asked: dict[str, Any] = {"PATH_INFO": "/help/", "REMOTE_ADDR": "::ffff:192.0.2.1"}
    setup_testing_defaults(asked)
    Pages(Feed(Hub(), Registry()))(asked, lambda *_answer: None)
    assert limits.computer_of(WSGIRequest(asked)) == "192.0.2.1"
