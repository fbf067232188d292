"""First-run setup of a desk."""

from __future__ import annotations
