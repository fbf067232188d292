"""Four proofs of the law of first impressions."""

from __future__ import annotations
