"""What a verb refuses is told where it was asked for: at a field of the form, or on the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from wingbeat.desk.journal.wrong import WrongFields


@contextmanager
def told_at(
    form: forms.BaseForm, field: str | None, *anticipated: type[Exception]
) -> Iterator[None]:
    """Tell at a field of a form, or above all of them, why something was not done."""
    try:
        yield
    except anticipated as why:
        form.add_error(field, str(why))


@contextmanager
def told_in(form: forms.BaseForm) -> Iterator[None]:
    """Tell at each field of a form why it cannot be kept so."""
    try:
        yield
    except WrongFields as why:
        form.add_error(None, forms.ValidationError(why.fields))


@contextmanager
def told_on_page(request: HttpRequest, *anticipated: type[Exception]) -> Iterator[None]:
    try:
        yield
    except anticipated as why:
        messages.error(request, str(why))
