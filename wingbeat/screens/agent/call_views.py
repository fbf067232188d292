"""A call, a walk-in, a visit: three fields, and it stands in the same history as every mail."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import TOLD, CameBy
from wingbeat.desk.conversations.telling import Next, NothingTold, Told, tell
from wingbeat.screens.agent.access import DeskRequest, conversations, for_agents
from wingbeat.screens.agent.answering import back_to, respond
from wingbeat.screens.refusing import told_at


class CallForm(forms.Form):
    """Who it was, what they said, what happens next: nothing else is asked."""

    who = forms.CharField(label=gettext_lazy("Who"), max_length=254)
    said = forms.CharField(
        label=gettext_lazy("What was said"),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )
    then = forms.ChoiceField(
        label=gettext_lazy("What happens next"),
        choices=Next.choices,
        initial=Next.US,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # a form's own arguments
        who = {"autofocus": True, "autocomplete": "off", "dir": "auto"}
        self.fields["who"].widget.attrs.update(who)
        self.fields["who"].help_text = gettext_lazy("A name, an address, or both.")


@for_agents("GET", "POST")
def new(request: DeskRequest) -> HttpResponse:
    inbox = _inbox(request)
    way = _way(request)
    form = CallForm(request.POST or None, initial={"who": request.GET.get("who", "")})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with told_at(form, None, NothingTold):
            told = Told(said["who"], said["said"], way, Next(said["then"]))
            known = conversations(request)
            message = tell(inbox, told, by=request.user, at=timezone.now(), known=known)
            return back_to(message.conversation)
    ways = [(one.value, one.label, one == way) for one in TOLD]
    context = {"form": form, "ways": ways, "way": way, "inbox": inbox, "place": "call"}
    return respond(request, "agent/call/page.html", context)


def _way(request: DeskRequest) -> CameBy:
    asked = request.POST.get("way") or request.GET.get("way") or CameBy.PHONE
    return CameBy(asked) if asked in TOLD else CameBy.PHONE


def _inbox(request: DeskRequest) -> Inbox:
    """Return where it belongs: the inbox one comes from, else the first one."""
    asked = request.GET.get("inbox", "")
    inboxes = request.user.inboxes
    if not inboxes:
        raise Http404
    return next((inbox for inbox in inboxes if str(inbox.pk) == asked), inboxes[0])
