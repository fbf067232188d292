"""Everything that can be done by name or by key: one row each, for the palette and the `?` sheet.

The templates carry the keys as `data-key`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _, gettext_noop as _also


@dataclass(frozen=True, slots=True)
class Key:
    """What is done, the key or keys to press (none where it goes by name only), and its address.

    An address of the group "In a conversation" takes the conversation's number, then `kind`.
    """

    does: str | Promise
    keys: tuple[str, ...] = ()
    at: str = ""
    kind: str = ""
    for_light: bool = True
    for_admins: bool = False
    also: str = ""  # what people of other desks type for it; each language adds its own


@dataclass(frozen=True, slots=True)
class KeyGroup:
    name: str | Promise
    entries: tuple[Key, ...]

    @property
    def with_keys(self) -> list[Key]:
        return [entry for entry in self.entries if entry.keys]


ANYWHERE, IN_LIST, IN_CONVERSATION, WRITING = range(4)
HERE = "agent:conversation"
COMPOSER = "agent:conversation-composer"
KEYS = (
    KeyGroup(
        _("Anywhere"),
        (
            Key(_("Anything, by its name"), ("Ctrl", "k")),
            Key(_("Keys"), ("?",), at="agent:keys"),
            Key(_("Search"), ("/",), at="agent:search"),
            Key(
                _("New conversation"),
                ("c",),
                at="agent:new",
                for_light=False,
                also=_also("ticket case compose"),
            ),
            Key(_("All inboxes"), ("g", "a"), at="agent:home"),
            Key(_("First inbox, second …"), ("g", "1")),
            Key(_("Today"), ("g", "d"), at="agent:today"),
            Key(_("Notifications"), ("g", "n"), at="agent:notifications"),
            Key(_("Tray"), ("g", "t"), at="agent:tray"),
            Key(_("All views"), ("g", "v"), at="agent:views"),
            Key(_("New view"), at="agent:view-new", for_light=False),
            Key(_("Acts on many, and how far they are"), at="agent:batches", for_light=False),
            Key(_("A call or a visit"), ("g", "c"), at="agent:call-new", for_light=False),
            Key(_("Macros"), ("g", "m"), at="agent:macros", also=_also("saved replies templates")),
            Key(_("Articles"), at="agent:articles"),
            Key(_("Team: here, away, what waits with whom"), at="agent:team", for_light=False),
            Key(_("Hints that your team heeds"), at="agent:hint-counts", for_light=False),
            Key(_("How conversations end"), at="agent:ends", for_light=False),
            Key(_("Laws of good service, measured here"), at="agent:laws", for_light=False),
            Key(_("Causes by week"), at="agent:causes", for_light=False),
            Key(_("Settings"), at="agent:settings", also=_also("dark mode theme language")),
            Key(_("Keys to the API"), at="agent:api-keys"),
            Key(_("Programs that use the desk"), at="setup:programs", for_admins=True),
            Key(_("The desk: inboxes, people, teams"), at="setup:home", for_admins=True),
            Key(_("Close what is open"), ("Esc",)),
        ),
    ),
    KeyGroup(
        _("In a list"),
        (
            Key(_("Next"), ("j",)),
            Key(_("Previous"), ("k",)),
            Key(_("Open"), ("Enter",)),
            Key(_("Choose"), ("x",)),
            Key(_("Choose all from the one before"), ("Shift", "X")),
            Key(_("Act on what is chosen"), ("b",)),
            Key(_("Who waits longest first, and back"), ("l",)),
        ),
    ),
    KeyGroup(
        _("In a conversation"),
        (
            Key(_("Reply"), ("r",), COMPOSER, "reply"),
            Key(_("Reply to all"), ("Shift", "R"), COMPOSER, "reply"),
            Key(_("Note"), ("n",), COMPOSER, "note"),
            Key(_("Forward"), ("f",), COMPOSER, "forward"),
            Key(_("Assign"), ("a",), HERE, for_light=False, also=_also("owner take")),
            Key(_("Put aside"), ("s",), HERE, for_light=False, also=_also("snooze pending remind")),
            Key(
                _("End, or reopen"),
                ("e",),
                HERE,
                for_light=False,
                also=_also("close resolve archive done"),
            ),
            Key(_("Why they write: its cause"), ("w",), HERE, for_light=False),
            Key(_("Put it right"), ("o",), "agent:conversation-grants"),
            Key(_("Promise something"), at="agent:conversation-promises", for_light=False),
            Key(_("Tags"), ("t",), HERE, for_light=False),
            Key(_("More"), ("m",), HERE, for_light=False, also=_also("merge move spam follow")),
            Key(_("The customer"), ("p",), HERE),
            Key(_("Take a reply back"), ("z",), HERE),
            Key(_("Quiet mode, on and off"), ("q",), HERE, for_light=False),
            Key(_("Take thanks as their word"), ("y",), HERE, for_light=False),
            Key(_("Back to the list"), ("u",)),
        ),
    ),
    KeyGroup(
        _("While writing"),
        (
            Key(_("Send, or save the note"), ("Ctrl", "Enter")),
            Key(_("Send later, or otherwise"), ("Ctrl", "Shift", "Enter")),
            Key(_("Insert a macro, while typing"), ("Ctrl", "m")),
            Key(_("Insert a macro"), ("i",)),
            Key(_("A shortcut of a macro, such as"), (";thanks",)),
            Key(_("A colleague's name in a note, such as"), ("@ma", "Tab")),
            Key(_("To the hints, and back to the words"), ("F8",)),
            Key(_("Hints while you write, on and off"), ("Shift", "F8"), at="agent:settings"),
            Key(_("Bold"), ("Ctrl", "b")),
            Key(_("Italic"), ("Ctrl", "i")),
            Key(_("Link"), ("Ctrl", "k")),
        ),
    ),
    KeyGroup(_("Today"), (Key(_("Not now"), ("l",)), Key(_("Not right"), ("w",)))),
)


@lru_cache(maxsize=16)
def written_sheet(_language: str | None, *, is_page: bool) -> SafeString:
    """Return the sheet in the running language; every page carries it, so it is written once."""
    return render_to_string("agent/_keys_list.html", {"key_sheet": KEYS, "is_page": is_page})
