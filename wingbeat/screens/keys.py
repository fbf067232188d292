"""Every key of the desk, for the sheet behind `?`; the templates carry them as `data-key`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Key:
    """What a key does, and the key or keys to press."""

    does: str | Promise
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyGroup:
    name: str | Promise
    entries: tuple[Key, ...]


KEYS = (
    KeyGroup(
        _("Anywhere"),
        (
            Key(_("This sheet"), ("?",)),
            Key(_("Search"), ("/",)),
            Key(_("New conversation"), ("c",)),
            Key(_("All inboxes"), ("g", "a")),
            Key(_("First inbox, second …"), ("g", "1")),
            Key(_("Tray"), ("g", "t")),
            Key(_("Close what is open"), ("Esc",)),
        ),
    ),
    KeyGroup(
        _("In a list"),
        (
            Key(_("Next"), ("j",)),
            Key(_("Previous"), ("k",)),
            Key(_("Open"), ("Enter",)),
        ),
    ),
    KeyGroup(
        _("In a conversation"),
        (
            Key(_("Reply"), ("r",)),
            Key(_("Reply to all"), ("Shift", "R")),
            Key(_("Note"), ("n",)),
            Key(_("Forward"), ("f",)),
            Key(_("Assign"), ("a",)),
            Key(_("Put aside"), ("s",)),
            Key(_("End, or reopen"), ("e",)),
            Key(_("Tags"), ("t",)),
            Key(_("More"), ("m",)),
            Key(_("The customer"), ("p",)),
            Key(_("Take a reply back"), ("z",)),
            Key(_("Back to the list"), ("u",)),
        ),
    ),
    KeyGroup(
        _("While writing"),
        (
            Key(_("Send, or save the note"), ("Ctrl", "Enter")),
            Key(_("Bold"), ("Ctrl", "b")),
            Key(_("Italic"), ("Ctrl", "i")),
            Key(_("Link"), ("Ctrl", "k")),
        ),
    ),
)


@lru_cache(maxsize=16)
def written_sheet(_language: str | None, *, is_page: bool) -> SafeString:
    """Return the sheet in the running language; every page carries it, so it is written once."""
    return render_to_string("agent/_keys_list.html", {"key_sheet": KEYS, "is_page": is_page})
