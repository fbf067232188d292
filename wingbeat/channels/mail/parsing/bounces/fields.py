"""Read the per-recipient fields of delivery status notifications (RFC 3464 and 6533)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from wingbeat.channels.mail.parsing.bounces.addresses import address_in_field

_RECIPIENT = ("original-recipient", "final-recipient", "x-actual-recipient")
_RECOGNIZED = frozenset((*_RECIPIENT, "action", "status", "diagnostic-code"))
_OPENS_A_GROUP = frozenset(("original-recipient", "final-recipient", "action"))
_MOST_LINES = 20_000
_MOST_RECIPIENTS = 1000
_LONGEST_VALUE = 4000


@dataclass(slots=True)
class RecipientFields:
    """The fields of one recipient, names lower-cased, as the reporting system wrote them."""

    values: dict[str, str] = field(default_factory=dict)

    @property
    def recipient(self) -> str:
        """The address that *we* wrote to, where the report says so.

        Original-Recipient is what the sender gave; Final-Recipient may be an alias's target.
        """
        found = (address_in_field(self.values.get(name, "")) for name in _RECIPIENT)
        return next((address for address in found if address), "")

    def ends_before(self, name: str) -> bool:
        """Return whether the next field, or a blank line (no name), is another recipient's."""
        if name in self.values:
            return name in _OPENS_A_GROUP
        is_complete = "status" in self.values and any(one in self.values for one in _RECIPIENT)
        return is_complete and name in ("", "original-recipient")


def groups_of(text: str) -> list[RecipientFields]:
    """Return the recipients of a delivery status, in order.

    Groups should be parted by blank lines; some systems put blank lines between the fields of one
    recipient, and some none between recipients, so a field that comes again opens a group too.
    """
    groups = [RecipientFields()]
    for name, value in _fields(text):
        if groups[-1].ends_before(name):
            groups.append(RecipientFields())
            if len(groups) > _MOST_RECIPIENTS:
                break
        if name in _RECOGNIZED:
            groups[-1].values.setdefault(name, value[:_LONGEST_VALUE])
    return [group for group in groups if any(name in group.values for name in _RECIPIENT)]


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Yield unfolded fields; a blank line is yielded as an empty name."""
    name = ""
    lines: list[str] = []
    for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]:
        if line[:1] in " \t" and line.strip() and name:
            lines.append(line.strip())
            continue
        if name:
            yield name, " ".join(lines)
        name, lines = "", []
        head, colon, rest = line.partition(":")
        if colon and head and " " not in head.strip():
            name, lines = head.strip().lower(), [rest.strip()]
        elif not line.strip():
            yield "", ""
    if name:
        yield name, " ".join(lines)
