"""A message as a thread shows it: its columns, without the rows behind them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from wingbeat.desk.conversations.words import Party


class Shown(NamedTuple):
    """Columns of one message; a name with `__` is a column of the row it points at."""

    pk: int
    kind: str
    at: datetime
    automatic: str
    in_margin: bool
    came_by: str
    agent__name: str | None
    address__email: str | None
    address__customer__name: str | None
    conversation__customer__name: str
    words__subject: str
    words__recipients: Mapping[str, list[Party]]  # the shape is `words.Parties`
    length: int  # characters of its HTML, which is loaded only for those that stand open
