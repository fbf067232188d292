"""What every template needs: icons, initials, and times in few words."""

from __future__ import annotations

import re
import zlib
from datetime import datetime
from functools import lru_cache

from django import template
from django.template import Context
from django.template.base import Parser, TextNode, Token
from django.template.defaultfilters import filesizeformat
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext as _

from wingbeat.channels import shadow
from wingbeat.channels.mail import own_mail
from wingbeat.screens import times
from wingbeat.screens.help_site import HelpSite
from wingbeat.screens.keys import written_sheet
from wingbeat.screens.live import stream_address
from wingbeat.screens.paths import path_to
from wingbeat.screens.scripts import script_elements

register = template.Library()
register.simple_tag(script_elements, name="behaviors")
register.simple_tag(own_mail.can_send, name="desk_can_mail")

TURNED_IN_RTL = frozenset(
    {"reply", "reply-all", "forward", "back", "send", "move", "leave", "reopen"}
)
HUES = 8


@register.tag
def icon(_parser: Parser, token: Token) -> TextNode:
    """Draw an icon of the sprite; the words beside it, or the control's label, tell its meaning.

    It is drawn when the template is read: a page has a hundred, and they never change.
    """
    return TextNode(icon_of(token.split_contents()[1].strip('"')))


@register.simple_tag
def icon_of(name: str) -> SafeString:
    """Draw the icon that a list names."""
    turns = " icon-turns" if name in TURNED_IN_RTL else ""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        turns, static("wingbeat/icons/sprite.svg"), name,
    )  # fmt: skip


@register.simple_tag
def avatar(person: object, size: str = "") -> SafeString:
    """Draw the initials of an agent or customer; their name must be told beside it."""
    return _initials(str(person), f" is-{size}" if size else "")


@register.simple_tag(takes_context=True)
def help_path(context: Context, name: str, *args: object) -> str:
    """Return the path of a page of the help center that is being read."""
    site: HelpSite = context["site"]
    return site.path(name, *args)


@register.simple_tag
def is_shadow() -> bool:
    """Say whether this desk runs beside another one and sends nothing."""
    return shadow.holds()


@register.simple_tag
def path(name: str, pk: int | None = None, *more: str) -> SafeString:
    """Tell one of our own addresses as `url` does, and quickly; `pk` is what it is about."""
    return mark_safe(path_to(name, pk, *more))  # noqa: S308  our own paths and a number


@register.simple_tag
def ago(at: datetime) -> SafeString:
    """Tell how long ago a time is, with the whole date for whoever points at it."""
    return _time(at, times.since(at, timezone.now()))


@register.simple_tag
def moment(at: datetime) -> SafeString:
    """Tell a time without what goes without saying; pointing at it tells the whole date."""
    return _time(at, times.moment(at, timezone.now()))


@register.simple_tag(takes_context=True)
def live_stream(context: Context) -> str:
    """Return the address of this page's stream."""
    return stream_address(context["request"])


@register.simple_tag
def key_sheet(*, is_page: bool = False) -> SafeString:
    """List every key, as a page of its own or as part of every page."""
    return written_sheet(get_language(), is_page=is_page)


@register.simple_tag
def share(part: int, n: int) -> SafeString:
    """Tell a part of a whole in percent, with both counts: a share without n says nothing."""
    percent = _percent(part / n) if n else "–"
    return format_html("{} <small>{}</small>", percent, _("%(k)d of %(n)d") % {"k": part, "n": n})


@register.simple_tag
def bounds(low: float, high: float) -> str:
    """Tell between which shares the truth lies."""
    if round(low * 100) == round(high * 100):
        return _percent(low)
    return _("%(low)s to %(high)s") % {"low": _percent(low), "high": _percent(high)}


@register.filter
def size(count: int) -> str:
    """Tell a number of bytes as people say it."""
    return filesizeformat(count)


@register.filter
def breakable(address: str) -> SafeString:
    """Let an address that is too long go on behind its marks, and not within a word."""
    marked = escape(address).replace("@", "<wbr>@").replace(".", "<wbr>.")
    return mark_safe(marked)  # noqa: S308  escaped above


BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "", "Chrome": "", "Safari": ""}
SYSTEMS = {"Android": "", "iPhone": "", "iPad": "", "Windows": "", "Mac OS": "Mac", "Linux": ""}


@register.filter
def browser(user_agent: str) -> str:
    """Name a browser and its system by the few words that all of them send."""
    found = [
        next((name or token for token, name in known.items() if token in user_agent), "")
        for known in (BROWSERS, SYSTEMS)
    ]
    told = _("%(browser)s on %(system)s") % {"browser": found[0], "system": found[1]}
    return told if all(found) else user_agent[:40]


# Empty lines that a mail program leaves above what it quotes; of a run only its beginning is tried.
BLANKS = re.compile(
    r'(?:(?<=</div>)|(?<=</p>))(?<!<br></div>)(?:<div><br></div>|<br>)++(?=<details class="fold")'
)


@register.filter
def folds_named(html: str) -> SafeString:
    """Put words on the folds of a message, whose HTML is stored safe and without our language."""
    if "<summary></summary>" not in html:
        return mark_safe(html)  # noqa: S308  sanitized before it was stored
    html = BLANKS.sub("", html)
    for kind, words in (("quote", _("Earlier words")), ("signature", _("Signature"))):
        begins = f'data-kind="{kind}"><summary>'
        html = html.replace(f"{begins}</summary>", f"{begins}{words}</summary>")
    return mark_safe(html)  # noqa: S308  sanitized before it was stored; the words are ours


@lru_cache(maxsize=2_000)
def _initials(name: str, size: str) -> SafeString:
    spoken = name.partition("@")[0].replace(".", " ")
    words = [word for word in spoken.split() if word[0].isalnum()]
    letters = "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()
    return format_html(
        '<span class="avatar{}" data-hue="{}" aria-hidden="true">{}</span>',
        size, zlib.crc32(name.encode()) % HUES, letters or "?",
    )  # fmt: skip


def _percent(part: float) -> str:
    return _("%(percent)d %%") % {"percent": round(part * 100)}


def _time(at: datetime, words: str) -> SafeString:
    title = f'<time datetime="{at.isoformat()}" title="{times.in_full(at)}">'
    return mark_safe(f"{title}{words}</time>")  # noqa: S308  digits and words of our catalogues
