"""The desk's SQLite backend: Django's, but for connections on which something has failed."""

from __future__ import annotations
