"""The desk's behaviors: one small file each, loaded in this order."""

from __future__ import annotations

from functools import cache

from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

SCRIPTS = (
    "wingbeat/js/scripts.js",
    "wingbeat/js/login.js",
    "wingbeat/js/opening.js",
    "wingbeat/js/menus.js",
    "wingbeat/js/tabs.js",
    "wingbeat/js/keys.js",
    "wingbeat/js/rows.js",
    "wingbeat/js/today.js",
    "wingbeat/js/thread.js",
    "wingbeat/js/focus.js",
    "wingbeat/js/aside.js",
    "wingbeat/js/toasts.js",
    "wingbeat/js/undo.js",
    "wingbeat/js/live.js",
    "wingbeat/js/notify.js",
    "wingbeat/js/presence.js",
    "wingbeat/js/here.js",
    "wingbeat/js/shared.js",
    "wingbeat/js/addresses.js",
    "wingbeat/js/people.js",
    "wingbeat/js/draft.js",
    "wingbeat/js/files.js",
    "wingbeat/js/drop.js",
    "wingbeat/js/editor.js",
    "wingbeat/js/insert.js",
    "wingbeat/js/hints.js",
    "wingbeat/js/names.js",
    "wingbeat/js/lines.js",
    "wingbeat/js/steps.js",
    "wingbeat/js/palette.js",
    "wingbeat/js/chosen.js",
)


@cache
def script_elements() -> SafeString:
    return format_html_join(
        "\n  ", '<script src="{}" defer></script>', ((static(name),) for name in SCRIPTS)
    )
