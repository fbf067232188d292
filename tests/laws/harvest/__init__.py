"""Four proofs of the law of harvest."""

from __future__ import annotations
