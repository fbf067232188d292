"""The program beside the desk."""

from __future__ import annotations
