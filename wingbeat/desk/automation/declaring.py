"""Declarations: what the desk does by itself, each told as a sentence: when, for which, then what.

Rules are declarations, and so are filters on mails. Each is tried on the past before it is switched
on, and whoever changes one switches it off until it is tried again. What it says is its newest
version; the older ones keep who wrote what, when and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypedDict

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.automation.steps import Action, WrongStep
from wingbeat.desk.conversations.asking.things import Names
from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.journal.wrong import WrongFields, all_of, save_named
from wingbeat.desk.people.models import Agent

TRIED_OVER = timedelta(days=90)
SHOWN = 20  # of what a trial would have touched
MOST_STEPS = 4


class Step(TypedDict):
    """One thing that is done: `do` is a key of the declaration's actions."""

    do: str
    value: str


@dataclass(frozen=True, slots=True)
class Trial:
    """How much of the past a declaration would have touched; `latest` shows some of it."""

    looked_at: int
    touched: int
    latest: Sequence[Any]


class NotTried(ValueError):
    """A declaration is switched on only after it was tried as it stands now, and weighed."""


class DeclarationQuerySet(models.QuerySet[Any]):
    def in_order(self) -> Self:
        return self.order_by("place", "pk")


class Declaration(Deed):
    """A name, a place among its kind, and a switch. A kind says what it can do, and of what."""

    kind: ClassVar[str]  # its fact in the journal
    changed: ClassVar[Kind]
    actions: ClassVar[Mapping[str, Action]]
    untried: ClassVar[str | Promise]
    weighty: ClassVar[frozenset[str]] = frozenset()  # actions that answer the three questions

    name = models.CharField(gettext_lazy("name"), max_length=80, unique=True)
    place = models.PositiveIntegerField()
    is_on = models.BooleanField(default=False)

    objects: ClassVar[DeclarationQuerySet] = DeclarationQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions
    if TYPE_CHECKING:
        versions: ClassVar[Any]  # every kind has a table of its own for them

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def now(self) -> Any:
        """Return what it says now."""
        return self.versions.newest().get()

    @transaction.atomic
    def write(
        self, *, asks: str, steps: Sequence[Step], why: str, by: Agent, at: datetime, **own: str
    ) -> Any:
        """Keep it as it should read from now on, and switched off; return that version.

        Raises:
            WrongFields: of its conditions and steps, all at once; or if its name is taken.
        """
        asked, checked = all_of(partial(self.asked, asks, by=by), partial(self.checked, steps))
        says = {"asks": asked, "steps": checked, **own}
        if self.pk is None:
            latest = type(self).objects.aggregate(latest=Max("place"))["latest"]
            self.place = (latest or 0) + 1
        self.is_on, self.by, self.at = False, by, at
        save_named(self)
        why = "\n".join(line.strip() for line in why.splitlines() if line.strip())
        version = self.versions.create(**says, why=why, by=by, at=at)
        self.note("written", by=by, at=at)
        return version

    def asked(self, asks: str, *, by: Agent) -> str:
        """Return conditions as they are kept; raise WrongFields where they mean nothing."""
        raise NotImplementedError

    def checked(self, steps: Sequence[Step]) -> list[Step]:
        """Return steps as they are kept; raise WrongFields with all that cannot be done."""
        clean: list[Step] = []
        wrong = {} if steps else {"steps": _("Say what it should do.")}
        for place, (do, value) in enumerate((step["do"], step["value"]) for step in steps):
            if do not in self.actions:
                wrong[f"steps.{place}.do"] = _("There is no step “%(do)s”.") % {"do": do}
                continue
            try:
                clean.append(Step(do=do, value=self.actions[do].check(value.strip())))
            except WrongStep as why:
                wrong[f"steps.{place}.value"] = str(why)
        if wrong:
            raise WrongFields(wrong)
        return clean

    @transaction.atomic
    def switch(self, *, on: bool, by: Agent, at: datetime) -> None:
        """Switch it on, or pause it.

        Raises:
            NotTried: if it was not tried as it stands now, or its three questions stand open.
        """
        if on and self.now().tried_at is None:
            raise NotTried(str(self.untried))
        if on and not self.now().is_weighed:
            raise NotTried(_("Answer its three questions first: it ends or answers by itself."))
        if self.is_on != on:
            self.is_on = on
            self.save(update_fields=["is_on"])
            self.note("switched_on" if on else "paused", by=by, at=at)

    @transaction.atomic
    def move_up(self, *, by: Agent, at: datetime) -> None:
        """Let it come before the one that stands above it; the first stays."""
        above = type(self).objects.filter(place__lt=self.place).order_by("-place").first()
        if above is None:
            return
        above.place, self.place = self.place, above.place
        above.save(update_fields=["place"])
        self.save(update_fields=["place"])
        # it names no single one: the record of changes is to look at both
        facts = {"moved": self.pk, "change": "moved_up"}
        record(self.changed, by=by, at=at, facts=facts)

    def note(self, change: str, *, by: Agent, at: datetime) -> None:
        record(self.changed, by=by, at=at, facts={self.kind: self.pk, "change": change})


class VersionQuerySet(models.QuerySet[Any]):
    def newest(self) -> Self:
        """What each declaration says now, in their order."""
        later = self.model._base_manager.filter(
            declaration=OuterRef("declaration"), pk__gt=OuterRef("pk")
        )
        rows = self.filter(~Exists(later)).select_related("declaration")
        return rows.order_by("declaration__place", "declaration_id")

    def running(self) -> Self:
        """What those say that are switched on."""
        return self.newest().filter(declaration__is_on=True)


class Version(Deed):
    """What a declaration said from a time on, and who wrote it so."""

    asks = models.CharField(max_length=1_000, blank=True)
    steps = models.JSONField(default=list)
    why = models.CharField(max_length=200, blank=True)
    # Who tried it, on how much of the past, and how much it would have touched; None until then.
    tried_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    tried_at = models.DateTimeField(null=True)
    looked_at = models.PositiveIntegerField(null=True)
    would_touch = models.PositiveIntegerField(null=True)

    questions: ClassVar[Sequence[str]] = ()  # columns with the answers that a weighty one gives

    objects: ClassVar[VersionQuerySet] = VersionQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions
    if TYPE_CHECKING:
        declaration: Any  # a foreign key to its kind

    class Meta:
        abstract = True

    @property
    def is_weighed(self) -> bool:
        """Whether all its questions are answered, if what it does is weighty."""
        does = {step["do"] for step in self.steps}
        return not does & self.declaration.weighty or all(self.answers.values())

    @classmethod
    def label_of(cls, name: str) -> Any:
        column: Any = cls._meta.get_field(name)
        return column.verbose_name

    @property
    def answers(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.questions}

    @property
    def told_when(self) -> str:
        """Say what makes it look, as part of a sentence."""
        raise NotImplementedError

    def told_conditions(self, names: Names) -> str:
        """Say for which it does something; nothing where it is for all."""
        raise NotImplementedError

    def asks_in(self, names: Names) -> str:
        """Return its conditions as a person reads them."""
        return str(self.asks)

    @property
    def told_steps(self) -> str:
        actions = self.declaration.actions
        told = [actions[step["do"]].told(step["value"]) for step in self.steps]
        return _(", then ").join(told)

    def sentence(self, names: Names | None = None) -> str:
        """Say all of it as one sentence, in the reader's language."""
        conditions = self.told_conditions(names or Names())
        facts = {"when": self.told_when, "conditions": conditions}
        facts["steps"] = self.told_steps
        if facts["conditions"]:
            return _("When %(when)s, and %(conditions)s: %(steps)s.") % facts
        return _("When %(when)s: %(steps)s.") % facts

    def differences(
        self, before: Self | None, names: Names | None = None
    ) -> list[tuple[str, str, str]]:
        """Return what this changed, as (what, before, now); each a part of a sentence."""
        if before is None:
            return []
        names = names or Names()
        pairs = [
            (_("when"), before.told_when, self.told_when),
            (_("conditions"), before.asks_in(names), self.asks_in(names)),
            (_("what it does"), before.told_steps, self.told_steps),
        ]
        for name, answer in self.answers.items():
            pairs.append((str(self.label_of(name)), before.answers[name], answer))
        return [(what, old, new) for what, old, new in pairs if old != new]

    def trial(self, *, by: Agent, now: datetime) -> Trial:
        """Look what it would have touched of the past that `by` may see."""
        raise NotImplementedError

    @transaction.atomic
    def try_out(self, *, by: Agent, at: datetime) -> Trial:
        """Look at the past, and remember that somebody did."""
        trial = self.trial(by=by, now=at)
        self.looked_at, self.would_touch = trial.looked_at, trial.touched
        self.tried_by, self.tried_at = by, at
        self.save(update_fields=["looked_at", "would_touch", "tried_by", "tried_at"])
        self.declaration.note("tried", by=by, at=at)
        return trial
