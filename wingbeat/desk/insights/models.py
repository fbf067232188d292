"""All tables of this app, so that Django finds them; each noun lives in a module of its own."""

from __future__ import annotations

from wingbeat.desk.insights.moment import Evaluation, Moment
from wingbeat.desk.insights.reading import Reading

__all__ = ["Evaluation", "Moment", "Reading"]
