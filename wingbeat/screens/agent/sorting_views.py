"""Where a conversation belongs and who may read it: tags, inbox, merge, split, restriction."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from wingbeat.desk.conversations import linking, mentioning
from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet
from wingbeat.desk.conversations.merging import CannotMerge
from wingbeat.desk.conversations.splitting import CannotSplit
from wingbeat.desk.conversations.tagging import Tag, WrongTag, retag
from wingbeat.screens.agent.access import (
    DeskRequest,
    conversation_of,
    conversations,
    for_agents,
    inbox_of,
)
from wingbeat.screens.agent.answering import back_to
from wingbeat.screens.agent.changing import WrongField, changes, number_in

KNOWN_TAGS = 200


@for_agents("GET")
def known_tags(request: DeskRequest) -> HttpResponse:
    """Tags to choose from; asked for where somebody begins to write one."""
    names = Tag.objects.known_to(request.user).values_list("name", flat=True)[:KNOWN_TAGS]
    return render(request, "agent/conversation/_known_tags.html", {"tags": names})


@changes(WrongTag)
def tags(request: DeskRequest, found: Conversation, at: datetime) -> None:
    """Make the tags those of the form: a comma stands between two."""
    typed = request.POST.get("tags", "").split(",")
    retag(found, [name for name in typed if name.strip(" #")], by=request.user, at=at)


@changes()
def inbox(request: DeskRequest, found: Conversation, at: datetime) -> None:
    found.move(to=inbox_of(request, number_in(request, "inbox") or 0), by=request.user, at=at)


@changes(CannotMerge)
def merge(request: DeskRequest, found: Conversation, at: datetime) -> HttpResponse:
    """Read this conversation as part of another, and go there."""
    into = _named(request, "into", conversations(request))
    found.merge(into=into, by=request.user, at=at)
    return back_to(into)


@changes(CannotMerge)
def unmerging(request: DeskRequest, found: Conversation, at: datetime) -> HttpResponse:
    """Take a merged conversation out of this one, and go to it."""
    part = get_object_or_404(found.merge_rows, source_id=number_in(request, "part")).source
    part.unmerge(by=request.user, at=at)
    return back_to(part)


@changes(linking.CannotLink)
def related(request: DeskRequest, found: Conversation, at: datetime) -> None:
    """Link it with another conversation, or take a link off."""
    off = number_in(request, "off")
    if off is not None:
        linking.unlink(found, other=off, by=request.user, at=at)
        return
    to = _named(request, "to", conversations(request).whole())
    linking.link(found, to=to, by=request.user, at=at)


@changes()
def follow_ups(request: DeskRequest, found: Conversation, at: datetime) -> HttpResponse:
    """Begin a conversation that goes on where this one has ended, and open its composer."""
    new = linking.follow_up(found, by=request.user, at=at)
    return redirect("agent:conversation-composer", pk=new.pk, kind="reply")


@changes()
def following(request: DeskRequest, found: Conversation, at: datetime) -> None:
    verb = mentioning.follow if request.POST.get("follow") == "yes" else mentioning.unfollow
    verb(found, by=request.user, at=at)


@changes(CannotSplit)
def split(request: DeskRequest, found: Conversation, at: datetime) -> HttpResponse:
    """Begin a conversation with a message and all later ones of its writer, and go there."""
    first = get_object_or_404(found.messages_to_show(), pk=number_in(request, "from"))
    later = [
        message
        for message in found.messages_to_show()
        if message.at >= first.at and message.address_id == first.address_id
    ]
    new = found.split(later, by=request.user, at=at)
    return back_to(conversation_of(request, new.pk))


@changes()
def restriction(request: DeskRequest, found: Conversation, at: datetime) -> None:
    if request.POST.get("restricted") == "yes":
        kept = [found.assignee] if found.assignee else []
        found.restrict(to=kept, by=request.user, at=at)
    else:
        found.unrestrict(by=request.user, at=at)


def _named(request: DeskRequest, field: str, among: ConversationQuerySet) -> Conversation:
    number = number_in(request, field)
    found = among.filter(pk=number).first() if number else None
    if found is None:
        told = _("There is no conversation #%(number)s that you may read.")
        raise WrongField(told % {"number": number or ""})
    return found
