"""What every row of a state has: who made it so, and when."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Deed(models.Model):
    """Something that somebody did; its own fields say what, and without a row it was not done."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True
