"""All tables of this app, so that Django finds them; each noun lives in a module of its own."""

# ruff: noqa: F401 - to import them is all that Django needs
from __future__ import annotations

from wingbeat.desk.conversations.assigning import Assignment
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.batch import Batch, BatchItem
from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.conversations.cause import Cause, CauseMark
from wingbeat.desk.conversations.coming_again import ReturnQuestion
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.custom_field import CustomField, CustomValue
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.ending import Ending, Reopening, Solution
from wingbeat.desk.conversations.grading import SeverityMark
from wingbeat.desk.conversations.inbox import Inbox, InboxAddress
from wingbeat.desk.conversations.linking import Link
from wingbeat.desk.conversations.margin import Stranger
from wingbeat.desk.conversations.mentioning import Following, Mention
from wingbeat.desk.conversations.merging import Merge
from wingbeat.desk.conversations.message import Message, MessageText, Participant
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.rating import Rating
from wingbeat.desk.conversations.rating_question import RatingQuestion
from wingbeat.desk.conversations.restricting import Admission, Restriction
from wingbeat.desk.conversations.shared_draft import DraftTurn
from wingbeat.desk.conversations.snoozing import Snooze
from wingbeat.desk.conversations.splitting import Split, SplitMessage
from wingbeat.desk.conversations.steps import Along
from wingbeat.desk.conversations.tagging import Tag, Tagging
from wingbeat.desk.conversations.view import View, ViewCount
