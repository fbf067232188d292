"""Jobs in the desk's own database, behind the django-tasks interface: leased, retried, never lost."""

from __future__ import annotations
