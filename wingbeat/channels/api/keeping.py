"""Forgetting what the API keeps for a day: answers given once, and files that no reply named.

Apart from what shapes requests, so that the job which forgets loads none of that.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from wingbeat.channels.api.models import KeptAnswer, Upload

KEPT_FOR = timedelta(days=1)


def forget_old(now: datetime) -> int:
    """Forget answers and files that are a day old; return how many."""
    old = now - KEPT_FOR
    return sum(model.objects.filter(at__lt=old).delete()[0] for model in (KeptAnswer, Upload))
