"""Jobs in the desk's own database: leased, tried again, never lost."""

from __future__ import annotations
