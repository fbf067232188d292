"""Making a key and revoking it; the secret itself is shown once and kept nowhere."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wingbeat.channels.api.models import ApiKey, Scope
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent, Role

MARK = "wb_"  # so that scanners for lost secrets, and people, recognize one


class CannotMake(ValueError):
    """The key cannot be made so; the text says why."""


def digest_of(secret: str) -> str:
    # 256 random bits need no slow hash: nobody can try them all
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_key(name: str, scope: Scope, *, by: Agent, at: datetime) -> tuple[ApiKey, str]:
    """Make a key that acts as `by`; return it with its secret.

    Raises:
        CannotMake: if it has no name, or may not do that.
    """
    if scope == Scope.ADMIN and not by.may_administer:
        raise CannotMake(_("Only owners and admins have keys that look after the desk."))
    return _make(name, scope, by, by=by, at=at)


@transaction.atomic
def make_programs_key(
    name: str, scope: Scope, inboxes: Sequence[Inbox], *, by: Agent, at: datetime
) -> tuple[ApiKey, str]:
    """Make a key for a program with a name of its own, which reads these inboxes and no other.

    Raises:
        CannotMake: if it has no name or no inbox, or could read what admins cannot.
    """
    if not by.may_administer:
        raise CannotMake(_("Only owners and admins give keys to programs."))
    if scope == Scope.ADMIN:
        raise CannotMake(_("A program reads and changes; looking after the desk is for people."))
    if not inboxes or any(inbox.is_for_team for inbox in inboxes):
        raise CannotMake(_("Choose the inboxes it reads; those of the team's own are private."))
    program = Agent.objects.invite(
        email=f"{secrets.token_hex(8)}@programs.invalid", name=name.strip()[:80], role=Role.PROGRAM
    )
    return _make(name, scope, program, inboxes, by=by, at=at)


@transaction.atomic
def revoke(key: ApiKey, *, by: Agent, at: datetime) -> None:
    """Let a key open nothing any more; one that is revoked already stays so."""
    if not ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=at):
        return
    if key.is_programs:
        Agent.objects.filter(pk=key.agent_id).update(is_active=False)
    record(Kind.KEY_REVOKED, by=by, at=at, facts={"key": key.pk})


def _make(
    name: str, scope: Scope, agent: Agent, inboxes: Sequence[Inbox] = (), *, by: Agent, at: datetime
) -> tuple[ApiKey, str]:
    name = name.strip()[:80]
    if not name:
        raise CannotMake(_("A key needs a name, so that one knows later what it was for."))
    secret = MARK + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        name=name, agent=agent, scope=scope, digest=digest_of(secret),
        begins=secret[:8], by=by, at=at,
    )  # fmt: skip
    key.inboxes.set(inboxes)
    record(
        Kind.KEY_MADE, by=by, at=at, facts={"key": key.pk, "scope": str(scope), "acts_as": agent.pk}
    )
    return key, secret
