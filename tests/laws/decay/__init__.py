"""Four proofs of the law of decay."""

from __future__ import annotations
