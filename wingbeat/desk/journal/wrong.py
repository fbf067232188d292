"""What somebody filled in and cannot be kept so."""

from __future__ import annotations

from collections.abc import Mapping


class WrongFields(ValueError):
    """Some fields cannot stand as they are; `fields` says of each why."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)
