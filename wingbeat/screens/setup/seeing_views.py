"""Who sees what, and why: the inspector asks the visibility rule itself and tells its reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.conversations import audience
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.mentioning import Mention
from wingbeat.desk.conversations.restricting import Admission
from wingbeat.desk.conversations.visibility import Reader, Reason, Seen
from wingbeat.desk.customers.merging import same_person
from wingbeat.desk.customers.models import Address
from wingbeat.desk.people.models import SEES_ALL_INBOXES, Agent, Membership, Role
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.setup.access import for_admins
from wingbeat.screens.setup.answering import answer

MOST = 200  # conversations of one customer that are looked at, the newest


class SeeingForm(forms.Form):
    """About what one asks: a conversation's number, a customer's address, or an inbox."""

    conversation = forms.IntegerField(
        label=gettext_lazy("Number of a conversation"), required=False, min_value=1, max_value=2**62
    )
    customer = forms.EmailField(label=gettext_lazy("Address of a customer"), required=False)
    inbox = forms.ModelChoiceField(
        Inbox.objects.order_by("name", "pk"),
        label=gettext_lazy("Inbox"), required=False, empty_label=gettext_lazy("None"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """An agent, whether they see it, and why or why not."""

    agent: Agent
    sees: bool
    why: list[str]


@for_admins("GET")
def seeing(request: DeskRequest) -> HttpResponse:
    """Tell of every agent whether they see it; what is closed to oneself is not told."""
    form = SeeingForm(request.GET or None)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        seen = _asked_about(request, form)
        context["told"] = sorted(told_of(seen), key=lambda one: (not one.sees, one.agent.name))
        context["is_nothing"] = not seen
    return answer(request, "seeing/page", context)


def told_of(seen: list[Seen]) -> list[Told]:
    """Return the reasons of everybody at the desk, in as many questions as for one."""
    agents = {agent.pk: agent for agent in Agent.objects.people()} if seen else {}
    reasons = _Reasons.about(seen)
    found = []
    for pk, reader in audience.readers(agents).items():
        why = [reasons.words(reader, one, reason) for one in seen for reason in reader.reasons(one)]
        shown = list(dict.fromkeys(why)) or [_why_not(reader, seen)]
        found.append(Told(agents[pk], bool(why), shown))
    return found


@dataclass(frozen=True, slots=True)
class _Reasons:
    """What stands behind the reasons, asked once for everybody."""

    teams: dict[int, dict[int, list[str]]]
    names: dict[int, str]
    let_in: dict[tuple[int, int], Admission]
    called: set[tuple[int, int]]

    @classmethod
    def about(cls, seen: list[Seen]) -> _Reasons:
        ids = [one.conversation_id for one in seen]
        teams = _teams_of({one.inbox_id for one in seen})
        admitted = Admission.objects.filter(conversation_id__in=ids).select_related("by")
        mentions = Mention.objects.filter(message__conversation_id__in=ids)
        return cls(
            teams, dict(Inbox.objects.filter(pk__in=teams).values_list("pk", "name")),
            {(row.agent_id, row.conversation_id): row for row in admitted},
            set(mentions.values_list("agent_id", "message__conversation_id")),
        )  # fmt: skip

    def words(self, reader: Reader, seen: Seen, reason: Reason) -> str:
        place = (reader.agent_id, seen.conversation_id)
        if reason == Reason.ASSIGNED:
            return _("It is assigned to them.")
        if reason == Reason.ADMITTED:
            who = {"by": self.let_in[place].by}
            if place in self.called:
                return _("%(by)s mentioned them in a note.") % who
            return _("%(by)s let them in.") % who
        through = self.teams[seen.inbox_id].get(reader.agent_id)
        values = {"inbox": self.names[seen.inbox_id], "role": Role(reader.role).label}
        if through:
            values["teams"] = ", ".join(through)
            return _("Their team (%(teams)s) reads the inbox %(inbox)s.") % values
        return _("Their role (%(role)s) reads the inbox %(inbox)s.") % values


def _asked_about(request: DeskRequest, form: SeeingForm) -> list[Seen]:
    asked = form.cleaned_data
    if asked["inbox"]:
        anywhere = Seen(
            conversation_id=0, inbox_id=asked["inbox"].pk, is_restricted=False, assignee_id=None,
            admitted=frozenset(), merged_into_id=None,
        )  # fmt: skip
        return [anywhere]
    rows = Conversation.objects.visible_to(request.user)
    if asked["conversation"]:
        rows = rows.filter(pk=asked["conversation"])
    elif asked["customer"] and (address := Address.objects.of(asked["customer"])):
        rows = rows.filter(customer_id__in=same_person(address.customer))
    else:
        return []
    pks = rows.order_by("-pk").values_list("pk", flat=True)[:MOST]
    return list(audience.conversations(pks).values())


def _teams_of(inbox_ids: Iterable[int]) -> dict[int, dict[int, list[str]]]:
    """Return by inbox and agent the teams through which they read it."""
    found: dict[int, dict[int, list[str]]] = {pk: defaultdict(list) for pk in inbox_ids}
    rows = Membership.objects.filter(team__inboxes__in=found).order_by("team__name")
    for inbox_id, agent_id, name in rows.values_list("team__inboxes", "agent_id", "team__name"):
        if inbox_id in found:
            found[inbox_id][agent_id].append(name)
    return found


def _why_not(reader: Reader, seen: list[Seen]) -> str:
    if not reader.is_active:
        return _("They cannot log in.")
    if any(one.is_restricted and reader.may_read(one.inbox_id) for one in seen):
        return _("It is restricted, and they were not let in; no role opens it.")
    if reader.role == Role.LIGHT:
        return _("Light agents see only what is assigned to them or what they are let into.")
    if reader.role in SEES_ALL_INBOXES:
        return _("It is the team's own inbox, and they are in none of its teams.")
    return _("None of their teams reads that inbox.")
