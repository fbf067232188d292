"""docs/works-council.md lists every field about the people who work at the desk."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.db.models import ForeignKey

from tests.docs.tables import DOCS
from wingbeat.channels.privacy.policy import our_tables, policy

# Tables of the library that logs people in; every column of theirs is about staff.
ALLAUTH = (Authenticator, SocialAccount, UserSession)
PAGE = DOCS / "works-council.md"


def about_staff() -> set[str]:
    """Every column that the retention policy calls one about staff."""
    return {
        f"{name.partition('.')[2]}.{column}"
        for name, table in policy().items()
        for column in table.staff
    } | {f"{model.__name__}.*" for model in ALLAUTH}


def test_the_page_lists_every_field_about_staff_and_no_other() -> None:
    listed = [
        line.split("|")[1].strip().strip("`")
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    assert sorted(listed) == sorted(about_staff())


def test_the_policy_calls_everything_that_names_an_agent_a_field_about_staff() -> None:
    """Also numbers of agents that are no foreign keys, as the journal has them."""
    naming = {
        f"{model.__name__}.{field.name}"
        for model in our_tables()
        for field in model._meta.concrete_fields
        if field.name in {"agent", "agent_id", "by_id"}
        or (isinstance(field, ForeignKey) and field.related_model is get_user_model())
    }
    assert naming <= about_staff()


def test_every_field_says_why_for_whom_and_how_long() -> None:
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            _field, why, who, how_long = (part.strip() for part in line.strip("|").split("|"))
            assert all((why, who, how_long)), line
