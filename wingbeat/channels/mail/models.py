"""Raw mails as they arrived, what was made of each, and where mail is fetched and handed in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations.blobs import StoredBytes
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message


class Source(models.TextChoices):
    """How a mail came to us."""

    IMAP = "imap", _("fetched by IMAP")
    SMTP = "smtp", _("received by SMTP")
    PIPE = "pipe", _("piped in")


class Judgement(models.TextChoices):
    """What the desk made of a mail."""

    STORED = "stored", _("not looked at yet")
    OPENED = "opened", _("began a conversation")
    JOINED = "joined", _("joined its conversation")
    MARGIN = "margin", _("waits in the margin of a conversation")
    BOUNCE = "bounce", _("a reply came back")
    DUPLICATE = "duplicate", _("we have this mail already")
    SPAM = "spam", _("spam")
    BLOCKED = "blocked", _("from a blocked sender")
    LOOP = "loop", _("our own mail came round")
    UNREADABLE = "unreadable", _("could not be read")
    NO_INBOX = "no_inbox", _("no inbox has this address")


# Mails that a person finds in the tray: kept, quiet, with a reason and a remedy.
IN_TRAY = (
    Judgement.SPAM,
    Judgement.BLOCKED,
    Judgement.LOOP,
    Judgement.UNREADABLE,
    Judgement.NO_INBOX,
)


class RawMailQuerySet(models.QuerySet["RawMail"]):
    def to_judge(self) -> RawMailQuerySet:
        """Mails that are stored and not looked at, in order of arrival."""
        return self.filter(judgement=Judgement.STORED).order_by("pk")

    def in_tray(self) -> RawMailQuerySet:
        return (
            self.filter(judgement__in=IN_TRAY, set_aside_at__isnull=True)
            .defer("packed")
            .order_by("-pk")
        )


class RawMail(StoredBytes):
    """One mail's bytes, synced before anyone is told "received"; everything after can be re-run."""

    inbox = models.ForeignKey(Inbox, models.PROTECT, null=True, related_name="raw_mails")
    source = models.CharField(max_length=4, choices=Source.choices)
    received_at = models.DateTimeField()
    envelope_from = models.CharField(max_length=254, blank=True)
    envelope_to = models.CharField(max_length=254, blank=True)
    message_id = models.CharField(max_length=300, blank=True)
    body_sha256 = models.CharField(max_length=64, blank=True)
    judgement = models.CharField(max_length=10, choices=Judgement.choices, default=Judgement.STORED)
    why = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    became = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="raw_mails")
    # "Looks like #123: join?": another conversation this mail may belong to.
    looks_like = models.ForeignKey(
        "conversations.Conversation", models.SET_NULL, null=True, related_name="+"
    )
    set_aside_at = models.DateTimeField(null=True)

    objects: ClassVar[RawMailQuerySet] = RawMailQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="raw_to_judge", condition=Q(judgement="stored")),
            models.Index(
                fields=["-id"],
                name="raw_in_tray",
                condition=Q(judgement__in=["spam", "blocked", "loop", "unreadable", "no_inbox"]),
            ),
            # duplicates: a Message-ID is unique in theory only, so the body is compared too
            models.Index(
                fields=["inbox", "message_id"], name="raw_duplicates", condition=~Q(message_id="")
            ),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"


class Account(models.Model):
    """A mail account that serves an inbox: where mail is fetched and replies are handed in."""

    inbox = models.OneToOneField(Inbox, models.CASCADE, related_name="account")
    imap_host = models.CharField(_("IMAP server"), max_length=200, blank=True)
    imap_port = models.PositiveIntegerField(_("IMAP port"), default=993)
    imap_security = models.CharField(
        max_length=8,
        default="tls",
        choices=[("tls", "TLS"), ("starttls", "STARTTLS"), ("none", _("none"))],
    )
    imap_user = models.CharField(_("IMAP user"), max_length=254, blank=True)
    folder = models.CharField(_("folder"), max_length=200, default="INBOX")
    sent_folder = models.CharField(_("folder of sent mail"), max_length=200, blank=True)
    smtp_host = models.CharField(_("SMTP server"), max_length=200, blank=True)
    smtp_port = models.PositiveIntegerField(_("SMTP port"), default=587)
    smtp_security = models.CharField(
        max_length=8,
        default="starttls",
        choices=[("tls", "TLS"), ("starttls", "STARTTLS"), ("none", _("none"))],
    )
    smtp_user = models.CharField(_("SMTP user"), max_length=254, blank=True)
    # Encrypted with the desk's key; see `secrets.py`. A password, or an OAuth2 refresh token.
    imap_secret = models.TextField(blank=True)
    smtp_secret = models.TextField(blank=True)
    is_oauth2 = models.BooleanField(default=False)
    oauth2 = models.JSONField(
        default=dict, blank=True
    )  # token address, client id, scope; no secrets
    # The name our own mail server signs Authentication-Results with; others are ignored.
    authserv_id = models.CharField(max_length=200, blank=True)
    # High-water mark: which mails of which incarnation of the folder are ours already.
    uid_validity = models.BigIntegerField(default=0)
    uid_seen = models.BigIntegerField(default=0)
    fetched_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=500, blank=True)
    trouble_since_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"account of {self.inbox}"


class Reconciliation(models.Model):
    """One count of the server's mails against ours; the two must agree."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="reconciliations")
    at = models.DateTimeField()
    on_server = models.PositiveIntegerField()
    here = models.PositiveIntegerField()
    fetched = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.on_server} there, {self.here} here"


class FetchedUid(models.Model):
    """Which UID of an account became which raw mail, so that counts can be compared by name."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="fetched_uids")
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    raw_mail = models.ForeignKey(RawMail, models.CASCADE, related_name="uids")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "uid_validity", "uid"], name="uid_fetched_once"
            )
        ]

    def __str__(self) -> str:
        return f"uid {self.uid}"


class AutomaticMail(models.Model):
    """One automatic mail we sent, counted against the caps per address and conversation."""

    email = models.CharField(max_length=254)
    conversation = models.ForeignKey("conversations.Conversation", models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["email", "at"], name="automatic_by_address")]

    def __str__(self) -> str:
        return f"automatic mail to {self.email}"
