"""Articles for those who write them: what is due, the words in each language, publishing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.channels.mail import own_words
from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.knowledge import finding, markup, pictures
from wingbeat.desk.knowledge.markup import as_page, cleaned
from wingbeat.desk.knowledge.models import Article, ArticleVersion, Audience, Publication
from wingbeat.desk.knowledge.writing import (
    NothingToPublish,
    Place,
    Words,
    publish,
    verify,
    withdraw,
    write,
)
from wingbeat.desk.people.models import Agent
from wingbeat.screens.agent.access import DeskRequest, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.agent.changing import not_for_light
from wingbeat.screens.help_site import site_of
from wingbeat.screens.refusing import told_on_page

FEEDBACK_SHOWN = 10
LARGEST_IMPORT = 1 << 20
SEVERAL = 2  # brands, before anybody is asked for one


class ArticleForm(forms.Form):
    """Where an article stands and who looks after it; its words come from the editor."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    audience = forms.ChoiceField(label=gettext_lazy("Who reads it"), choices=Audience.choices)
    collection = forms.CharField(label=gettext_lazy("Collection"), max_length=120, required=False)
    brand = forms.ModelChoiceField(
        Brand.objects.listed(), label=gettext_lazy("Brand"), required=False,
        empty_label=gettext_lazy("All brands"),
    )  # fmt: skip
    owner = forms.ModelChoiceField(Agent.objects.at_work(), label=gettext_lazy("Owner"))
    verify_every_days = forms.IntegerField(
        label=gettext_lazy("Look at it again after days"), min_value=1, max_value=3650, initial=180
    )
    file = forms.FileField(
        label=gettext_lazy("Or take the words from an HTML file"), required=False
    )
    picture = forms.FileField(label=gettext_lazy("Add a picture"), required=False)
    shows = forms.CharField(
        label=gettext_lazy("What the picture shows"), max_length=300, required=False,
        help_text=gettext_lazy("For those who cannot see it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if Brand.objects.count() < SEVERAL:
            del self.fields["brand"]

    def clean_file(self) -> str:
        """Return the HTML of a file, or the empty string."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > LARGEST_IMPORT:
            raise forms.ValidationError(_("An article's file has at most 1 MB."))
        try:
            return str(file.read().decode("utf-8"))
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("The file is not written in UTF-8.")) from error

    def clean_shows(self) -> str:
        shows = str(self.cleaned_data["shows"])
        if self.cleaned_data.get("picture") and not shows:
            raise forms.ValidationError(_("Say what the picture shows."))
        return shows


@for_agents("GET")
def articles(request: DeskRequest) -> HttpResponse:
    """List what is due first, then everything, or what a question finds."""
    asked = request.GET.get("q", "").strip()[:200]
    now = timezone.now()
    rows = Article.objects.visible_to(request.user).select_related("collection", "owner")
    if asked:
        found = [row.article_id for row in finding.find(asked, agent=request.user)]
        rows = rows.filter(pk__in=found)
    listed = list(rows.order_by("collection__name", "pk"))
    versions = ArticleVersion.objects.filter(article__in=listed).order_by("pk")
    if request.user.is_light:
        versions = versions.filter(pk__in=Publication.objects.values("version"))
    titles = dict(versions.values_list("article_id", "title"))
    context = {
        "rows": [(one, titles.get(one.pk, ""), one.due_at <= now) for one in listed],
        "asked": asked,
        "place": "articles",
    }
    return respond(request, "agent/article/list.html", context)


@for_agents("GET", "POST")
def article(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Write one, in one language at a time; every save is a version that stays."""
    not_for_light(request)
    found = get_object_or_404(Article, pk=pk) if pk is not None else None
    language = request.POST.get("language") or request.GET.get("language") or ""
    language = language if language in dict(settings.LANGUAGES) else _first(found)
    newest = found.newest(language) if found else None
    form = ArticleForm(
        request.POST or None, request.FILES or None, initial=_initial(found, newest, request)
    )
    html = newest.html if newest else ""
    if request.method == "POST":
        html = _typed(request)  # also shown again, where something else is wrong
        try:
            if form.is_valid():
                return _saved(request, found, form, language, html)
        except pictures.NoPicture as why:
            form.add_error("picture", str(why))
    context = {
        "form": form,
        "article": found,
        "language": language,
        "text": own_words.text_in(markup.for_plain(html)),
        "editor_html": markup.for_editor(own_words.for_editor(html)),
        "place": "articles",
        **(_around(found, language) if found else {"languages": _languages(set())}),
    }
    return respond(request, "agent/article/article.html", context)


@for_agents("POST")
def publication(request: DeskRequest, pk: int) -> HttpResponse:
    """Show the newest words to readers, or show none any more."""
    not_for_light(request)
    found, language = get_object_or_404(Article, pk=pk), request.POST.get("language", "")
    now = timezone.now()
    with told_on_page(request, NothingToPublish):
        if request.POST.get("withdraw"):
            withdraw(found, language, by=request.user, at=now)
        else:
            publish(found, language, by=request.user, at=now)
    return redirect(f"{reverse('agent:article', args=[pk])}?language={language}")


@for_agents("POST")
def verification(request: DeskRequest, pk: int) -> HttpResponse:
    not_for_light(request)
    verify(get_object_or_404(Article, pk=pk), by=request.user, at=timezone.now())
    return redirect("agent:article", pk)


@for_agents("GET")
def file(request: DeskRequest, pk: int, language: str) -> HttpResponse:
    """The newest words in a language, as a file that every program opens."""
    not_for_light(request)
    version = get_object_or_404(Article, pk=pk).newest(language)
    if version is None:
        raise Http404
    page = as_page(version.title, language, pictures.with_bytes(version.html))
    response = HttpResponse(page, content_type="application/octet-stream")
    name = content_disposition_header(
        as_attachment=True, filename=f"{version.slug}.{language}.html"
    )
    response["Content-Disposition"] = name or "attachment"
    return response


@for_agents("POST")
def article_pictures(request: DeskRequest) -> HttpResponse:
    """Keep a picture that was pasted or dropped into the words; answer its address."""
    not_for_light(request)
    sent = request.FILES.get("inline")
    try:
        kept = pictures.keep_upload(sent, by=request.user, at=timezone.now())
    except pictures.NoPicture as why:
        return HttpResponse(str(why), status=422)
    return HttpResponse(kept.address)


def _typed(request: DeskRequest) -> str:
    if request.POST.get("format") == "rich":
        return cleaned(request.POST.get("html", ""))
    return cleaned(markup.from_plain(request.POST.get("text", ""), own_words.from_plain))


def _saved(
    request: DeskRequest, found: Article | None, form: ArticleForm, language: str, html: str
) -> HttpResponse:
    kept = _keep(request, found, form, language, html)
    newest = kept.newest(language)
    if newest is not None and markup.is_unsaid(newest.html):
        words = _("Saved. Say under each picture what it shows, for those who cannot see it.")
        messages.warning(request, words)
    else:
        messages.info(request, _("Saved."))
    return redirect(f"{reverse('agent:article', args=[kept.pk])}?language={language}")


def _keep(
    request: DeskRequest, found: Article | None, form: ArticleForm, language: str, html: str
) -> Article:
    said = form.cleaned_data
    if said["file"]:
        html = cleaned(said["file"])
    if said["picture"]:
        added = pictures.keep_upload(said["picture"], by=request.user, at=timezone.now())
        html += markup.picture(added.address, said["shows"])
    words = Words(language, said["title"], html, own_words.text_in(html))
    place = Place(
        said["audience"], said["collection"], said["owner"], said["verify_every_days"],
        brand=said.get("brand"),
    )  # fmt: skip
    return write(found, words, place, by=request.user, at=timezone.now())


def _initial(
    found: Article | None, newest: ArticleVersion | None, request: DeskRequest
) -> dict[str, Any]:
    if found is None:
        return {"owner": request.user.pk, "audience": Audience.PUBLIC}
    return {
        "title": newest.title if newest else "",
        "audience": found.audience,
        "collection": found.collection.name if found.collection else "",
        "brand": found.brand_id,
        "owner": found.owner_id,
        "verify_every_days": found.verify_every_days,
    }


def _around(found: Article, language: str) -> dict[str, Any]:
    versions = found.versions.select_related("by").order_by("-pk")
    published = found.publications.filter(language=language).select_related("version").first()
    newest = found.newest(language)
    return {
        "languages": _languages(set(versions.values_list("language", flat=True))),
        "versions": versions.filter(language=language)[:FEEDBACK_SHOWN],
        "published": published,
        "help_page": _help_page(found, published) if published else "",
        "is_ahead": newest is not None and (published is None or published.version_id != newest.pk),
        "feedback": found.feedback.order_by("-at", "-pk")[:FEEDBACK_SHOWN],
        "is_due": found.due_at <= timezone.now(),
    }


def _help_page(found: Article, published: Publication) -> str:
    """Return where customers read it."""
    site = site_of(found.brand or Brand.objects.default())
    return site.path("article", published.language, found.pk, published.version.slug)


def _languages(written: set[str]) -> list[tuple[str, str, bool]]:
    return [(code, str(name), code in written) for code, name in settings.LANGUAGES]


def _first(found: Article | None) -> str:
    """Return the language to begin with: the author's own if there are words in it."""
    own = str(translation.get_language() or "en").partition("-")[0]
    written = (
        list(found.versions.order_by("-pk").values_list("language", flat=True)) if found else []
    )
    return own if own in written or not written else written[0]
