"""What was sown in each message of ours and what followed within the window, on any engine."""

from __future__ import annotations

from typing import Any

import ibis

DAY = 86_400
STRATA = ("inbox", "cause", "severity")


def _has(messages: Any, act: str) -> Any:
    return (ibis.literal(" ") + messages.acts.coalesce("") + " ").contains(f" {act} ")


def sown(messages: Any, act: str, *, window: int, most_turns: int, as_of: int) -> Any:
    """Return one row per message of ours, up to so many, before which the act was never done.

    Columns: `conversation, customer, turn` (which of our messages), `sown` (0 or 1), `at`. So what
    follows on an act in our third message is compared with what follows on third messages without
    one: an apology comes after the complaint, and must not be spared it. Only messages whose window
    has passed by `as_of`.
    """
    ours = messages.filter((messages.side == "us") & ~messages.automatic & messages.acts.notnull())
    ours = ours.mutate(act=_has(ours, act).ifelse(1, 0))
    whose, order = [ours.conversation, ours.customer], [ours.at, ours.seq, ours.id]
    line = ibis.window(group_by=whose, order_by=order)
    upto = ibis.window(group_by=whose, order_by=order, preceding=None, following=0)
    turns = ours.mutate(turn=ibis.row_number().over(line) + 1, done=ours.act.sum().over(upto))
    first = turns.filter((turns.turn <= most_turns) & (turns.done == turns.act))
    found = first.select(
        "conversation",
        "customer",
        "at",
        turn=first.turn.cast("int64"),
        sown=first.act.cast("int64"),
    )
    return found.filter(found.at <= as_of - window)


def words(messages: Any, ratings: Any, *, good_stars: int, bad_stars: int) -> Any:
    """Return what customers themselves said: `conversation, customer, said_at, good` (1 or 0)."""
    theirs = messages.filter((messages.side == "customer") & ~messages.automatic)
    told = theirs.mutate(thanks=_has(theirs, "thanks"), complains=_has(theirs, "complains"))
    spoken = told.filter(told.thanks | told.complains).select(
        "conversation", "customer", said_at="at", good=lambda t: t.complains.ifelse(0, 1)
    )
    rated = ratings.filter((ratings.stars >= good_stars) | (ratings.stars <= bad_stars)).select(
        "conversation", "customer", said_at="at",
        good=lambda t: (t.stars >= good_stars).ifelse(1, 0),
    )  # fmt: skip
    return spoken.union(rated)


def happenings(events: Any) -> Any:
    """Return what customers did for us: `customer, said_at, good` (a cancellation is not good)."""
    return events.select(
        "customer", said_at="at", good=(events.kind != "cancellation").ifelse(1, 0)
    )


def followed(
    seeds: Any, outcomes: Any, conversations: Any | None, *, window: int, by: tuple[str, ...]
) -> Any:
    """Return each seed with its `stratum`, and `good`: 1 if what was said first after it was good.

    Of what came within the window the first decides; of two in one second the bad one.
    """
    near = seeds.left_join(outcomes, list(by))
    near = near.mutate(within=(near.said_at > near.at) & (near.said_at <= near.at + window))
    key = near.said_at * 2 + near.good  # the bad one sorts first
    first = near.group_by("conversation", "customer", "turn", "sown").aggregate(
        first=key.min(where=near.within)
    )
    good = (first.first.notnull() & ((first.first & 1) == 1)).ifelse(1, 0)
    told = first.mutate(good=good, stratum=first.turn.cast("string") + "|")
    if conversations is None:
        return told
    about = conversations.select(
        conversation=conversations.id,
        about=ibis.literal("").join(
            [conversations[name].cast("string").coalesce("") + "|" for name in STRATA]
        ),
    )
    told = told.left_join(about, "conversation")
    return told.mutate(stratum=told.stratum + told.about.coalesce(""))


def tallied(told: Any, *by: str) -> Any:
    """Return a row per stratum: `n` sown, `a` of them with a good outcome, `m` not sown, `b`.

    Or a row per stratum and whatever else stands in `by`.
    """
    return (
        told.group_by("stratum", *by)
        .aggregate(
            n=told.sown.sum(), a=(told.sown * told.good).sum(),
            m=(1 - told.sown).sum(), b=((1 - told.sown) * told.good).sum(),
        )
        .order_by("stratum", *by)
    )  # fmt: skip
