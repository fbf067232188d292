"""The first words a person reads in the terminal when the desk is up."""

from __future__ import annotations

from django.conf import settings

from wingbeat.screens.setup import tokens


def words(address: str) -> str:
    """Say where the desk is; on an empty one, the address that only its founder knows."""
    shown = f"{settings.DESK_ADDRESS}/" if settings.DESK_ADDRESS else address
    if tokens.has_owner():
        return f"Wingbeat is at {shown}"
    return (
        f"Wingbeat is at {shown}\n"
        "It has no owner yet. Open this address once to begin, and show it to nobody:\n"
        f"{shown}setup/?token={tokens.setup_token()}"
    )


def how_others_reach_it() -> str:
    """Say what a desk that listens to other machines still needs, if anything."""
    if settings.DESK_ADDRESS or settings.WINGBEAT["hosts"]:
        return ""
    return "\nOthers reach it only by a name in WINGBEAT_ADDRESS or WINGBEAT_HOSTS."
