"""Four proofs of the law of ripple."""

from __future__ import annotations
