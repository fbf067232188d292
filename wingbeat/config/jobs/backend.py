"""The django-tasks backend that keeps jobs in the desk's database."""

from __future__ import annotations
