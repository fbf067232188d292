"""All tables of this app, so that Django finds them; each noun lives in a module of its own."""

# ruff: noqa: F401 - to import them is all that Django needs
from __future__ import annotations

from wingbeat.desk.automation.availability import Availability, Capacity
from wingbeat.desk.automation.calendars import Calendar, DayOff
from wingbeat.desk.automation.handing import HandedOver, HandOver
from wingbeat.desk.automation.promising import ClockPolicy, Contract
from wingbeat.desk.automation.routing import Routing
from wingbeat.desk.automation.rules import Rule, RuleAct, RuleVersion
