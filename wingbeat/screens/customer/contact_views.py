"""The contact form: what is written there comes in as mail does, kept before anybody is told."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from wingbeat.channels.mail import intake
from wingbeat.channels.mail.mime import UNFOLDED, wire_address
from wingbeat.channels.mail.models import Source
from wingbeat.desk.conversations.brand import sender_of
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.knowledge import finding
from wingbeat.desk.knowledge.models import Publication
from wingbeat.screens.customer import limits
from wingbeat.screens.customer.help_views import for_readers, speaking
from wingbeat.screens.customer.writing import CannotTake, Written, written_in
from wingbeat.screens.help_site import HelpSite
from wingbeat.screens.numbers import number_of

FORMS_AN_HOUR = 10


class ContactForm(forms.Form):
    """Who writes, and about what; their words and files are read beside it."""

    inbox = forms.ChoiceField(label=gettext_lazy("To"))
    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=120, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=gettext_lazy("Your address, where we answer"), max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    subject = forms.CharField(label=gettext_lazy("What it is about"), max_length=200)
    # People do not see it, and machines fill it in.
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1"}))

    def __init__(self, inboxes: list[Inbox], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Django's forms take them
        choices = [(str(inbox.pk), sender_of(inbox)) for inbox in inboxes]
        self.fields["inbox"].choices = choices  # type: ignore[attr-defined]  # declared above
        if len(choices) == 1:
            self.fields["inbox"].widget = forms.HiddenInput()
            self.fields["inbox"].initial = choices[0][0]


@csrf_exempt  # anybody may write to us, by this form as by mail
@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def contact(request: HttpRequest, site: HelpSite, language: str) -> HttpResponse:
    inboxes = list(site.inboxes.order_by("name", "pk"))
    if not inboxes:
        raise Http404
    with speaking(language):
        about = article_read(request, site, language)
        initial = {"subject": about.version.title if about else request.GET.get("q", "")[:200]}
        form = ContactForm(inboxes, request.POST or None, initial=initial)
        context: dict[str, object] = {"form": form, "about": about, "site": site}
        context["help_language"] = language
        if request.method != "POST":
            asked = request.GET.get("q", "")
            found = (
                finding.suggest(asked, agent=None, language=language, brand=site.brand)
                if asked
                else []
            )
            read = about.pk if about else None
            context["suggested"] = [row for row in found if row.pk != read]
            return render(request, "customer/help/contact.html", context)
        return _take(request, form, inboxes, context)


def _take(
    request: HttpRequest, form: ContactForm, inboxes: list[Inbox], context: dict[str, object]
) -> HttpResponse:
    """Keep what was written, or tell what is missing with all of it still there."""
    context["typed"] = request.POST.get("text", "")
    try:
        if not limits.within("forms", limits.computer_of(request), most=FORMS_AN_HOUR):
            raise CannotTake(_("That were many messages in one hour. Try again in a while."))
        written = written_in(request)
    except CannotTake as why:
        form.is_valid()
        context["trouble"] = str(why)
        return render(request, "customer/help/contact.html", context, status=422)
    if not form.is_valid():
        return render(request, "customer/help/contact.html", context, status=422)
    if not form.cleaned_data["website"]:  # a machine is told the same, and nothing comes of it
        inbox = next(one for one in inboxes if str(one.pk) == form.cleaned_data["inbox"])
        about = context["about"]
        _store(form.cleaned_data, written, inbox, about if isinstance(about, Publication) else None)
    context["address"] = form.cleaned_data["email"]
    return render(request, "customer/help/received.html", context)


def _store(said: dict[str, str], written: Written, inbox: Inbox, about: Publication | None) -> None:
    """Keep it as a mail: durable before they are told, judged and threaded like any other."""
    now = timezone.now()
    mail = EmailMessage(policy=SMTP)
    mail["From"] = formataddr((" ".join(said["name"].split()), wire_address(said["email"])))
    mail["To"] = inbox.address
    mail["Subject"] = " ".join(said["subject"].split())
    mail["Date"] = format_datetime(now)
    before = _("Read before")
    read = f"\n\n({before}: {about.version.title}, #{about.article_id})" if about else ""
    mail.set_content(f"{written.text}{read}\n")
    for file in written.files:
        main, _slash, sub = file.type.partition("/")
        if not sub or main in ("message", "multipart"):  # a mail within a mail would be read as one
            main, sub = "application", "octet-stream"
        mail.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    raw = mail.as_bytes(policy=UNFOLDED)
    intake.store(raw, source=Source.FORM, at=now, inbox=inbox)


def article_read(request: HttpRequest, site: HelpSite, language: str) -> Publication | None:
    """The article that somebody read before they wrote, if it is one."""
    asked = number_of(request.GET.get("article") or request.POST.get("article") or "")
    if asked is None:
        return None
    rows = Publication.objects.readable(None, language).of_brand(site.brand)
    return rows.filter(article_id=asked).first()
