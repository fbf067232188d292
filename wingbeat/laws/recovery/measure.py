"""Counts failures, what was done about them, and who came back after, on any engine."""

from __future__ import annotations

from typing import Any

import ibis

DAY = 86_400
FAILURES = ("promise_broken", "silence", "step_failed", "mail_failed", "complaint")
ACTS = ("grant", "apology", "notice")  # what we do about it; it may not count as its own success
MIDDLE = 1_000  # keeps a division of whole numbers above 0, where all engines round alike


def failures(moments: Any, *, as_of: int, before_days: int, act_days: int, after_days: int) -> Any:
    """Return one row per customer and failure that has had time for an aftermath.

    Columns: `customer, conversation, at, depth` (the failure's value), `acted` (0 or 1: a grant
    within `act_days`), `before` (the mean value of the customer's other moments until the grant,
    or, where there is none, as long as grants take here, in thousandths, rounded down) and `after`
    (1000: they came back, that is, moments on the `after_days` after `act_days` were on average at
    least as good as before; 0: they were worse, or there were none). Both kinds are read on the
    same days, since talk dies down after a failure whatever is done. Only the first failure of an
    aftermath counts: a second one begins no new story. Rows without a before are left out.
    """
    acting, story = act_days * DAY, (act_days + after_days) * DAY
    bad = moments.filter(moments.kind.isin(FAILURES) & (moments.at <= as_of - story))
    bad = bad.group_by("customer", "conversation", "at").aggregate(depth=bad.value.min())
    lag = bad.at.lag().over(group_by=[bad.customer], order_by=[bad.at, bad.conversation])
    first = bad.mutate(gap=bad.at - lag).filter(lambda t: t.gap.isnull() | (t.gap > story))
    other = moments.select(who="customer", then="at", kind="kind", value="value")
    near = (other.then >= first.at - before_days * DAY) & (other.then <= first.at + story)
    rows = first.inner_join(other, [first.customer == other.who, near])
    answers = (rows.kind == "grant") & (rows.then >= rows.at) & (rows.then <= rows.at + acting)
    same = ibis.window(group_by=[rows.customer, rows.conversation, rows.at])
    rows = rows.mutate(granted=ibis.ifelse(answers, rows.then, None).min().over(same))
    dealt = rows.filter((rows.kind == "grant") & (rows.then == rows.granted))
    usual = dealt.aggregate(grants=dealt.count(), late=(dealt.then - dealt.at).sum().coalesce(0))
    rows = rows.cross_join(usual)  # the mean wait for a grant: trouble after a failure is in both
    by_then = (rows.then < rows.at) | ((rows.then - rows.at) * rows.grants < rows.late)
    plain = rows.kind.notin(ACTS) & (rows.then != rows.at)
    earlier = plain & (rows.then < rows.granted).coalesce(by_then)
    later = plain & (rows.then > rows.at + acting)
    told = rows.group_by("customer", "conversation", "at", "depth").aggregate(
        acted=rows.granted.notnull().ifelse(1, 0).max(),
        n_before=rows.value.count(where=earlier), sum_before=rows.value.sum(where=earlier),
        n_after=rows.value.count(where=later), sum_after=rows.value.sum(where=later),
    ).filter(lambda t: t.n_before > 0)  # fmt: skip
    as_good = told.sum_after * told.n_before >= told.sum_before * told.n_after
    return told.select(
        "customer", "conversation", "at", "depth", acted=told.acted.cast("int64"),
        before=_mean(told.sum_before, told.n_before),
        after=((told.n_after > 0) & as_good).ifelse(1000, 0).cast("int64"),
    )  # fmt: skip


def _mean(total: Any, n: Any) -> Any:
    shifted = total.cast("int64") + MIDDLE * n
    return ((shifted - shifted % n) / n).cast("int64") - MIDDLE


def moments_of(failed: Any) -> Any:
    """Return the whole-number sums that a regression needs, for acted and not: two rows.

    With x1 = depth, x2 = before, y = after: n, sums, and sums of products. Exact on every engine.
    """
    one, two, y = failed.depth, failed.before, failed.after
    return failed.group_by("acted").aggregate(
        n=failed.count(), s1=one.sum(), s2=two.sum(), sy=y.sum(),
        s11=(one * one).sum(), s12=(one * two).sum(), s22=(two * two).sum(),
        s1y=(one * y).sum(), s2y=(two * y).sum(), syy=(y * y).sum(),
    ).order_by("acted")  # fmt: skip


def spent(grants: Any, *, as_of: int) -> Any:
    """Return how many grants were given, and their cents."""
    given = grants.filter(grants.at <= as_of)
    return given.aggregate(n=given.count(), cents=ibis.coalesce(given.cents.sum(), 0))


def margins(orders: Any, *, as_of: int) -> Any:
    """Return what the customers of the year before last brought, and how many came again.

    Columns: `customers`, `cents` (their margin in that year), `stayed` (who ordered in the last).
    """
    year = 365 * DAY
    rows = orders.filter((orders.at <= as_of) & (orders.at > as_of - 2 * year))
    early = rows.at <= as_of - year
    each = rows.group_by("customer").aggregate(
        cents=rows.cents.sum(where=early), was=early.ifelse(1, 0).max(),
        stayed=early.ifelse(0, 1).max(),
    ).filter(lambda t: t.was == 1)  # fmt: skip
    return each.aggregate(customers=each.count(), cents=each.cents.sum(), stayed=each.stayed.sum())
