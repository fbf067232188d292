"""The composer as its template shows it, from a draft or from what is proposed."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.timezone import localtime
from django.utils.translation import gettext as _, gettext_lazy as _lazy

from wingbeat.channels.mail import own_words
from wingbeat.channels.mail.recipients import Recipients, proposed
from wingbeat.channels.mail.sending_on import line, quoted
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message, MessageKind
from wingbeat.desk.conversations.shared_draft import DraftTurn
from wingbeat.desk.conversations.steps import read
from wingbeat.desk.people.models import Agent
from wingbeat.screens.agent.conversation_screen import SnoozeChoice, snooze_choices
from wingbeat.screens.agent.drafts import draft_of, files_of
from wingbeat.screens.agent.hints import Hints
from wingbeat.screens.agent.leaving import LeavingTime, leaving_times
from wingbeat.screens.agent.step_words import tell

KINDS = ("reply", "reply-all", "note", "forward")
NAMES: dict[str, str | Promise] = {
    "reply": _lazy("Reply"),
    "reply-all": _lazy("Reply to all"),
    "note": _lazy("Note"),
    "forward": _lazy("Forward"),
}
PRESSED_BY = {"reply": "r", "reply-all": "R", "note": "n", "forward": "f"}


@dataclass(frozen=True, slots=True)
class Tab:
    kind: str
    name: str | Promise
    key: str
    url: str
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Composer:
    """Everything the composer's form holds."""

    kind: str
    title: str
    placeholder: str
    action: str
    draft_url: str
    files_url: str
    seen: int
    tabs: tuple[Tab, ...] = ()
    inboxes: tuple[Inbox, ...] = ()
    inbox_id: int = 0
    to: str = ""
    cc: str = ""
    bcc: str = ""
    subject: str = ""
    html: str = ""
    signature: own_words.Signature | None = None
    files: tuple[Attachment, ...] = ()
    about: int = 0
    carried: tuple[Attachment, ...] = ()
    saved: str = ""
    has_draft: bool = False
    can_end: bool = False
    is_shared: bool = False
    turns: tuple[DraftTurn, ...] = ()
    is_page: bool = False
    insert_url: str = ""
    macros_url: str = ""
    snippet_url: str = ""
    steps: tuple[str, ...] = ()
    names: str = ""  # of whom a note can name, as JSON
    snoozes: tuple[SnoozeChoice, ...] = ()
    leaving: tuple[LeavingTime, ...] = ()
    stop: str = ""
    left: str = ""
    problems: tuple[str, ...] = ()
    hints: Hints | None = None

    @property
    def is_note(self) -> bool:
        return self.kind == "note"

    @property
    def editor_html(self) -> str:
        """The words for the rich editor."""
        return own_words.for_editor(self.html)

    @property
    def text(self) -> str:
        """The words for the plain field."""
        return own_words.text_in(self.html)


def composer_for(
    agent: Agent,
    conversation: Conversation,
    kind: str,
    *,
    seen: int,
    inboxes: tuple[Inbox, ...],
    anew: bool = False,
    about: Message | None = None,
    names: str = "",
) -> Composer:
    """Open a composer in a conversation: with the draft, or with what is proposed.

    `anew` proposes the recipients again, as from reply to reply-all; a note begins with `names`.
    """
    draft = draft_of(agent, conversation, kind)
    blank = Composer(
        kind=kind,
        title=str(NAMES[kind]),
        placeholder=_("What should your team know?") if kind == "note" else _("Write …"),
        action=_action(conversation, kind),
        draft_url=reverse("agent:conversation-draft", args=[conversation.pk, kind]),
        files_url=reverse("agent:conversation-draft-files", args=[conversation.pk, kind]),
        insert_url=reverse("agent:conversation-insertions", args=[conversation.pk, kind]),
        macros_url=reverse("agent:conversation-macros", args=[conversation.pk, kind]),
        snippet_url=reverse("agent:conversation-snippet", args=[conversation.pk]),
        seen=seen,
        tabs=_tabs(conversation, kind),
        inboxes=inboxes,
        inbox_id=conversation.inbox_id,
        signature=None if kind == "note" else own_words.signature_of(agent, conversation.inbox),
        can_end=kind in {"reply", "reply-all"} and not conversation.is_over,
    )
    blank = _naming(blank, agent, names) if kind == "note" else _timed(blank, conversation)
    if draft is not None:
        blank = with_draft(blank, draft)
    if kind in {"reply", "reply-all"} and (draft is None or anew):
        return _addressed(blank, proposed(conversation, to_all=kind == "reply-all"))
    is_new_forward = kind == "forward" and draft is None
    return _forwarding(blank, conversation, about) if is_new_forward else blank


def with_draft(composer: Composer, draft: Draft) -> Composer:
    """Put a draft's words, addresses and files into a composer."""
    saved = date_format(localtime(draft.saved_at), "H:i")
    return replace(
        composer,
        to=draft.to,
        cc=draft.cc,
        bcc=draft.bcc,
        subject=draft.subject,
        html=draft.html,
        inbox_id=draft.inbox_id,
        files=tuple(files_of(draft)),
        saved=saved_at(saved),
        steps=tuple(tell(read(draft.steps))),
        has_draft=True,
        is_shared=draft.shared_at is not None,
        turns=tuple(draft.turns.select_related("agent").order_by("pk")),
    )


def saved_at(clock: str) -> str:
    return _("Draft saved %(clock)s") % {"clock": clock}


def _naming(composer: Composer, agent: Agent, named: str) -> Composer:
    people = list(Agent.objects.at_work().exclude(pk=agent.pk).values_list("name", flat=True))
    begun = f"@{escape(named)}&nbsp;" if named in people else ""
    return replace(composer, names=json.dumps(people), html=begun)


def _timed(composer: Composer, conversation: Conversation) -> Composer:
    now = timezone.now()
    snoozes, leaving = snooze_choices(now), leaving_times(conversation, now)
    return replace(composer, snoozes=tuple(snoozes), leaving=tuple(leaving))


def _addressed(composer: Composer, recipients: Recipients) -> Composer:
    return replace(composer, to=line(recipients.to), cc=line(recipients.cc))


def _forwarding(composer: Composer, conversation: Conversation, about: Message | None) -> Composer:
    shown = conversation.messages_to_show().exclude(kind=MessageKind.NOTE).filter(in_margin=False)
    message = about or shown.last()
    words = quoted(message) if message is not None else ""
    files = message.attachments.all() if message is not None else ()
    return replace(
        composer,
        subject=f"Fwd: {conversation.subject}".strip(),
        html=words,
        about=message.pk if message is not None else 0,
        carried=tuple(file for file in files if not file.is_inline),
    )


def _tabs(conversation: Conversation, current: str) -> tuple[Tab, ...]:
    def url(kind: str) -> str:
        path = reverse("agent:conversation-composer", args=[conversation.pk, kind])
        return f"{path}?anew=1" if kind in {"reply", "reply-all"} else path

    return tuple(
        Tab(kind, NAMES[kind], PRESSED_BY[kind], url(kind), kind == current) for kind in KINDS
    )


def _action(conversation: Conversation, kind: str) -> str:
    nouns = {"note": "notes", "forward": "forwards"}
    return reverse(f"agent:conversation-{nouns.get(kind, 'replies')}", args=[conversation.pk])
