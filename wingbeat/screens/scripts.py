"""The desk's behaviors: one small file each, loaded in this order."""

from __future__ import annotations

SCRIPTS = (
    "wingbeat/js/scripts.js",
    "wingbeat/js/menus.js",
    "wingbeat/js/keys.js",
    "wingbeat/js/rows.js",
    "wingbeat/js/thread.js",
    "wingbeat/js/focus.js",
    "wingbeat/js/aside.js",
    "wingbeat/js/toasts.js",
    "wingbeat/js/undo.js",
    "wingbeat/js/live.js",
    "wingbeat/js/presence.js",
    "wingbeat/js/addresses.js",
    "wingbeat/js/draft.js",
    "wingbeat/js/files.js",
    "wingbeat/js/editor.js",
)
