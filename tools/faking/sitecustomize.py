"""Replaces the function named in $PROOF_FUNCTION, in every Python process that can see this folder.

Python imports a module of this name by itself when it starts, so that a test which starts the desk
as a process of its own meets the replacement there, too.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import trivial

if path := os.environ.get("PROOF_FUNCTION"):
    sys.meta_path.insert(
        0,
        trivial.Replacer(
            path,
            choice=int(os.environ["PROOF_CHOICE"]),
            report=Path(os.environ["PROOF_REPORT"]),
        ),
    )
