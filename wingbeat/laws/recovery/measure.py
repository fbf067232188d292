"""Counts failures, what was done about them, and how they ended, on any engine."""

from __future__ import annotations

from typing import Any

import ibis

DAY, YEAR_DAYS = 86_400, 365
FAILURES = ("promise_broken", "silence", "step_failed", "mail_failed", "complaint")
ACTS = ("grant", "apology", "notice")  # what we do about it; it tells nothing of how it was before
RATED, DONE, SAID, AGAIN = 4, 3, 2, 1  # what tells an end: the highest there is speaks
MIDDLE = 1_000  # keeps a division of whole numbers above 0, where all engines round alike


def outcomes(moments: Any, events: Any = None) -> Any:
    """Return what tells how a failure ended: `who, told_at, what, rank, good` (1 or 0).

    A rating (the middle one says neither), a business event, thanks or a complaint, and last a
    failure, which tells only that its like came again. A new contact or silence is none of these.
    """
    rated, said = moments.kind == "rating", moments.kind.isin(("thanks", "complaint"))
    good = (moments.kind == "thanks") | (rated & (moments.value > 0))
    tells = (rated & (moments.value != 0)) | said | moments.kind.isin(FAILURES)
    told = moments.filter(tells).select(
        who="customer", told_at="at", what="kind",
        rank=ibis.cases((rated, RATED), (said, SAID), else_=AGAIN).cast("int64"),
        good=good.ifelse(1, 0).cast("int64"),
    )  # fmt: skip
    if events is None:
        return told
    return told.union(events.select(
        who="customer", told_at="at", what="kind", rank=ibis.literal(DONE, "int64"),
        good=(events.kind != "cancellation").ifelse(1, 0).cast("int64"),
    ))  # fmt: skip


def failures(
    moments: Any, events: Any = None, *, as_of: int, before_days: int, act_days: int,
    after_days: int,
) -> Any:  # fmt: skip
    """Return one row per customer and failure that has had time for an end.

    Columns: `customer, conversation, at, kind, depth` (the failure's value), `acted` (0 or 1: a
    grant within `act_days`), `before` (see `_met`) and `after` (1000: it ended well, -1000: badly,
    0: nobody told). Ends are told on the `after_days` after `act_days`, alike with a grant and
    without: by the outcome of the highest rank, of several by the latest, of two in one second by
    the bad one. No aftermath holds another's beginning: see `_apart`.
    """
    acting, story = act_days * DAY, (act_days + after_days) * DAY
    bad = moments.filter(moments.kind.isin(FAILURES) & (moments.at <= as_of - story))
    bad = bad.group_by("customer", "conversation", "at", "kind").aggregate(depth=bad.value.min())
    met = _met(_apart(bad, story), moments, past=before_days * DAY, acting=acting)
    said = outcomes(moments, events)
    late = (said.told_at > met.at + acting) & (said.told_at <= met.at + story)
    about = (said["rank"] > AGAIN) | (said.what == met.kind)
    rows = met.left_join(said, [met.customer == said.who, late, about])
    key = rows["rank"] * 2**34 + rows.told_at * 2 + 1 - rows.good
    ended = rows.group_by(*met.columns).aggregate(end=key.max())
    after = ibis.cases((ended.end.isnull(), 0), ((ended.end & 1) == 1, -1000), else_=1000)
    return ended.mutate(after=after.cast("int64")).drop("end")


def _apart(bad: Any, story: int) -> Any:
    """Return failures of which no two of a customer lie within the seconds of one story.

    Of a chain, in which each comes within a story of the one before, the first counts, and then the
    first of every other span of that length: whoever fails without end is seen again and again.
    """

    def in_order(rows: Any, *group: Any, **frame: Any) -> Any:
        order = [rows.at, rows.depth, rows.conversation, rows.kind]
        return ibis.window(group_by=[rows.customer, *group], order_by=order, **frame)

    lag = bad.at.lag().over(in_order(bad))
    rows = bad.mutate(begins=(lag.isnull() | (bad.at - lag > story)).ifelse(bad.at, None))
    chain = rows.begins.max().over(in_order(rows, preceding=None, following=0))
    rows = rows.mutate(chain=chain)
    rows = rows.mutate(past=rows.at - rows.chain)
    rows = rows.filter(rows.past % (2 * story) < story)
    span = (rows.past - rows.past % (2 * story)) / (2 * story)
    rows = rows.mutate(span=span.cast("int64"))
    place = ibis.row_number().over(in_order(rows, rows.chain, rows.span))
    first = rows.mutate(place=place).filter(lambda t: t.place == 0)
    return first.drop("begins", "chain", "past", "span", "place")


def _met(first: Any, moments: Any, *, past: int, acting: int) -> Any:
    """Add to failures `acted` and `before`; leave out those without a before.

    `before` is the mean value of the customer's other moments until the grant, or, where there is
    none, as long as grants take here, in thousandths, rounded down.
    """
    other = moments.select(who="customer", then="at", what="kind", value="value")
    near = (other.then >= first.at - past) & (other.then <= first.at + acting)
    rows = first.inner_join(other, [first.customer == other.who, near])
    answers = (rows.what == "grant") & (rows.then >= rows.at)
    same = ibis.window(group_by=[rows.customer, rows.conversation, rows.at])
    rows = rows.mutate(granted=ibis.ifelse(answers, rows.then, None).min().over(same))
    dealt = rows.filter((rows.what == "grant") & (rows.then == rows.granted))
    usual = dealt.aggregate(grants=dealt.count(), late=(dealt.then - dealt.at).sum().coalesce(0))
    rows = rows.cross_join(usual)  # the mean wait for a grant: trouble after a failure is in both
    by_then = (rows.then < rows.at) | ((rows.then - rows.at) * rows.grants < rows.late)
    plain = rows.what.notin(ACTS) & (rows.then != rows.at)
    earlier = plain & (rows.then < rows.granted).coalesce(by_then)
    told = rows.group_by(*first.columns).aggregate(
        acted=rows.granted.notnull().ifelse(1, 0).max().cast("int64"),
        n=rows.value.count(where=earlier), total=rows.value.sum(where=earlier),
    ).filter(lambda t: t.n > 0)  # fmt: skip
    shifted = told.total.cast("int64") + MIDDLE * told.n
    before = ((shifted - shifted % told.n) / told.n).cast("int64") - MIDDLE
    return told.mutate(before=before).drop("n", "total")


def paid(failed: Any, grants: Any, *, act_days: int) -> Any:
    """Add to failures `given`: the cents of all that the customer got in the days for an act."""
    gifts = grants.select(who="customer", gave_at="at", cents="cents")
    within = (gifts.gave_at >= failed.at) & (gifts.gave_at <= failed.at + act_days * DAY)
    rows = failed.left_join(gifts, [failed.customer == gifts.who, within])
    return rows.group_by(*failed.columns).aggregate(given=rows.cents.sum().coalesce(0))


def margins(orders: Any, *, as_of: int) -> Any:
    """Return the customers of the year before last: `customer, cents, stayed`.

    `cents` is their margin in that year; `stayed` is 1 where they ordered in the last, or 0. Money
    given back counts in the margin, and is no order.
    """
    year = YEAR_DAYS * DAY
    rows = orders.filter((orders.at <= as_of) & (orders.at > as_of - 2 * year))
    early, ordered = rows.at <= as_of - year, (rows.cents > 0).ifelse(1, 0)
    each = rows.group_by("customer").aggregate(
        cents=rows.cents.sum(where=early), was=early.ifelse(ordered, 0).max(),
        stayed=early.ifelse(0, ordered).max(),
    )  # fmt: skip
    return each.filter(each.was == 1).drop("was")
