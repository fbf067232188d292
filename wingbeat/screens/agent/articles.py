"""Articles in the composer: offered by what the customer said last, and put into the draft."""

from __future__ import annotations

from django.http import Http404
from django.utils import timezone
from django.utils.html import format_html

from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.brand import Brand, brand_of
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft, DraftKind
from wingbeat.desk.conversations.message import MessageKind
from wingbeat.desk.conversations.splitting import shown_in
from wingbeat.desk.knowledge import finding, pictures
from wingbeat.desk.knowledge.models import ArticlePicture, Audience, Publication
from wingbeat.desk.people.models import Agent
from wingbeat.screens.help_site import site_of


def offered(
    conversation: Conversation, typed: str, agent: Agent, *, kind: str
) -> list[Publication]:
    """Return articles that hold what was typed, else those nearest to the customer's last words.

    What leaves the desk is offered public ones only, and those of its brand.
    """
    reader = agent if kind == DraftKind.NOTE else None
    brand = None if reader else brand_of(conversation.inbox)
    if typed.strip():
        return finding.find(typed, agent=reader, most=5, brand=brand)
    theirs = shown_in(conversation).filter(kind=MessageKind.CUSTOMER, automatic="", in_margin=False)
    latest = theirs.select_related("words").order_by("-at", "-pk").first()
    if latest is None:
        return []
    words = f"{conversation.subject} {latest.words.text_new}"
    return finding.suggest(words, agent=reader, brand=brand)


def put_into(draft: Draft, pk: int, *, by: Agent) -> None:
    """Put an article behind the words of a draft.

    Customers get a public one as a link, where it is always the newest; what only agents may read
    goes into a note and into no mail.
    """
    row = Publication.objects.readable(by).filter(pk=pk).first()
    if row is None or (row.article.audience != Audience.PUBLIC and draft.kind != DraftKind.NOTE):
        raise Http404
    inbox = draft.conversation.inbox if draft.conversation else None
    brand = row.article.brand or (brand_of(inbox) if inbox else Brand.objects.default())
    site = site_of(brand)
    if row.article.audience == Audience.PUBLIC and brand.site:
        address = site.address("article", row.language, row.article_id, row.version.slug)
        draft.html += format_html('<p><a href="{}">{}</a></p>', address, row.version.title)
    else:  # nobody outside could follow a link, so the words themselves go along
        draft.html += format_html("<p><strong>{}</strong></p>", row.version.title)
        draft.html += _with_own_pictures(row.version.html, draft)
    draft.saved_at = timezone.now()
    draft.save(update_fields=["html", "saved_at"])


def _with_own_pictures(html: str, draft: Draft) -> str:
    """Give the pictures that stand in the words to the draft, so that they go along."""
    for picture in ArticlePicture.objects.filter(token__in=pictures.in_words(html)):
        file = Attachment(
            draft=draft, name=picture.file_name, type=picture.type, is_inline=True,
            sha256=picture.sha256, size=picture.size, packed=picture.packed,
        )  # fmt: skip
        file.save()
        html = html.replace(picture.address, f"/attachments/{file.token}/")
    return html
