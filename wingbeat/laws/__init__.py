"""The laws of good service as published, pure code: importable without a desk around them.

    from wingbeat.laws import memory

Each law is a folder: the law in words (`__init__`), its thresholds (`policy.toml`), what it says
of one thing at once (`coach`), what it counts over many (`measure`, in Ibis, on any engine), and
what it concludes (`report`). Importing a law loads neither Ibis nor NumPy.
"""

from __future__ import annotations

LAWS = (
    "first_impression", "memory", "harvest", "decay", "ripple", "recovery", "lessons",
    "people_first", "respect", "support", "ethics",
)  # fmt: skip
