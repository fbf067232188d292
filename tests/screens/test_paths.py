"""Our own addresses are what Django would have said."""

from __future__ import annotations

import pytest
from django.urls import reverse, set_script_prefix

from wingbeat.screens.paths import path_to


@pytest.mark.parametrize("prefix", ["/", "/desk/"])
def test_an_address_is_the_one_that_the_patterns_give(prefix: str) -> None:
    set_script_prefix(prefix)
    try:
        assert path_to("agent:search") == reverse("agent:search")
        assert path_to("agent:conversation", 7) == reverse("agent:conversation", args=[7])
        composer = ("agent:conversation-composer", 10, "reply")
        assert path_to(*composer) == reverse(composer[0], args=composer[1:])
    finally:
        set_script_prefix("/")
