"""Automatic answers of rules: to the customer alone, within the caps, never to a machine."""

from __future__ import annotations

from datetime import datetime

from wingbeat.channels import shadow
from wingbeat.channels.mail import caps
from wingbeat.channels.mail.models import Account
from wingbeat.channels.mail.parsing.html import html_of
from wingbeat.channels.mail.receipts import ROBOT
from wingbeat.desk.automation import acting
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import our_addresses
from wingbeat.desk.conversations.replying import say_automatically
from wingbeat.desk.conversations.words import Letter
from wingbeat.desk.people.models import Agent


def answer(conversation: Conversation, text: str, at: datetime) -> bool:
    """Queue an automatic answer to the customer; say whether it may be sent at all."""
    customer = conversation.customer
    email = customer.first_address
    if shadow.holds() or not email or ROBOT.match(email) or email in our_addresses():
        return False
    if customer.addresses.filter(email=email, dead_since_at__isnull=False).exists():
        return False
    if not Account.objects.filter(inbox=conversation.inbox).exclude(smtp_host="").exists():
        return False
    if not caps.spend(conversation, [email], at=at):
        return False
    words = Letter(html=html_of(text), text=text, to=({"name": customer.name, "address": email},))
    say_automatically(conversation, words, by=Agent.objects.system(), at=at)
    return True


def act_by_clock(now: datetime) -> int:
    """Let rules act on what time has brought to them; their answers leave by mail."""
    return acting.act_by_clock(now, answer)
