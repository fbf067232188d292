"""Four proofs of the law of memory."""

from __future__ import annotations
