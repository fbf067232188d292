"""All tables of this app, so that Django finds them; each noun lives in a module of its own."""

# ruff: noqa: F401 - to import them is all that Django needs
from __future__ import annotations

from wingbeat.desk.care.dismissing import Dismissal
from wingbeat.desk.care.grant import Grant
from wingbeat.desk.care.hint import HintCount, HintExample
from wingbeat.desk.care.limit import GrantLimit
from wingbeat.desk.care.notification import Notification
from wingbeat.desk.care.promise import Promise
