"""Raw mails as they arrived, what was made of each, and where mail is fetched and handed in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wingbeat.channels.mail.filters import MailFilter, MailFilterVersion  # noqa: F401 - a table
from wingbeat.desk.conversations.blobs import StoredBytes
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.people.models import Agent


class Source(models.TextChoices):
    """How a mail came to us."""

    IMAP = "imap", _("fetched by IMAP")
    SMTP = "smtp", _("received by SMTP")
    PIPE = "pipe", _("piped in")
    FORM = "form", _("written in the help center's form")


class Judgement(models.TextChoices):
    """What the desk made of a mail."""

    STORED = "stored", _("not looked at yet")
    OPENED = "opened", _("began a conversation")
    JOINED = "joined", _("joined its conversation")
    ANSWERED = "answered", _("an agent answered by mail")
    MARGIN = "margin", _("waits in the margin of a conversation")
    BOUNCE = "bounce", _("a reply came back")
    DUPLICATE = "duplicate", _("we have this mail already")
    SPAM = "spam", _("spam")
    BLOCKED = "blocked", _("from a blocked sender")
    LOOP = "loop", _("our own mail came round")
    UNREADABLE = "unreadable", _("could not be read")
    NO_INBOX = "no_inbox", _("no inbox has this address")
    FILED = "filed", _("a filter laid it aside")
    NOT_TAKEN = "not_taken", _("answered a notification, and was not taken")


# Mails that a person finds in the tray: kept, quiet, with a reason and a remedy.
IN_TRAY = (
    Judgement.SPAM,
    Judgement.BLOCKED,
    Judgement.LOOP,
    Judgement.UNREADABLE,
    Judgement.NO_INBOX,
    Judgement.FILED,
    Judgement.NOT_TAKEN,
)


SECURITY = [("tls", "TLS"), ("starttls", "STARTTLS"), ("none", _("none"))]
TWINS = 0x7477696E  # "twin": whose turn it is to judge mails with one Message-ID


class Twin(NamedTuple):
    """A mail that is the same as another one, and what became of it."""

    pk: int
    body_sha256: str
    inbox_id: int | None
    judgement: str
    became_id: int | None


class RawMailQuerySet(models.QuerySet["RawMail"]):
    def to_judge(self, *, after: int = 0) -> RawMailQuerySet:
        """Mails that are stored and not looked at, in order of arrival."""
        return self.filter(judgement=Judgement.STORED, pk__gt=after).order_by("pk")

    def claim(self, pk: int) -> bool:
        """Lock a mail to judge until the transaction ends, and say whether it is ours.

        Where rows cannot be locked there is one writer, whose it is.
        """
        row = self.to_judge().filter(pk=pk)
        if connection.features.has_select_for_update_skip_locked:
            row = row.select_for_update(skip_locked=True)
        return row.values_list("pk").first() is not None

    def in_tray(self) -> RawMailQuerySet:
        """Mails that wait for a person, newest first, without their bytes."""
        return (
            self.filter(judgement__in=IN_TRAY, set_aside_at__isnull=True)
            .defer("packed")
            .order_by("-pk")
        )

    def visible_to(self, agent: Agent) -> RawMailQuerySet:
        """Mails of the tray that this agent may read; those without an inbox are the admins'."""
        theirs = Q(inbox_id__in=agent.inbox_ids)
        return self.filter(theirs | Q(inbox__isnull=True) if agent.may_administer else theirs)

    def twins(self, raw_mail: RawMail) -> list[Twin]:
        """Mails that are the same and come first: one Message-ID and one body. No id has no twin.

        Those come first that are earlier or have been judged: on PostgreSQL an earlier one may be
        committed later. Workers that judge twins take turns, as neither sees what the other does.
        """
        if not raw_mail.message_id:
            return []
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                turn = "SELECT pg_advisory_xact_lock(%s::int, hashtext(%s))"
                cursor.execute(turn, [TWINS, raw_mail.message_id])
        rows = self.filter(message_id=raw_mail.message_id).values_list(*Twin._fields)
        same = (Twin(*row) for row in rows)
        return sorted(
            twin for twin in same
            if twin.pk != raw_mail.pk and twin.body_sha256 == raw_mail.body_sha256
            and (twin.pk < raw_mail.pk or twin.judgement != Judgement.STORED)
        )  # fmt: skip

    def latest_of(self, inbox_id: int, *, before: int) -> RawMailQuerySet:
        """Mails that came to an inbox before one of them, newest first."""
        return self.filter(inbox_id=inbox_id, pk__lt=before).order_by("-pk")

    def other_places(self, message: Message) -> list[int]:
        """Return the other conversations that the very mail of a message has gone into."""
        own = self.filter(became=message).exclude(message_id="").values("message_id", "body_sha256")
        places = [
            self.filter(**row, became__isnull=False).values_list("became__conversation", flat=True)
            for row in own
        ]
        return [place for one in places for place in one if place != message.conversation_id]

    def awaited(self, message_ids: Sequence[str], *, before: int) -> RawMailQuerySet:
        """Earlier mails with one of these ids that nobody has looked at yet."""
        return self.filter(judgement=Judgement.STORED, message_id__in=message_ids, pk__lt=before)


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
    # The name its source knows it by, so that handing it in again after a crash stores it once.
    origin = models.CharField(max_length=80, blank=True)
    became = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="raw_mails")
    # "Looks like #123: join?": another conversation this mail may belong to.
    looks_like = models.ForeignKey(
        "conversations.Conversation", models.SET_NULL, null=True, related_name="+"
    )
    # The filter that decided, as it read then; null where none did.
    filed_by = models.ForeignKey(
        MailFilterVersion, models.PROTECT, null=True, related_name="raw_mails"
    )
    # What a mail in the tray shows of itself; of others the message has it.
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    set_aside_at = models.DateTimeField(null=True)

    objects: ClassVar[RawMailQuerySet] = RawMailQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        # Whole indexes: SQLite uses a partial one only where the question repeats its condition
        # word for word, and scans the table otherwise.
        indexes = [
            models.Index(fields=["judgement", "-id"], name="raw_judgement"),
            models.Index(fields=["message_id"], name="raw_by_id"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["origin"], name="raw_origin_once", condition=~Q(origin="")
            )
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"


class AccountQuerySet(models.QuerySet["Account"]):
    def fetched(self) -> AccountQuerySet:
        """Accounts whose mail we fetch, with their inboxes."""
        return self.exclude(imap_host="").select_related("inbox").order_by("pk")

    def in_trouble(self) -> AccountQuerySet:
        """Accounts that do not work now, the longest trouble first."""
        return self.exclude(trouble="").select_related("inbox").order_by("trouble_since_at")


class Account(models.Model):
    """A mail account that serves an inbox: where mail is fetched and replies are handed in."""

    inbox = models.OneToOneField(Inbox, models.CASCADE, related_name="account")
    imap_host = models.CharField(_("IMAP server"), max_length=200, blank=True)
    imap_port = models.PositiveIntegerField(_("IMAP port"), default=993)
    imap_security = models.CharField(max_length=8, default="tls", choices=SECURITY)
    imap_user = models.CharField(_("IMAP user"), max_length=254, blank=True)
    folder = models.CharField(_("folder"), max_length=200, default="INBOX")
    sent_folder = models.CharField(_("folder of sent mail"), max_length=200, blank=True)
    smtp_host = models.CharField(_("SMTP server"), max_length=200, blank=True)
    smtp_port = models.PositiveIntegerField(_("SMTP port"), default=587)
    smtp_security = models.CharField(max_length=8, default="starttls", choices=SECURITY)
    smtp_user = models.CharField(_("SMTP user"), max_length=254, blank=True)
    # Encrypted with the desk's key; see `secrets.py`. A password, or an OAuth2 refresh token.
    imap_secret = models.TextField(blank=True)
    smtp_secret = models.TextField(blank=True)
    is_oauth2 = models.BooleanField(default=False)
    # The provider's addresses, our client id and scope; see `oauth.py`. No secrets.
    oauth2 = models.JSONField(default=dict, blank=True)
    oauth2_secret = models.TextField(blank=True)  # the client's secret, encrypted
    # The name our own mail server signs Authentication-Results with; others are ignored.
    authserv_id = models.CharField(max_length=200, blank=True)
    # High-water mark: which mails of which incarnation of which folder are ours already.
    uid_place = models.CharField(max_length=64, blank=True)
    uid_validity = models.BigIntegerField(default=0)
    uid_seen = models.BigIntegerField(default=0)
    # Older mails of the folder were there before us and stay there; null means that all are ours.
    watched_since_at = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=500, blank=True)
    trouble_since_at = models.DateTimeField(null=True)

    objects: ClassVar[AccountQuerySet] = AccountQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    @property
    def place(self) -> str:
        """What tells this folder from every other; numbers count within one place only."""
        named = f"{self.imap_host}\n{self.imap_user}\n{self.folder}"
        return hashlib.sha256(named.encode()).hexdigest()


class Reconciliation(models.Model):
    """One count of the server's mails against ours; the two must agree."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="reconciliations")
    at = models.DateTimeField()
    on_server = models.PositiveIntegerField()
    here = models.PositiveIntegerField()
    fetched = models.PositiveIntegerField(default=0)


class FetchedUidQuerySet(models.QuerySet["FetchedUid"]):
    def now_of(self, account: Account) -> FetchedUidQuerySet:
        """What an account's folder holds under its present numbering."""
        return self.filter(account=account, uid_validity=account.uid_validity)

    def kept_back(self, account: Account, uids: Sequence[int] | None = None) -> FetchedUidQuerySet:
        """Mails that the server names and did not hand over, or only those of `uids`."""
        rows = self.now_of(account).exclude(why="")
        return rows if uids is None else rows.filter(uid__in=uids)

    def of_before(self, account: Account) -> FetchedUidQuerySet:
        """What the folder held under earlier numberings."""
        return self.filter(account=account).exclude(uid_validity=account.uid_validity)

    def set_apart(self, account: Account) -> None:
        """Let the numbers of another folder never be taken for those of the present one."""
        self.filter(account=account).update(uid_validity=-F("pk"))

    def from_before(self, account: Account, sha256: str) -> int | None:
        """Return our mail with these bytes from before the folder was numbered anew.

        Each is found once: of two equal mails without a Message-ID, both are recognized.
        """
        before = self.of_before(account).filter(raw_mail__sha256=sha256)
        found = self.now_of(account).filter(raw_mail__in=before.values("raw_mail"))
        rest = before.exclude(raw_mail__in=found.values("raw_mail")).order_by("raw_mail")
        return rest.values_list("raw_mail_id", flat=True).first()


class FetchedUid(models.Model):
    """Which UID of an account became which raw mail, so that counts can be compared by name."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="fetched_uids")
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    # Null where there is no mail: it is older than our watch, was erased, or `why` tells.
    raw_mail = models.ForeignKey(RawMail, models.SET_NULL, null=True, related_name="uids")
    why = models.CharField(max_length=300, blank=True)

    objects: ClassVar[FetchedUidQuerySet] = FetchedUidQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "uid_validity", "uid"], name="uid_fetched_once"
            )
        ]


class AutomaticMail(models.Model):
    """One automatic mail we sent, counted against the caps per address and conversation."""

    email = models.CharField(max_length=254)
    conversation = models.ForeignKey("conversations.Conversation", models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["email", "at"], name="automatic_by_address")]
