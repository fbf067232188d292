"""Django's SQLite connection, which is given back as soon as something has failed on it.

An error keeps its cursor alive until Python's collector comes by, in whichever thread that is. To
clear such a cursor takes its connection's lock, and a connection that waits for a database that is
locked holds that one for up to 20 seconds: pages that have nothing to do with it would stand still.
"""

from __future__ import annotations

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Never used again after an error; whoever asks next gets a new connection."""

    def is_usable(self) -> bool:
        return not self.errors_occurred
