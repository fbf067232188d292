"""All tables of this app, so that Django finds them; each noun lives in a module of its own."""

from __future__ import annotations

from wingbeat.desk.conversations.assigning import Assignment
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.ending import Ending, Reopening
from wingbeat.desk.conversations.inbox import Inbox, InboxAddress
from wingbeat.desk.conversations.margin import Stranger
from wingbeat.desk.conversations.merging import Merge
from wingbeat.desk.conversations.message import Message, MessageText, Participant
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.restricting import Admission, Restriction
from wingbeat.desk.conversations.snoozing import Snooze
from wingbeat.desk.conversations.splitting import Split, SplitMessage
from wingbeat.desk.conversations.tagging import Tag, Tagging

__all__ = [
    "Admission",
    "Assignment",
    "Attachment",
    "Conversation",
    "Draft",
    "Ending",
    "Inbox",
    "InboxAddress",
    "Merge",
    "Message",
    "MessageText",
    "Outgoing",
    "Participant",
    "Reopening",
    "Restriction",
    "Snooze",
    "Split",
    "SplitMessage",
    "Stranger",
    "Tag",
    "Tagging",
]
