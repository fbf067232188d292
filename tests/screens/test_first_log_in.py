"""What a newcomer reads when they first come in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import cast
from wingbeat.screens.accounts import what_holds_here

PASSWORD = "a quiet password"


@pytest.mark.django_db
def test_what_we_hold_to_is_said_at_the_first_log_in_and_never_again() -> None:
    ada = cast.ada()
    ada.set_password(PASSWORD)
    ada.save()
    pages = []
    for _time in range(2):
        browser = Client()
        answers = {"login": ada.email, "password": PASSWORD}
        page = browser.post(reverse("account_login"), answers, follow=True)
        pages.append(page.content.decode())
    said = [what_holds_here() in page.replace("&#x27;", "'") for page in pages]
    assert len(what_holds_here()) > 40
    assert said == [True, False]
