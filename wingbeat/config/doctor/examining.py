"""Every check in its order; a check that breaks down is a finding too."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError

from wingbeat.config.doctor import storage, surroundings
from wingbeat.config.doctor.finding import Check, Finding, ill

WITHOUT_TABLES: tuple[Check, ...] = (storage.home_folder, storage.keys, storage.database)
WITH_TABLES: tuple[Check, ...] = (
    storage.journal,
    storage.sealed_in_time,
    storage.large_files,
    surroundings.mail_accounts,
    surroundings.vouching_servers,
    surroundings.replies_without_a_server,
    surroundings.smtp_certificate,
    surroundings.processes,
    surroundings.waiting_for_a_person,
    surroundings.reachable,
)


def examine() -> Iterator[Finding]:
    """Yield what every check finds. Without sound tables, those that need them are left out."""
    has_tables = True
    for check in WITHOUT_TABLES:
        for finding in _run(check):
            has_tables &= finding.is_well or finding.check != "database"
            yield finding
    for check in WITH_TABLES if has_tables else ():
        yield from _run(check)


def _run(check: Check) -> Iterator[Finding]:
    try:
        yield from check()
    except (DatabaseError, OSError) as error:
        name = check.__name__.replace("_", " ")
        yield ill(name, f"It could not be checked: {error}.", "Mend what it says, and look again.")
