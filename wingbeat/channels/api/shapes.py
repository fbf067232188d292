"""The shapes of what is sent and answered, in the desk's own words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self, TypeVar
from uuid import UUID
from zoneinfo import available_timezones

from ninja import Path, Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

Row = TypeVar("Row")
Day = TypeVar("Day", bound=date)  # a time is one
LARGEST = 2**62  # every database has room for such a number
ADDRESS = r"^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$"


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("NUL characters cannot be kept")
    return text


def _on_one_line(text: str) -> str:
    """Return what may stand in a header of a mail: no line ends, no control characters."""
    return "".join(one for one in " ".join(text.split()) if one.isprintable())


def in_our_time(at: Day) -> Day:
    if not 1970 <= at.year <= 2200:
        raise ValueError("use a year from 1970 to 2200")
    return at


def _known_zone(name: str) -> str:
    if name and name not in available_timezones():
        raise ValueError("use the name of a time zone, such as Europe/Budapest")
    return name


def whole_number(text: str) -> int | None:
    """Return a number of a row, or None where the text is none."""
    found = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else None
    return found if found is not None and found <= LARGEST else None


Number = Annotated[int, Field(ge=1, le=LARGEST, examples=[7])]
InPath = Annotated[int, Path(ge=1, le=LARGEST, examples=[7])]
Cents = Annotated[int, Field(ge=0, le=2**31 - 1, examples=[1250])]
Text = Annotated[str, AfterValidator(_storable)]
Short = Annotated[Text, Field(max_length=300), AfterValidator(_on_one_line)]
Words = Annotated[Text, Field(max_length=500_000)]
Time = Annotated[AwareDatetime, AfterValidator(in_our_time)]
Language = Annotated[str, Path(pattern="^[a-z]{2}$", examples=["en"])]
Spoken = Literal["en", "de", "hu", "ru"]
Zone = Annotated[str, Field(max_length=64, examples=["Europe/Berlin"]), AfterValidator(_known_zone)]
SignaturePicture = Annotated[
    Number | None, Field(description="Which of the `article-pictures`; null: none, or the brand's.")
]
StateCode = Literal["us", "customer", "quiet", "ended", "solved"]
SeverityCode = Literal["ordinary", "serious", "grave"]
ReasonCode = Literal["answered", "elsewhere", "duplicate", "no_answer", "truth", "gave_up", "spam"]


class Shape(Schema):
    """What is sent, or answered."""

    @classmethod
    def of(cls, row: Any, **more: Any) -> Self:
        """Read an answer off a row; a field that names another row tells its number, or both."""
        for name, field in cls.model_fields.items():
            is_number = hasattr(row, f"{name}_id") and field.annotation not in NAMED
            if name not in more:
                more[name] = getattr(row, f"{name}_id" if is_number else name)
        return cls(**more)


class Sent(Shape):
    """A body: fields that we do not know are refused, as they are likely misspelled."""

    model_config = ConfigDict(extra="forbid")

    def fill(self, row: Row, *without: str) -> Row:
        """Put each field into the column of its name, but for some; keeping it is the caller's."""
        for name, value in self.model_dump(exclude=set(without)).items():
            setattr(row, name, value)
        return row


class Named(Shape):
    """Something with a number and a name."""

    id: int
    name: str


NAMED = (Named, Named | None)


class Who(Shape):
    """A customer, as far as a list names them."""

    id: int
    name: str
    address: str


class Me(Shape):
    """Whom the key acts as, and what it may do."""

    id: int
    name: str
    role: str
    scope: str
    inboxes: list[Named]


class InboxShape(Shape):
    """A door that words come through."""

    id: int
    name: str
    address: str
    brand: str
    teams: list[Named]


class AgentShape(Shape):
    """Somebody who answers customers."""

    id: int
    name: str
    email: str
    role: str
    teams: list[Named]


class ConversationShape(Shape):
    """What is said between one customer and the desk, and who acts next."""

    number: int
    subject: str
    excerpt: str = Field(description="The first words of its latest message.")
    inbox: Named
    customer: Who
    state: StateCode = Field(
        description="us: a customer waits for us; customer: we wait for them; ended: by us; "
        "solved: by their word."
    )
    opened_at: datetime
    latest_at: datetime
    waits_for_us_since: datetime | None
    due_at: datetime | None = Field(description="Until when they were promised an answer.")
    severity: SeverityCode
    assignee: Named | None
    team: Named | None
    snoozed_until: datetime | None
    tags: list[str]
    is_restricted: bool
    is_spam: bool
    has_attachments: bool
    has_stranger: bool = Field(description="Whether somebody's mail stands in its margin.")
    has_trouble: bool = Field(description="Whether a reply failed, or is in doubt.")


class PartyShape(Shape):
    """A name and an address."""

    name: Short = ""
    address: Annotated[str, Field(pattern=ADDRESS, max_length=254, examples=["nora@example.org"])]


class PartyShown(Shape):
    """A name and an address, as a mail had them."""

    name: str
    address: str


class FileShape(Shape):
    """A file that came with a message; `token` is what fetches or sends it."""

    token: UUID
    name: str
    type: str
    size: int


class MessageShape(Shape):
    """One thing said: from the customer, to the customer, or a note."""

    id: int
    conversation: int
    kind: Literal["customer", "agent", "note"]
    at: datetime
    agent: Named | None
    customer: Who | None
    subject: str
    html: str = Field(description="Safe to show; a picture elsewhere is not loaded by it.")
    text: str
    text_new: str = Field(description="Without what it quotes.")
    to: list[PartyShown]
    cc: list[PartyShown]
    bcc: list[PartyShown]
    in_margin: bool
    automatic: str = Field(description="Empty, or which kind of robot wrote it.")
    came_by: str = Field(description="Empty: mail. Else link, form, phone, walk_in, visit, public.")
    delivery: str = Field(description="Of a reply: what became of it. Else empty.")
    attachments: list[FileShape]


class CustomerShape(Shape):
    """A person we serve."""

    id: int
    name: str
    addresses: list[str]
    organization: Named | None
    language: str
    zone: str
    details: str = Field(description="What is good to know.")
    since_at: datetime


class OrganizationShape(Shape):
    """A company or body that several customers belong to."""

    id: int
    name: str
    domain: str


class MacroShape(Shape):
    """Prepared words in several languages, and the steps that go along with them."""

    id: int
    name: str
    shortcut: str
    folder: str
    words: dict[str, str] = Field(description="HTML by language.")
    steps: list[list[str]]


class HitShape(Shape):
    """A message in which every word was found."""

    message: int
    conversation: int
    subject: str
    at: datetime
    text: str


class MailShape(Shape):
    """A mail in the tray, with the reason why a person has to look at it."""

    id: int
    inbox: int | None
    sender: str
    subject: str
    received_at: datetime
    judgement: str
    why: str


class EntryShape(Shape):
    """One thing that was done, by whom and when: ids and small facts, never words."""

    position: int | None
    at: datetime
    kind: str = Field(examples=["conversation.ended"])
    agent: int
    inbox: int | None
    conversation: int | None
    customer: int | None
    message: int | None
    facts: dict[str, Any]


class Letters(Sent):
    """Words to be sent: plain text or HTML, and files that were uploaded before."""

    text: Words = Field("", examples=["We send you a new lamp today."])
    html: Words = Field("", description="Instead of `text`; cleaned to what the composer writes.")
    files: list[UUID] = Field([], max_length=50)


class Addressed(Letters):
    """Words to these."""

    to: list[PartyShape] = Field(min_length=1, max_length=100)
    cc: list[PartyShape] = Field([], max_length=100)
    bcc: list[PartyShape] = Field([], max_length=100)
    is_as_meant: Annotated[bool, Field(description="A {{placeholder}} is to stay in it.")] = False


class ReplySent(Addressed):
    """A reply; without `to` it answers whoever of the known people wrote last."""

    to: list[PartyShape] = Field([], max_length=100)
    to_all: Annotated[
        bool, Field(description="Where `to` is empty: keep everyone they wrote to.")
    ] = False
    subject: Short = ""
    seen: Number | None = Field(
        None, description="The newest message you know: a later one of somebody else stops it."
    )
    leaves_at: Time | None = Field(None, description="Let it leave then, not at once.")


class ConversationSent(Addressed):
    """A conversation that we begin by writing to a customer."""

    inbox: Number
    subject: Short


class ForwardSent(Addressed):
    """Words above a message that is sent on; its files go along."""

    message: Number
    subject: Short = Field("", description="Without it, the conversation's with Fwd before it.")


class CallSent(Sent):
    """Words by word of mouth: who it was, what they said, what happens next."""

    inbox: Number
    who: Annotated[Short, Field(min_length=1, max_length=254, examples=["Nora Quick"])]
    said: Annotated[Text, Field(min_length=1, max_length=50_000)]
    way: Literal["phone", "walk_in", "visit", "public"] = "phone"
    then: Literal["us", "customer", "ended"] = "us"


class AssignmentSent(Sent):
    """Whose it is; both null: nobody's in particular."""

    agent: Number | None = None
    team: Number | None = None


class SnoozeSent(Sent):
    until: Time


class EndingSent(Sent):
    reason: ReasonCode


class TagsSent(Sent):
    """All its tags from now on."""

    tags: list[Annotated[Text, Field(max_length=60)]] = Field(max_length=50, examples=[["refund"]])


class MoveSent(Sent):
    inbox: Number


class SeveritySent(Sent):
    level: SeverityCode
    why: Annotated[Text, Field(max_length=200)] = ""


class MergeSent(Sent):
    into: Number


class SplitSent(Sent):
    messages: list[Number] = Field(min_length=1, max_length=500)


class RestrictionSent(Sent):
    """Who may read it besides its assignee and whom this key acts as."""

    agents: list[Number] = Field([], max_length=200)


class DescriptionSent(Sent):
    """All that is said of a customer, as it should be from now on."""

    name: Annotated[Text, Field(max_length=200)]
    organization: Annotated[Text, Field(max_length=200)] = ""
    zone: Annotated[Text, Field(max_length=64, examples=["Europe/Budapest"])] = ""
    details: Annotated[Text, Field(max_length=10_000)] = ""


class CustomerMergeSent(Sent):
    """Somebody else who is the same person."""

    customer: Number


class TakingInSent(Sent):
    """Make a conversation of a mail after all; say what the mail itself does not."""

    inbox: Number | None = None
    sender: PartyShape | None = None
