"""Judging: what becomes of a mail, decided in a fixed order, each decision with its reason.

What is certain comes first (our own mail come round, a mail we have, a bounce), then who may not
come in, then where it belongs. Whatever no rule takes begins a conversation. Nothing is thrown
away: what no conversation shows stands in the tray.

Robot spam and blocked senders stay out of the conversations; a person may still make one of such
a mail. What answers us under our own signature comes from somebody we wrote to: that weighs more
than a spam filter's guess, though not more than a block.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from wingbeat.channels.mail.case import (
    Answer,
    Case,
    Decision,
    Join,
    Open,
    OpenForwarded,
    Report,
    enclosed,
    recipients,
)
from wingbeat.channels.mail.filtering import filed
from wingbeat.channels.mail.identity import desk_id, own_address, own_message, own_notification
from wingbeat.channels.mail.incoming import party, to_be_answered
from wingbeat.channels.mail.models import Judgement, RawMail, Source, Twin
from wingbeat.channels.mail.parsing import authentication, spam
from wingbeat.channels.mail.parsing.automatic import is_own_loop
from wingbeat.channels.mail.parsing.forwarded import original_of
from wingbeat.channels.mail.subjects import is_same
from wingbeat.channels.mail.threads import (
    Thread,
    hinted,
    hinted_by_old_number,
    keeps_subject,
    names_it_surely,
    referred,
    thread_of,
    was_brought_in,
)
from wingbeat.channels.mail.vouching import vouching
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.margin import Doubt
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.people.models import Agent


class NotYet(Exception):
    """An earlier mail that this one answers is still being judged; look again in a moment."""


def decide(case: Case) -> Decision:
    """Return what becomes of a mail.

    Raises:
        NotYet: while another worker judges the mail that this one answers.
    """
    for rule in RULES:
        decision = rule(case)
        if decision is not None:
            return filed(case, decision)
    return filed(case, opening(case))


def opening(case: Case) -> Decision:
    """Begin a conversation."""
    why = _("It answers nothing we know.") if case.answers else _("It is about something new.")
    looks_like = next(iter(_twins_conversations(case)), None)
    if looks_like is not None:
        why = _("It came to another inbox too, as #%(number)s.") % {"number": looks_like}
    elif (looks_like := referred(case)) is not None:
        words = _("It refers to #%(number)s, in which its sender takes no part.")
        why = words % {"number": looks_like}
    act = Open(to_be_answered(case.mail, case.door))
    return Decision(Judgement.OPENED, why, act, looks_like_id=looks_like)


def _own_loop(case: Case) -> Decision | None:
    if case.automatic == "bounce":
        return None  # it may carry the marks of the mail it tells about
    if is_own_loop(case.mail.headers, desk_id()):
        return Decision(Judgement.LOOP, _("It carries the mark that we put on our own mail."))
    if own_message(case.mail.message_id) is not None:
        return Decision(Judgement.LOOP, _("Its Message-ID is one that we gave."))
    ours = case.door.is_ours(case.sender["address"])
    if ours and to_be_answered(case.mail, case.door) == case.sender:
        return Decision(Judgement.LOOP, _("Its sender is one of our own addresses."))
    return None


def _without_inbox(case: Case) -> Decision | None:
    if case.inbox is not None:
        return None
    named = list(dict.fromkeys(address for address in recipients(case.raw, case.mail) if address))
    if not named:
        return Decision(Judgement.NO_INBOX, _("It names no recipient."))
    shown = ", ".join(named[:3])
    return Decision(
        Judgement.NO_INBOX, _("No inbox answers to %(addresses)s.") % {"addresses": shown}
    )


def _duplicate(case: Case) -> Decision | None:
    """The same Message-ID and the same body in the same inbox: the same mail."""
    if any(twin.judgement == Judgement.STORED for twin in case.twins):
        raise NotYet
    if (brought := was_brought_in(case)) is not None:
        why = _("It came along from the old desk, and stands in #%(number)s.")
        return Decision(
            Judgement.DUPLICATE, why % {"number": brought.conversation_id}, became_id=brought.pk
        )
    for twin in case.twins:
        if case.inbox is None or twin.inbox_id != case.inbox.pk:
            continue
        if twin.judgement not in {Judgement.UNREADABLE, Judgement.NO_INBOX}:
            return _same_as(twin)
    return None


def _same_as(twin: Twin) -> Decision:
    why = _("The same mail came before, as number %(number)s.") % {"number": twin.pk}
    return Decision(Judgement.DUPLICATE, why, became_id=twin.became_id)


def _bounce(case: Case) -> Decision | None:
    if case.automatic not in {"bounce", "report"}:
        return None
    return Decision(Judgement.BOUNCE, case.mail.automatic.why, Report())


def _without_sender(case: Case) -> Decision | None:
    if case.sender["address"]:
        return None
    return Decision(Judgement.UNREADABLE, _("It has no sender, so nobody could be answered."))


def _blocked(case: Case) -> Decision | None:
    address = case.sender["address"]
    if not case.door.keeps_out(address):
        return None
    return Decision(Judgement.BLOCKED, _("%(address)s is blocked.") % {"address": address})


def _answers_notification(case: Case) -> Decision | None:
    """An agent's answer to what told them of a conversation: a note, if it is surely theirs.

    Whatever is not stands in the tray. It is meant for colleagues, so it opens and joins nothing.
    """
    told = next((own for one in case.answers if (own := own_notification(one)) is not None), None)
    if told is None:
        return None
    number, agent_id = told
    agent = _agent_of(case)
    if agent is None or agent.pk != agent_id:
        why = _("Our mail server does not vouch that it is from the agent who was notified.")
        return Decision(Judgement.NOT_TAKEN, why)
    if case.automatic or not case.mail.text_new.strip():
        return Decision(Judgement.NOT_TAKEN, _("It holds no words that a person wrote."))
    if not number:
        why = _("The notification named no one conversation that an answer could belong to.")
        return Decision(Judgement.NOT_TAKEN, why)
    conversation = Conversation.objects.whole_to_change(number)
    if conversation is None or not conversation.is_visible_to(agent):
        why = _("%(agent)s may not read that conversation any more.")
        return Decision(Judgement.NOT_TAKEN, why % {"agent": agent.name})
    why = _("%(agent)s answered a notification.") % {"agent": agent.name}
    return Decision(Judgement.ANSWERED, why, Answer(conversation, agent, is_note=True))


def _from_agent(case: Case) -> Decision | None:
    """What an agent does by mail, if our own server says that it is them."""
    agent = _agent_of(case)
    if agent is None:
        return None
    # a vacation notice speaks from their address too, and is no answer to a customer
    asked = () if case.automatic else recipients(case.raw, case.mail)
    for number in map(own_address, asked):
        conversation = Conversation.objects.whole_to_change(number) if number else None
        if conversation is None or is_their_own_matter(conversation, agent):
            continue
        if conversation.is_visible_to(agent):
            why = _("%(agent)s wrote to the conversation's own address.") % {"agent": agent.name}
            return Decision(Judgement.ANSWERED, why, Answer(conversation, agent))
    if case.inbox is not None and case.inbox.is_for_team:
        return None  # what they send there is their own, whoever wrote it first
    return _forwarded(case, agent)


def is_their_own_matter(conversation: Conversation, agent: Agent) -> bool:
    """Say whether an agent is a customer here: they asked at the team inbox, and do not answer."""
    return conversation.inbox.is_for_team and conversation.knows(agent.email)


def _forwarded(case: Case, agent: Agent) -> Decision | None:
    original = original_of(case.mail.subject, case.mail.text, enclosed(case.mail))
    if original is None or case.door.is_ours(original.sender.address):
        return None
    why = _("%(agent)s forwarded it.") % {"agent": agent.name}
    act = OpenForwarded(party(original.sender), original, agent)
    return Decision(Judgement.OPENED, why, act)


def _agent_of(case: Case) -> Agent | None:
    if case.inbox is None or _checked(case).result != "pass":
        return None
    agent = Agent.objects.at_address(case.sender["address"])
    if agent is None:
        return None
    server = case.door.servers.get(case.inbox.pk, "")
    vouched = vouching(case.inbox.pk, server, case.door.domains, before=case.raw.pk)
    return agent if vouched.is_sure else None


def _threaded(case: Case) -> Decision | None:
    thread = thread_of(case)
    if thread is None and case.answers:
        if RawMail.objects.awaited(case.answers, before=case.raw.pk).exists():
            raise NotYet
        thread = thread_of(case)  # what it answers may have been judged between the two questions
    if thread is None:
        return None
    if (twin := _twin_in(case, thread.conversation)) is not None:
        return _same_as(twin)
    doubt = _doubt(case, thread.conversation)
    if doubt == Doubt.UNKNOWN_SENDER and thread.by == "reference":
        # Message-IDs of others can be borrowed: whoever writes to us under that of a newsletter
        # must not have everybody's answers to it stand in the margin of their own conversation
        return None
    if doubt is not None:
        act = Join(thread.conversation, doubt)
        return Decision(Judgement.MARGIN, str(doubt.label), act)
    return _known(case, thread)


def _known(case: Case, thread: Thread) -> Decision:
    """Where a known sender's answer goes: into its conversation, or a new one."""
    conversation = thread.conversation
    if conversation.is_spam and not case.automatic:
        return Decision(Judgement.SPAM, _("It goes on with a conversation that is spam."))
    changed = not is_same(case.mail.subject, conversation.subject)
    if changed and conversation.is_over and not case.automatic and not keeps_subject(case):
        why = _("Its subject is another one, and #%(number)s is over.") % {
            "number": conversation.pk
        }
        return Decision(Judgement.OPENED, why, Open(case.sender), looks_like_id=conversation.pk)
    why = {
        "sign": _("It answers us under our own signature."),
        "reference": _("It refers to a message of this conversation."),
    }[thread.by]
    return Decision(Judgement.JOINED, why, Join(conversation))


def _twin_in(case: Case, conversation: Conversation) -> Twin | None:
    """Return the same mail if it came into this conversation through another inbox."""
    if conversation.pk not in _twins_conversations(case):
        return None
    return next(twin for twin in case.twins if twin.became_id is not None)


def _twins_conversations(case: Case) -> list[int]:
    """Return the conversations that the same mail has gone into."""
    became = [twin.became_id for twin in case.twins if twin.became_id is not None]
    return Message.objects.conversations_of(became) if became else []


def _doubt(case: Case, conversation: Conversation) -> Doubt | None:
    if not conversation.knows(case.sender["address"]):
        return Doubt.UNKNOWN_SENDER
    return Doubt.FAILED_CHECK if _is_doubted(case) else None


def _hinted(case: Case) -> Decision | None:
    """A number in the subject: enough with the subject unchanged, else a hint."""
    if _is_doubted(case) or case.raw.source == Source.FORM:  # where anybody types any address
        return None
    if (old := hinted_by_old_number(case)) is not None and not old.is_spam:
        why = _("Its subject has the number that #%(number)s had on the old desk.")
        return Decision(Judgement.JOINED, why % {"number": old.pk}, Join(old))
    conversation = hinted(case)
    if conversation is None:
        return None
    if names_it_surely(case, conversation) and not conversation.is_spam:
        why = _("Its subject names #%(number)s and is the same.") % {"number": conversation.pk}
        return Decision(Judgement.JOINED, why, Join(conversation))
    why = _("Its subject names #%(number)s and is another one.") % {"number": conversation.pk}
    return Decision(Judgement.OPENED, why, Open(case.sender), looks_like_id=conversation.pk)


def _spam(case: Case) -> Decision | None:
    judged = spam.verdict(case.mail.headers)
    if judged.is_spam:
        return Decision(Judgement.SPAM, _("A mail server says so: %(why)s") % {"why": judged.why})
    checked = _checked(case)
    if checked.result == "fail":
        why = _("Our mail server doubts that its sender's address is theirs: %(why)s")
        return Decision(Judgement.SPAM, why % {"why": checked.why})
    return None


def _is_doubted(case: Case) -> bool:
    """Say whether our server's results are against the sender, or about somebody else."""
    return _checked(case).result in {"fail", "unclear"}


def _checked(case: Case) -> authentication.Authentication:
    """Return what our own mail server found about the sender's address."""
    server = case.door.servers.get(case.inbox.pk, "") if case.inbox else ""
    return authentication.verdict(case.mail.headers, server, sender=case.sender["address"])


RULES: tuple[Callable[[Case], Decision | None], ...] = (
    _own_loop,
    _without_inbox,
    _duplicate,
    _bounce,
    _without_sender,
    _blocked,
    _answers_notification,
    _from_agent,
    _threaded,
    _hinted,
    _spam,
)
