"""What concerns an agent: the list, what a browser shows of it, and what they want to hear of."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache

from wingbeat.desk.care import notification
from wingbeat.desk.care.notification import SHOWN, Notification, Why
from wingbeat.desk.people.models import Agent
from wingbeat.screens.agent.access import DeskRequest, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.agent.changing import number_in
from wingbeat.screens.notified import lines_of, told_together
from wingbeat.screens.numbers import number_of
from wingbeat.screens.paths import path_to


class Choices(forms.ModelForm):  # type: ignore[type-arg]  # generic for the type checker only
    """What somebody wants to hear of, where, and when."""

    class Meta:
        model = Agent
        fields: ClassVar[list[str]] = [
            "notifies_in_browser", "notifies_by_mail", "notifies_at_hour",
        ]  # fmt: skip
        labels: ClassVar[dict[str, Any]] = {
            "notifies_in_browser": gettext_lazy("In this browser, while the desk is open")
        }

    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("I want to hear when"),
        choices=Why.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    notifies_by_mail = forms.ChoiceField(
        label=gettext_lazy("By mail, what I have not seen"), required=False
    )
    notifies_at_hour = forms.TypedChoiceField(
        label=gettext_lazy("The daily mail comes at"),
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pause = {"minutes": settings.WINGBEAT["notification_minutes"]}
        self.fields["notifies_by_mail"].choices = [  # type: ignore[attr-defined]  # a choice field, declared above
            ("", _("Never")),
            ("daily", _("Once a day")),
            ("bundled", _("Bundled, %(minutes)s minutes apart at the least") % pause),
        ]
        untold = self.instance.untold
        self.initial["reasons"] = [why for why in Why.values if why not in untold]

    def save(self, commit: bool = True) -> Agent:  # noqa: FBT001, FBT002 - Django's own signature
        wanted = self.cleaned_data["reasons"]
        self.instance.untold = [why for why in Why.values if why not in wanted]
        saved: Agent = super().save(commit=commit)
        return saved


@for_agents("GET")
def notifications(request: DeskRequest) -> HttpResponse:
    """The list of what concerns one: first what is new, then what was seen lately."""
    new = lines_of(request.user, seen=False)
    fresh = {line.conversation_id for line in new}
    older = [one for one in lines_of(request.user, seen=True) if one.conversation_id not in fresh]
    context = {"new": new, "older": older, "place": "notifications"}
    part = "agent/notifications/_list.html"
    return respond(request, "agent/notifications/page.html", context, part=part)


@for_agents("POST")
def seeing(request: DeskRequest) -> HttpResponse:
    """Take one conversation, or everything, as seen."""
    number = number_in(request, "conversation")
    notification.see(request.user, None if number is None else [number], at=timezone.now())
    return redirect("agent:notifications")


@never_cache
@for_agents("GET")
def newest(request: DeskRequest) -> HttpResponse:
    """Say what a browser shows for these conversations, as they may be read at this moment.

    While somebody wants quiet it waits: the browser keeps them and asks again afterwards. It names
    the newest only; if it has held more, all are told together, as far as they are unseen.
    """
    if request.user.is_quiet:
        return JsonResponse({"waits": True})
    asked = {number_of(one) for one in request.GET.getlist("conversation")[:SHOWN]}
    lines = [one for one in lines_of(request.user, seen=False) if one.conversation_id in asked]
    held, n = number_of(request.GET.get("held", "")) or 0, len(lines)
    if held > SHOWN:
        unseen = Notification.objects.visible_to(request.user).unseen().order_by()
        n = min(held, unseen.values("conversation").distinct().count())
    if not request.user.notifies_in_browser or not n:
        return JsonResponse({})
    if n == len(lines) == 1:
        line = lines[0]
        body = " ".join(line.reasons)
        return JsonResponse({"title": line.title, "body": body, "url": line.url})
    told = {"title": told_together(n), "body": "", "url": path_to("agent:notifications")}
    return JsonResponse(told)


@for_agents("GET", "POST")
def choices(request: DeskRequest) -> HttpResponse:
    form = Choices(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.info(request, _("Saved."))
        return redirect("agent:notification-choices")
    return respond(
        request, "agent/settings/notifications.html", {"form": form, "place": "settings"}
    )
