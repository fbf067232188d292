"""Playing the customer: their mailbox beside a mail program, both real."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, formatdate, make_msgid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from wingbeat.channels.mail.mime import UNFOLDED
from wingbeat.config.demo.mailboxes import Kept, Mailboxes
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.customers.models import Address

SHOWN = 60


class LetterForm(forms.Form):
    """A mail as a customer writes it."""

    name = forms.CharField(label=_("Name"), max_length=120)
    address = forms.EmailField(label=_("Your address"))
    to = forms.CharField(label=_("To"), widget=forms.Select)
    cc = forms.CharField(label=_("Cc"), required=False)
    subject = forms.CharField(label=_("Subject"), max_length=200, required=False)
    text = forms.CharField(label=_("Message"), widget=forms.Textarea(attrs={"rows": 9}))
    file = forms.FileField(label=_("Attachment"), required=False)
    answers = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(inbox.address, inbox.address) for inbox in Inbox.objects.order_by("name")]
        self.fields["to"].widget.choices = choices


@require_http_methods(["GET", "HEAD", "POST"])
def play(request: HttpRequest) -> HttpResponse:
    """Show a customer's mailbox; a POST sends their mail to the desk by SMTP."""
    mailboxes = Mailboxes(settings.HOME / "mailboxes")
    form = LetterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        answered = mailboxes.one(form.cleaned_data["address"], form.cleaned_data["answers"])
        _send(_mail_of(form.cleaned_data, answered))
        messages.success(request, _("Sent. It appears on the desk now."))
        return redirect(f"{request.path}?as={form.cleaned_data['address']}")
    address = request.GET.get("as", "").strip().lower()
    kept = mailboxes.of(address) if address else []
    if request.method != "POST":
        answered = mailboxes.one(address, request.GET.get("answer", ""))
        form = LetterForm(initial=_beginning(address, answered))
    people = (
        Address.objects.select_related("customer")
        .exclude(customer__name="")
        .order_by("customer__name", "pk")
    )
    context = {"people": people[:SHOWN], "address": address, "kept": kept, "form": form}
    return render(request, "demo/play.html", context)


def _beginning(address: str, answered: Kept | None) -> dict[str, str]:
    row = Address.objects.of(address) if address else None
    values = {"address": address, "name": row.customer.name if row else ""}
    if answered is None:
        return values
    mail = answered.mail
    subject = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
    to = (mail.reply_to or (mail.sender,))[0].address
    return {**values, "to": to, "subject": subject, "answers": answered.name}


def _mail_of(typed: dict[str, Any], answered: Kept | None) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = formataddr((typed["name"], typed["address"]))
    mail["To"] = typed["to"]
    if typed["cc"]:
        mail["Cc"] = typed["cc"]
    mail["Subject"] = typed["subject"]
    mail["Date"] = formatdate(localtime=True)
    mail["Message-ID"] = make_msgid(domain=typed["address"].rpartition("@")[2])
    text = typed["text"]
    if answered is not None:
        mail["In-Reply-To"] = answered.mail.message_id
        mail["References"] = " ".join([*answered.mail.references, answered.mail.message_id])
        quoted = "\n".join(f"> {line}" for line in answered.mail.text_new.splitlines())
        text = f"{text}\n\n{answered.mail.sender.name} wrote:\n{quoted}\n"
    mail.set_content(text)
    if typed["file"]:
        main, _slash, sub = (typed["file"].content_type or "application/octet-stream").partition(
            "/"
        )
        mail.add_attachment(
            typed["file"].read(), maintype=main, subtype=sub, filename=typed["file"].name
        )
    return mail


def _send(mail: EmailMessage) -> None:
    host, _colon, port = settings.WINGBEAT["smtp_listen"].rpartition(":")
    with smtplib.SMTP(host, int(port), timeout=10) as server:
        mail.policy = UNFOLDED
        server.send_message(mail)
