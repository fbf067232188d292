"""What the pages of the laws say in words: the law, its study, and what would change our mind."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from wingbeat.desk.journal.recording import Kind
from wingbeat.screens.shown_numbers import Words


@dataclass(frozen=True, slots=True)
class Law:
    """A law as its page tells it. `claim` is the reading on which its verdict rests."""

    name: Words
    says: Words
    study: Words
    against: Words
    mind: Words
    claim: str
    evidence: tuple[str, ...]  # kinds of moments that it counts


PAGES: dict[str, Law] = {
    "first_impression": Law(
        _("First impression"),
        _("Where the first words come in time, the whole is rated better; and the wait for them is "
          "ours."),
        _("What people judge from less than five minutes of behavior goes with how things turn "
          "out, r = 0.39 over 38 results (Ambady and Rosenthal, 1992; observed)."),
        _("Those studies are of faces and voices. None shows a number of seconds within which "
          "a written answer must come."),
        _("Early and late first words that are followed by the same ratings."),
        "first_impression.decides",
        ("first_words_late", "silence"),
    ),
    "memory": Law(
        _("Memory"),
        _("The strongest moment and the last one count for what people keep, beside the average "
          "of all."),
        _("Peak and end go with remembered experience, r = 0.58 over 174 effects "
          "(Alaybek et al., 2022; what people stated)."),
        _("On the tables we tried, the plain average mostly foretold better, and in telephone "
          "service calls a good end did not help (Verhoef et al., 2004)."),
        _("Ratings that the average of all moments foretells as well without the strongest or "
          "without the last one."),
        "memory.blend",
        ("promise_broken", "mail_failed", "complaint", "thanks", "apology", "refusal",
         "handed_over", "farewell"),
    ),
    "decay": Law(
        _("Decay"),
        _("Most of what is left alone goes stale in time: articles, macros, rules."),
        _("The curve of what survives is standard (Kaplan and Meier, 1958), and so is the alarm "
          "(Page, 1954)."),
        _("Things that nobody visits look fresh, because nobody finds their errors."),
        _("A kind of thing of which what has lasted keeps lasting: then looking at the oldest "
          "first is wasted work."),
        "decay.half_life",
        (),
    ),
    "support": Law(
        _("Support"),
        _("Where a clock steers, answers crowd just before they fall due. Help comes first, and "
          "the customer's word ends."),
        _("A crowd just before a limit shows that the limit steers (Chetty et al., 2011)."),
        _("A crowd shows a distorted process, not a dishonest person: a list sorted by due time "
          "crowds, too."),
        _("Crowds whose answers help as much as the others. Then the clock does no harm here."),
        "support.crowd",
        ("reopened",),
    ),
}  # fmt: skip

# What a person reads of a change; who made it stands nowhere on these pages.
CHANGES: dict[str, Words] = {
    Kind.MACRO_CHANGED: _("a macro was changed"),
    Kind.RULE_CHANGED: _("a rule was changed"),
    Kind.HOURS_CHANGED: _("the hours were changed"),
    Kind.PROMISE_CHANGED: _("what an inbox promises was changed"),
    Kind.CONTRACT_CHANGED: _("a contract was changed"),
    Kind.ROUTING_CHANGED: _("how a team shares its work was changed"),
    Kind.TEAM_CHANGED: _("a team was changed"),
    Kind.INBOX_CHANGED: _("an inbox was changed"),
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
