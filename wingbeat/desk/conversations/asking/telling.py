"""A question as part of a sentence, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wingbeat.desk.conversations.asking.fields import CONVERSATIONS, Vocabulary
from wingbeat.desk.conversations.asking.query import Condition, Query
from wingbeat.desk.conversations.asking.reading import unknown


def told(query: Query, of: Vocabulary = CONVERSATIONS) -> str:
    """Say what a question asks for; nothing where it asks for nothing."""
    return _(" and ").join(_told(one, of) for one in query.conditions)


def _told(one: Condition, of: Vocabulary) -> str:
    field = of.called(one.field)
    if field is None:
        raise unknown(one.field, 0, of)
    values = [_("“%(value)s”") % {"value": field.own.get(value, value)} for value in one.values]
    relation = field.says.get(one.relation, of.relations[one.relation])
    return " ".join(filter(None, (str(field.name), str(relation), _(" or ").join(values))))
