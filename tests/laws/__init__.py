"""The laws, proven with no Django configured."""

from __future__ import annotations
