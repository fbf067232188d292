"""All tables of this app, so that Django finds them; each noun lives in a module of its own."""

# ruff: noqa: F401 - to import them is all that Django needs
from __future__ import annotations

from wingbeat.desk.insights.moment import Evaluation, Moment
from wingbeat.desk.insights.reading import Reading
