"""What was and what is: the desk's settings are looked at when a verb has changed them.

No verb says what it changed, and none can forget to: the thing is compared with how it was found
the last time. An entry holds a digest of the differences, so that the sealed chain covers them,
and no word; the words stand here, for as long as they are needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField, Exists, OuterRef, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from wingbeat.desk.hours.week import spans_as_text, week_of
from wingbeat.desk.journal.models import Change, Entry
from wingbeat.desk.journal.watched import BY_MODEL, OPTION, WATCHED, Watched
from wingbeat.laws.ethics.chain import linked

KEPT_FOR = timedelta(days=3 * 365)
LONGEST = 2_000
HIDDEN = "•••"
# What an address says behind its path: many a system takes its password there.
QUERY = re.compile(r"(\bhttps?://[^\s?#]*[?#])\S+")
# Who writes to us is no setting, and may have to be forgotten: of their address the domain is told.
WHO = re.compile(r"^[^@]+(?=@)")
LEADS = re.compile(r" lead(?=, |$)")
Told: TypeAlias = list[list[str]]  # of each row its key, and what is shown of it


def found(entry: Entry) -> list[Change]:
    """Compare what an entry is about with how it was found before; write nothing yet."""
    changes = []
    for watched in WATCHED.get(entry.kind, ()):
        for value in _values(watched, entry):
            change = _compared(watched, value)
            if change is not None:
                changes.append(change)
    if changes:
        entry.differs = _digest(changes)
    return changes


def keep(changes: Iterable[Change], entry: Entry) -> None:
    for change in changes:
        change.entry, change.agent_id, change.at = entry.pk, entry.agent_id, entry.at
    Change.objects.bulk_create(changes)


def first_bent(now: datetime) -> int | None:
    """Return the earliest entry whose differences are not those it was sealed with."""
    kept: dict[int, list[Change]] = {}
    for change in Change.objects.order_by("pk").iterator():
        kept.setdefault(change.entry, []).append(change)
    # not by number: a database takes only so many of them
    still_told = Exists(Change.objects.filter(entry=OuterRef("pk")))
    young = Q(at__gt=now - KEPT_FOR + timedelta(days=2)) | Q(still_told)
    for entry in Entry.objects.filter(young).exclude(differs="").order_by("pk"):
        if _digest(kept.pop(entry.pk, [])) != entry.differs:
            return entry.pk
    return min(kept, default=None)  # told of by no entry


def forget_old(now: datetime) -> int:
    """Forget what is three years old, but how each thing was found last."""
    newer = Change.objects.filter(thing=OuterRef("thing"), pk__gt=OuterRef("pk"))
    old = Change.objects.filter(Exists(newer), at__lt=now - KEPT_FOR)
    of_them = set(old.values_list("entry", flat=True))
    spared = Change.objects.filter(~Exists(newer)).values_list("entry", flat=True)
    return old.filter(entry__in=of_them - set(spared)).delete()[0]


def options_changed() -> list[str]:
    """Return the options that are not as they were found the last time, at first by default."""
    return [name for name in settings.OPTIONS if _compared(OPTION, name) is not None]


def _values(watched: Watched, entry: Entry) -> Iterator[Any]:
    """Yield what names the things an entry is about; where it names none, it is about all."""
    named = getattr(entry, watched.find, None) or entry.facts.get(watched.find)
    if named is not None or not watched.model:
        yield named or ""
    else:
        yield from apps.get_model(watched.model)._base_manager.values_list("pk", flat=True)


def _compared(watched: Watched, value: Any) -> Change | None:
    thing = f"{watched.model}:{value}"
    latest = Change.objects.filter(thing=thing).order_by("-pk").first()
    was: Mapping[str, Told] = latest.found if latest else _at_first(watched, value)
    now = _looked_at(watched, value)
    differences = []
    # in the order in which a thing is told of: PostgreSQL keeps none within what was found
    columns = dict.fromkeys((*watched.tells, *was))
    for column in columns:
        before, after = was.get(column, []), now.get(column, [])
        keys = {row[0] for row in before}, {row[0] for row in after}
        if keys[0] != keys[1]:
            gone = ", ".join(row[1] for row in before if row[0] not in keys[1])
            come = ", ".join(row[1] for row in after if row[0] not in keys[0])
            differences.append(f"{column}\t{gone}\t{come}")
    if not differences and watched.model:
        return None
    found = now or was
    first = next((found[column][0][1] for column in columns if found.get(column)), "")
    how = Change.How.MADE if not was else Change.How.CHANGED if now else Change.How.REMOVED
    told = "\n".join(differences)
    return Change(thing=thing, how=how, name=first[:120], found=now, differences=told)


def _at_first(watched: Watched, value: Any) -> dict[str, Told]:
    return _option(value, at_first=True) if watched is OPTION else {}


def _option(name: str, *, at_first: bool = False) -> dict[str, Told]:
    """Return an option as it is set, or as it is where nobody has set it."""
    default, now, is_secret = settings.OPTIONS[name]
    text = default if at_first else now
    told = _hidden(text, HIDDEN) if is_secret else [text, text]
    return {"name": [[name, name]], "value": [told] if text else []}


def _looked_at(watched: Watched, value: Any) -> dict[str, Told]:
    """Return of each column what is there; nothing of what is not there, or somebody's own."""
    if watched is OPTION:
        return _option(value)
    if not watched.model:
        return {}
    rows = apps.get_model(watched.model)._base_manager.filter(**watched.only)
    newest = f"{watched.newest}__pk" if watched.newest else "pk"
    found = rows.filter(**{watched.by: value}).order_by(f"-{newest}").values("pk", newest).first()
    this = rows.filter(**found or {})
    return {column: _told(this, column) for column in watched.tells} if found else {}


def _told(this: Any, column: str) -> Told:
    parts = column.split("+")
    # a thing of another table is compared by its number: a new name there is no change here
    keys = [part.removesuffix("__name") for part in parts]
    told = []
    for row in this.order_by(*parts).values(*dict.fromkeys((*keys, *parts))):
        key = json.dumps([row[one] for one in keys], default=str)
        shown = " ".join(filter(None, (_in_words(row[one], one, parts) for one in parts)))
        open_words = _open_part(column, shown)
        told.append([key, shown] if open_words == shown else _hidden(key, open_words))
    return [one for one in told if one[1]]


def _open_part(column: str, shown: str) -> str:
    if column.endswith("secret"):
        return HIDDEN if shown else ""
    hides, told = (WHO, HIDDEN) if column == "pattern" else (QUERY, rf"\1{HIDDEN}")
    return hides.sub(told, shown)


def _hidden(key: str, open_words: str) -> list[str]:
    """Return what is compared by a digest, and told without its secret."""
    return [salted_hmac("wingbeat.changes", key).hexdigest()[:16], open_words]


def _in_words(value: Any, column: str, parts: list[str]) -> str:
    if column == "week":  # from Monday on
        value = [spans_as_text(day) or "–" for day in week_of(value)]
    if isinstance(value, bool) and len(parts) > 1:  # Max Stone lead
        return column.rpartition("__")[2].removeprefix("is_") if value else ""
    return _shown(value)


def _shown(value: Any) -> str:
    """Return a value on one line."""
    if isinstance(value, dict):
        value = ": ".join(filter(None, map(_shown, value.values())))
    elif isinstance(value, list | tuple):
        value = "; ".join(map(_shown, value))
    elif isinstance(value, date):
        value = f"{value:%Y-%m-%d}"
    elif isinstance(value, bool):
        value = "yes" if value else "no"
    return " ".join(str("" if value is None else value).split())[:LONGEST]


def _digest(changes: Iterable[Change]) -> str:
    return linked("", [[one.thing, one.name, one.differences] for one in changes])


def labelled(change: Change) -> list[tuple[str, str, str]]:
    """Return the differences as (what, was, is), in words."""
    watched = BY_MODEL[change.model]
    told = []
    lead = _("lead")
    for line in change.differences.splitlines():
        column, was, now = line.split("\t")
        known = {} if watched is OPTION else _choices(change.model, column)
        if column.endswith("is_lead"):
            was, now = (LEADS.sub(f" ({lead})", one) for one in (was, now))
        # a column may stand elsewhere by now
        places = (column, f"{watched.newest}__{column}", column.rpartition("__")[2])
        label = next((watched.tells[one] for one in places if one in watched.tells), column)
        told.append((str(label), known.get(was, was), known.get(now, now)))
    return told


def _choices(model: str, column: str) -> dict[str, str]:
    """Return the words for the codes that a column holds; none where it is gone."""
    here: Any = apps.get_model(model)
    field: Any = None
    for part in column.partition("+")[0].split("__"):
        try:
            field = here._meta.get_field(part)
        except FieldDoesNotExist:
            return {}
        here = field.related_model
    if isinstance(field, BooleanField):
        return {"yes": _("yes"), "no": _("no")}
    return {str(key): str(label) for key, label in getattr(field, "flatchoices", ())}
