"""The help center: articles by collection, search, a feed, and whether one helped. No scripts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django.views.defaults import page_not_found

from wingbeat.desk.knowledge import finding, pictures
from wingbeat.desk.knowledge.models import Publication
from wingbeat.desk.knowledge.writing import judge
from wingbeat.desk.people.models import Agent
from wingbeat.screens.customer import limits
from wingbeat.screens.files import picture_response
from wingbeat.screens.help_site import HelpSite, site_at, wear

P = ParamSpec("P")
IN_FEED = 30
FEEDBACK_AN_HOUR = 30


def for_readers(
    view: Callable[Concatenate[HttpRequest, HelpSite, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Answer under the brand that the path names, or the host; else under the default one."""

    @wraps(view)
    def answered(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        site = site_at(request, str(kwargs.pop("brand", "")))
        wear(request, site.brand)
        return view(request, site, *args, **kwargs)

    return answered


@require_safe
@for_readers
def home(request: HttpRequest, site: HelpSite) -> HttpResponse:
    """Lead to the language that a browser asks for, if anything is written in it."""
    written = _languages(site)
    asked = translation.get_language().partition("-")[0]
    language = asked if asked in written or not written else written[0]
    return redirect(site.path("index", language))


@require_safe
@for_readers
def index(request: HttpRequest, site: HelpSite, language: str) -> HttpResponse:
    """List everything by collection, or what a question finds."""
    with speaking(language):
        asked = request.GET.get("q", "").strip()[:200]
        if asked:
            found = finding.find(asked, agent=None, language=language, brand=site.brand)
            return _page(request, site, language, "index", {"asked": asked, "found": found})
        rows = Publication.objects.readable(None, language).of_brand(site.brand)
        return _page(request, site, language, "index", {"rows": rows})


@require_safe
@for_readers
def article(
    request: HttpRequest, site: HelpSite, language: str, pk: int, slug: str = ""
) -> HttpResponse:
    row = published(site, pk, language)
    with speaking(language):
        others = Publication.objects.readable(None).filter(article_id=pk)
        context = {
            "row": row,
            "translations": [one for one in others if one.language != language],
            "thanks": request.GET.get("thanks") == "said",
        }
        return _page(request, site, language, "article", context)


@csrf_exempt  # anybody may say whether it helped, and nobody's cookie lends it anything
@require_POST
@for_readers
def feedback(request: HttpRequest, site: HelpSite, language: str, pk: int) -> HttpResponse:
    """Keep whether an article helped, and why."""
    row = published(site, pk, language)
    helped = request.POST.get("helped")
    path = site.path("article", language, pk, row.version.slug)
    if helped in {"yes", "no"} and limits.within(
        "feedback", limits.computer_of(request), most=FEEDBACK_AN_HOUR
    ):
        judge(
            row.article, language, has_helped=helped == "yes",
            comment=request.POST.get("comment", ""), by=Agent.objects.system(), at=timezone.now(),
        )  # fmt: skip
        path = f"{path}?thanks=said"
    return redirect(path)


@require_safe
@for_readers
def feed(request: HttpRequest, site: HelpSite, language: str) -> HttpResponse:
    """What was published or changed lately, as Atom."""
    with speaking(language):
        here = request.build_absolute_uri(site.path("index", language))
        title = " · ".join(filter(None, (site.brand.name, _("Help"))))
        atom = Atom1Feed(
            title=title, link=here, description="", language=language,
            feed_url=request.build_absolute_uri(),
        )  # fmt: skip
        rows = Publication.objects.readable(None, language).of_brand(site.brand)
        for row in rows.order_by("-at", "-pk")[:IN_FEED]:
            path = site.path("article", language, row.article_id, row.version.slug)
            link = request.build_absolute_uri(path)
            words = pictures.ADDRESS.sub(
                lambda found: request.build_absolute_uri(found[0]), row.version.html
            )
            atom.add_item(row.version.title, link, words, unique_id=link, updateddate=row.at)
        return HttpResponse(atom.writeString("utf-8"), content_type=atom.content_type)


def nothing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say in the help center's own words that a page is not there; elsewhere the desk says it."""
    first, *parts = [*request.path.strip("/").split("/"), ""]
    if first == "portal":
        return render(request, "customer/nothing.html", status=404)
    if first != "help":
        return page_not_found(request, exception)
    try:
        site = site_at(request, parts[0])
    except Http404:
        site = site_at(request, "")
    wear(request, site.brand)
    spoken = dict(settings.LANGUAGES).keys() & set(parts[:2])
    language = next(iter(spoken), translation.get_language().partition("-")[0])
    with speaking(language):
        answer = _page(request, site, language, "nothing", {})
    answer.status_code = 404
    return answer


@require_safe
def picture(request: HttpRequest, token: str, brand: str = "") -> HttpResponse:
    """A picture of an article, for whoever may read words that it stands in."""
    reader = request.user if isinstance(request.user, Agent) else None
    found = pictures.shown_to(reader, token)
    if found is None:
        raise Http404
    response = picture_response(found.content(), found.type)
    response["Cache-Control"] = "private, max-age=3600"  # it may be withdrawn
    return response


def published(site: HelpSite, pk: int, language: str) -> Publication:
    """Return an article that anybody may read under a brand, in a language."""
    rows = Publication.objects.readable(None, language).of_brand(site.brand)
    return get_object_or_404(rows, article__pk=pk)


def speaking(language: str) -> translation.override:
    """Speak a language of the desk.

    Raises:
        Http404: if it is none.
    """
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return translation.override(language)


def _page(
    request: HttpRequest, site: HelpSite, language: str, page: str, context: dict[str, Any]
) -> HttpResponse:
    around = {
        "site": site,
        "help_language": language,
        "languages": [
            (code, translation.get_language_info(code)["name_local"]) for code in _languages(site)
        ],
        "can_write": site.inboxes.exists(),
    }
    return render(request, f"customer/help/{page}.html", {**around, **context})


def _languages(site: HelpSite) -> list[str]:
    """The languages in which anything is published, in the desk's order; a brand may name fewer."""
    rows = Publication.objects.readable(None).of_brand(site.brand)
    written = set(rows.order_by().values_list("language", flat=True))
    wanted = site.brand.languages or list(written)
    return [code for code, _name in settings.LANGUAGES if code in written and code in wanted]
