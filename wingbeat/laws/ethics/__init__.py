"""We tell what affects customers before they ask, keep promises, and leave the record as it is.

Promises: kept in time of those due, by Jeffreys' interval; those still open do not count, those
withdrawn neither. Notices: of all customers whom a fault affects, how many know, after how long
since the desk first knew (Kaplan-Meier: who has not been told yet has waited at least until now),
how many of them within the clock of their fault, and how many had to ask first. The record: every
entry carries the SHA-256 of the one before it and of itself, so that a bent entry breaks all that
follow. We disclose because customers are affected, whatever it does for us. Principles S4.26 and
S4.29 to S4.36; model B25.
"""

from __future__ import annotations

from functools import partial

from wingbeat.laws.ethics.policy import EthicsPolicy
from wingbeat.laws.policy import shipped

__all__ = ["EthicsPolicy", "shipped_policy"]

shipped_policy = partial(shipped, EthicsPolicy, __name__)
