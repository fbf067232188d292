"""The main job over IMAP, with a real Dovecot whose line is cut in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests import dovecot
from tests.journeys.conftest import World, mail_from
from tests.journeys.test_main_job import open_conversation, write_reply

pytestmark = [
    pytest.mark.browser,
    pytest.mark.imap,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

NORA = "nora.lind@customers.example"
ACCOUNT = """
import sys
from wingbeat.channels.mail import secrets
from wingbeat.channels.mail.models import Account
Account.objects.update(
    imap_host="127.0.0.1", imap_port=int(sys.argv[1]), imap_security="none",
    imap_user="support", imap_secret=secrets.sealed(sys.argv[2]),
)
"""


def test_mail_is_fetched_answered_and_fetched_again_after_an_outage(
    world: World, seat: Callable[..., Any]
) -> None:
    with dovecot.running() as server:
        first = mail_from(NORA, "My lamp does not light.", subject="A broken lamp")
        server.deliver("support", first.as_bytes())
        world.desk.run(ACCOUNT, str(server.port), dovecot.PASSWORD)
        page = seat()
        open_conversation(page, "Nora Lind")
        write_reply(page, "We send you a new one.")
        (mail,) = world.arrived()
        assert mail["In-Reply-To"] == first["Message-ID"]

        server.stop()  # the line is cut; a mail arrives meanwhile
        answer = mail_from(
            NORA, "It has arrived, thank you!", subject=f"Re: {mail['Subject']}",
            In_Reply_To=mail["Message-ID"], References=mail["Message-ID"],
        )  # fmt: skip
        server.deliver("support", answer.as_bytes())
        server.start()
        page.get_by_text("It has arrived, thank you!").first.wait_for(timeout=60_000)
        page.goto(f"{world.address}/")
        assert page.get_by_role("link", name="Nora Lind").count() == 1
