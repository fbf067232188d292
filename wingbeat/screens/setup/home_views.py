"""The front page of the administration: what needs a look, and the way to everything."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from wingbeat.channels.mail import own_mail
from wingbeat.channels.mail.own_mail import CannotSend
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.refusing import told_on_page
from wingbeat.screens.setup import recovery, tokens
from wingbeat.screens.setup.access import for_admins
from wingbeat.screens.setup.answering import answer
from wingbeat.screens.setup.health import health_of


@for_admins("GET")
def home(request: DeskRequest) -> HttpResponse:
    tokens.finish(request.session)
    now = timezone.now()
    inboxes = Inbox.objects.select_related("account").order_by("name", "pk")
    listed = [(inbox, health_of(inbox, now)) for inbox in inboxes]
    context = {
        "inboxes": [(inbox, health) for inbox, health in listed if health.state != "good"],
        "has_inbox": bool(listed), "can_mail": own_mail.can_send(),
        "has_key": recovery.exists(settings.HOME),
    }  # fmt: skip
    return answer(request, "home", context)


@for_admins("POST")
def own_mail_trial(request: DeskRequest) -> HttpResponse:
    """Send whoever asks a mail of the desk's own, so that they see whether it arrives."""
    words = _("The desk can send its own mail: invitations, links to new passwords, and codes.")
    with told_on_page(request, CannotSend):
        send_mail(_("A mail from your desk"), words, None, [request.user.email])
        told = _("A mail is on its way to %(email)s. Does it arrive?")
        messages.info(request, told % {"email": request.user.email})
    return redirect("setup:home")
