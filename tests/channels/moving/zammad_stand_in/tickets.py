"""Sixteen tickets, one after the other, each for one thing that real desks hold."""

from __future__ import annotations

import datetime as dt

from tests.channels.moving.zammad_stand_in.desk import Desk
from tests.channels.moving.zammad_stand_in.rows import BERLIN_CHRISTMAS, LOG, PDF, PNG, moment

ANNA = 3
OURS = '"Oldshop Service" <service@oldshop.example>'
VIA = "Anna Berg via Oldshop Service <service@oldshop.example>"
NORA = "Nora Lind <nora.lind@example.org>"


def desk() -> Desk:
    made = Desk()
    welcome(made)
    pump = pump_drips(made)
    waits_for_christmas(made)
    merged_twice(made, linked_by=pump)
    phone = on_the_phone(made)
    in_other_states(made)
    out = written_by_us(made)
    by_sms(made)
    bounced(made)
    without_words(made)
    made.link(out, phone, 1)
    made.link(2, out, 1, source_object=1)  # 2 is an answer of the knowledge base here
    return made


def welcome(d: Desk) -> None:
    """The one that every installation begins with."""
    ticket = d.ticket("Welcome to Zammad!", at=moment(1, 8), customer=2, group=1, state=1)
    sender = {"from": "Zammad Feedback <feedback@zammad.org>"}
    d.article(ticket, "Welcome!", at=moment(1, 8), by=2, kind="phone", **sender)


def pump_drips(d: Desk) -> int:
    """A long one: HTML, files, a note, mentions, tags, a checklist, times, own fields."""
    ticket = d.ticket(
        "Pump drips", at=moment(2, 9), owner=ANNA, serial_number="P-7/0815",
        affected_area="Pumps::Indoor", symptoms=["drips", "loud, at night"], under_warranty=True,
        delivered_on=dt.date(2026, 2, 14),
    )  # fmt: skip
    asked_with_files(d, ticket)
    d.article(
        ticket, "We have your mail, [Ticket#22002].", at=moment(2, 9, 1), by=1, sender="System",
        to=NORA, subject="Re", message_id="<20260302090100.2.a@tickets.oldshop.example>",
        **{"from": OURS},
    )  # fmt: skip
    noted_with_mentions(d, ticket)
    reply = answered_with_a_bill(d, ticket)
    d.article(
        ticket, "It still drips.", at=moment(3, 9), by=6, message_id="<two@mail.example.org>",
        to=OURS, in_reply_to="<20260302110000.2.b@tickets.oldshop.example>",
        subject="Re: Pump drips", **{"from": NORA},
    )  # fmt: skip
    d.tag(ticket, "pump", "Gewährleistung, alt")
    d.tag(ticket, "only of a knowledge base answer", kind=1)
    checked(d, ticket)
    d.add(
        "ticket_time_accountings", ticket_id=ticket, ticket_article_id=reply, time_unit="12.50",
        type_id=None,
    )  # fmt: skip
    d.add("ticket_article_flags", ticket_article_id=reply, key="seen", value="true")
    return ticket


def asked_with_files(d: Desk, ticket: int) -> None:
    article = d.article(
        ticket,
        'It <b>drips</b>.<br><img src="cid:photo@nora" style="width:1px;"><script>x()</script>',
        at=moment(2, 9), by=6, content_type="text/html", message_id="<one@mail.example.org>",
        subject="Pump drips",
        to='"Groß, Dr. Jürgen" <juergen.gross@example.org>, service@oldshop.example',
        **{"from": NORA},
    )  # fmt: skip
    inline = {
        "Content-Type": "image/png", "Mime-Type": "image/png", "Content-ID": "<photo@nora>",
        "Content-Disposition": "inline",
    }  # fmt: skip
    d.file(article, PNG, "photo.png", preferences=inline)
    bill = {"Mime-Type": "application/pdf"}
    d.file(article, PDF, "Rechnung Nr. 5 ä.pdf", provider="File", preferences=bill)
    original = {"content-alternative": True, "original-format": True, "Mime-Type": "text/html"}
    d.file(article, b"<p>It drips.</p>", "message.html", preferences=original)


def noted_with_mentions(d: Desk, ticket: int) -> None:
    d.article(
        ticket,
        '<a href="/#user/profile/4" data-mention-user-id="4" rel="nofollow">Ben Rask</a> known?',
        at=moment(2, 10), by=ANNA, kind="note", sender="Agent", internal=True,
        content_type="text/html", **{"from": "Anna Berg"},
    )  # fmt: skip
    for user in (4, 3):
        d.add("mentions", by=3, mentionable_type="Ticket", mentionable_id=ticket, user_id=user)


def answered_with_a_bill(d: Desk, ticket: int) -> int:
    reply = d.article(
        ticket,
        'Please turn the valve.<div data-signature="true" data-signature-id="1">Anna</div>',
        at=moment(2, 11), by=ANNA, sender="Agent", content_type="text/html", to=NORA,
        cc="juergen.gross@example.org", subject="RE: Pump drips [Ticket#22002]",
        message_id="<20260302110000.2.b@tickets.oldshop.example>",
        in_reply_to="<one@mail.example.org>", **{"from": VIA},
    )  # fmt: skip
    d.file(reply, PDF, "Rechnung.pdf", preferences={"Content-Type": "application/pdf"})
    return reply


def checked(d: Desk, ticket: int) -> None:
    """A checklist, whose order is not that of its rows."""
    d.of("tickets", ticket)["checklist_id"] = 1
    name = "Before we send one"
    d.add("checklists", by=ANNA, at=moment(2, 12), name=name, sorted_item_ids=["2", "1"])
    for text, is_done in (("Ask for the bill", True), ("Look at the photo", False)):
        d.add("checklist_items", checklist_id=1, text=text, checked=is_done, ticket_id=None)


def waits_for_christmas(d: Desk) -> None:
    ticket = d.ticket(
        "Wait for Christmas", at=moment(3, 8), state=3, owner=4, pending_time=BERLIN_CHRISTMAS
    )
    by_nora(d, ticket, "Deliver it on Christmas.", at=moment(3, 8), name="three@mail.example.org")


def merged_twice(d: Desk, *, linked_by: int) -> None:
    """One merged into another that was itself merged; and a link by hand that looks the same."""
    early = d.ticket("Pump again", at=moment(4, 8))
    by_nora(d, early, "Once more", at=moment(4, 8), name="<four@mail.example.org>")
    middle = d.ticket("Pump a third time", at=moment(4, 9))
    by_nora(d, middle, "And again", at=moment(4, 9), name="<five@mail.example.org>")
    over = moment(5, 12)
    whole = d.ticket(
        "Pump, all of it", at=moment(4, 10), state=4, close_at=over, last_close_at=over
    )
    by_nora(d, whole, "Everything", at=moment(4, 10), name="<six@mail.example.org>")
    d.article(
        whole, "Done, Nora.", at=moment(5, 11), by=ANNA, sender="Agent", to=NORA,
        **{"from": VIA}, message_id="<20260305110000.6.c@tickets.oldshop.example>",
    )  # fmt: skip
    d.link(linked_by, early, 2)  # a parent by hand, not by a merge
    d.merge(early, middle, at=moment(4, 12))
    d.merge(middle, whole, at=moment(4, 13))


def on_the_phone(d: Desk) -> int:
    ticket = d.ticket("Otto called", at=moment(6, 8), customer=5)
    d.article(
        ticket, "He asks for a new bill.", at=moment(6, 8), by=ANNA, kind="phone", origin_by_id=5,
        **{"from": "Otto Alt"},
    )  # fmt: skip
    d.article(
        ticket, "Called back, all is well.", at=moment(6, 9), by=ANNA, kind="phone",
        sender="Agent", to="Otto Alt", **{"from": "Anna Berg"},
    )  # fmt: skip
    return ticket


def in_other_states(d: Desk) -> None:
    """Removed, closing by itself, and in two states that this team has made."""
    gone = d.ticket("Removed", at=moment(6, 10), state=6)
    d.article(gone, "Spam", at=moment(6, 10), by=6, **{"from": NORA})
    closing = d.ticket(
        "Closes by itself", at=moment(7, 8), state=7, owner=ANNA, pending_time=moment(20, 8)
    )
    by_nora(d, closing, "Thank you!", at=moment(7, 8), name="<nine@mail.example.org>")
    supplier = d.ticket("Own state, no time", at=moment(7, 9), state=8, customer=8, group=3)
    d.article(
        supplier, "Where is my part?", at=moment(7, 9), by=8, message_id="<ten@mail.example.org>",
        **{"from": '"Groß, Dr. Jürgen" <Juergen.Gross@example.org>'},
    )  # fmt: skip
    stock = d.ticket("Own closed state", at=moment(7, 10), state=9, group=4)
    d.article(stock, "In stock?", at=moment(7, 10), by=6, kind="web", **{"from": NORA})


def written_by_us(d: Desk) -> int:
    ticket = d.ticket("We wrote first", at=moment(8, 8), owner=ANNA)
    d.article(
        ticket, "<p>Your order left.</p>", at=moment(8, 8), by=ANNA, sender="Agent", to=NORA,
        content_type="text/html", message_id="<20260308080000.12.d@tickets.oldshop.example>",
        **{"from": VIA},
    )  # fmt: skip
    return ticket


def by_sms(d: Desk) -> None:
    ticket = d.ticket("sms", at=moment(8, 9), customer=9, state=1)
    sender = {"from": "+49301112223"}
    d.article(ticket, "Ruf an", at=moment(8, 9), by=9, kind="sms", to="+4930999", **sender)


def bounced(d: Desk) -> None:
    title = "Undelivered Mail Returned to Sender"
    ticket = d.ticket(title, at=moment(8, 10), customer=7, state=1)
    d.article(
        ticket, "550 no such user", at=moment(8, 10), by=7, message_id="<b@mx.example.net>",
        preferences={"send-auto-response": False, "is-auto-response": True},
        **{"from": "Mail Delivery System <MAILER-DAEMON@mx.example.net>"},
    )  # fmt: skip


def without_words(d: Desk) -> None:
    """A mail that is nothing but a file, an upload that nobody sent, a ticket with no article."""
    bare = d.ticket("-", at=moment(8, 11), state=1)
    mail = by_nora(d, bare, "", at=moment(8, 11), name="<bare@mail.example.org>")
    d.file(mail, LOG, "störung.log", provider="File", preferences={"Mime-Type": "text/plain"})
    d.file("8d2c6e1e-form", b"half an upload", "lost.txt", kind="UploadCache", preferences={})
    d.ticket("No article at all", at=moment(8, 12), state=1)


def by_nora(d: Desk, ticket: int, body: str, *, at: dt.datetime, name: str) -> int:
    """A mail of hers; `name` is its Message-ID, with brackets or without, as mails have it."""
    return d.article(ticket, body, at=at, by=6, message_id=name, **{"from": NORA})
