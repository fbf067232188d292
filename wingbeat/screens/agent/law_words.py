"""What the pages of the laws say in words; what speaks for a law stands in its template."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from wingbeat.desk.journal.recording import Kind
from wingbeat.screens.shown_numbers import Words


@dataclass(frozen=True, slots=True)
class Law:
    """A law as its page tells it. Its verdict rests on `claim`; `evidence` is shown by group."""

    name: Words
    says: Words
    claim: str
    evidence: tuple[tuple[str, ...], ...] = ()


PAGES: dict[str, Law] = {
    "first_impression": Law(
        _("First impression"),
        _("Who hears from a person in time may rate the whole better; the wait is our doing, not "
          "theirs."),
        "first_impression.decides",
        (("first_words_late",), ("first_words_in_time",)),
    ),
    "memory": Law(
        _("Memory"),
        _("The strongest moment and the last one may count for what people keep, beside the "
          "average of all."),
        "memory.blend",
        (("promise_broken", "mail_failed", "silence", "complaint", "refusal", "handed_over"),
         ("promise_kept", "grant", "thanks", "apology", "farewell")),
    ),
    "decay": Law(
        _("Decay"),
        _("Most of what is left alone goes stale in time: articles, macros, rules."),
        "decay.half_life",
    ),
    "support": Law(
        _("Support"),
        _("Where a clock steers, answers crowd just before they fall due. Help comes first, and "
          "only the customer can say that it is solved."),
        "support.crowd",
        (("reopened",),),
    ),
}  # fmt: skip

# What the number of a law means to a lead: its scale, and one thing to do about it.
MEANS: dict[str, Words] = {
    "first_impression.kept": _(
        "100 is everybody whose due time is past, answered or not; who is not due yet counts in "
        "the next number only. If it falls, promise a later time or let somebody be there "
        "earlier."),
    "first_impression.median": _(
        "Shorter is better. If it grows, look on the team's page who has room to take the next "
        "one."),
    "first_impression.decides": _(
        "Above 0, a short wait goes with a good word; around 0, look for what else they mind."),
    "memory.worse_off": _(
        "0 is nobody. If it grows, read how those conversations ended and mend the commonest end."),
    "memory.remembered": _(
        "From about -2, the worst there is, to +1, the best; 0 is as they expected. Below 0, read "
        "how the latest conversations ended."),
    "memory.blend": _(
        "At 0 the strongest and the last moment say as much as all of them; above 0, look at the "
        "whole way, not at its end alone."),
    "decay.half_life": _("Longer is better. If it shrinks, verify the articles on Today's list."),
    "decay.drift": _(
        "1 is as before; above 1 more people have to write: look at the causes that grow by the "
        "week."),
    "support.reopened": _(
        "0 is nobody. If it grows, ask before ending whether anything is left open."),
    "support.crowd": _(
        "0 is no crowd; 1 is as many again as usual just before the due time. Above 0, look at "
        "what the promise makes people do."),
}  # fmt: skip

# What a person reads of a change; who made it stands nowhere on these pages.
CHANGES: dict[str, Words] = {
    Kind.MACRO_CHANGED: _("macros"),
    Kind.RULE_CHANGED: _("rules"),
    Kind.HOURS_CHANGED: _("the hours"),
    Kind.PROMISE_CHANGED: _("what an inbox promises"),
    Kind.CONTRACT_CHANGED: _("contracts"),
    Kind.ROUTING_CHANGED: _("how a team shares its work"),
    Kind.TEAM_CHANGED: _("teams"),
    Kind.INBOX_CHANGED: _("inboxes"),
}

SUPPORTED, UNSUPPORTED, TOO_LITTLE, NEVER = "supported", "unsupported", "too_little", "never"
VERDICTS: dict[str, Words] = {
    SUPPORTED: _("Supported here."),
    UNSUPPORTED: _("Not supported here."),
    TOO_LITTLE: _("Too little data to tell yet."),
    NEVER: _("Not measured yet."),
}
FAILURES: dict[str, Words] = {
    "": _("the program stopped with an error; the log says more"),
    "memory": _("it needed more memory than it may have"),
    "stopped": _("it was stopped, or took longer than an hour"),
}
