"""What a verb refuses is told where it was asked for: at a field of the form, or on the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from wingbeat.desk.journal.wrong import WrongFields


class Told:
    """`with` this, an anticipated error is told and ends the block; any other goes on its way."""

    def __init__(self, tell: Callable[[Any], None], anticipated: tuple[type[Exception], ...]):
        self._tell, self._anticipated = tell, anticipated

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, why: BaseException | None, _trace: object) -> bool:
        if not isinstance(why, self._anticipated):
            return False
        self._tell(why)
        return True


def told_at(form: forms.BaseForm, field: str | None, *anticipated: type[Exception]) -> Told:
    """Tell at a field of a form, or above all of them, why something was not done."""
    return Told(lambda why: form.add_error(field, str(why)), anticipated)


def told_in(form: forms.BaseForm) -> Told:
    """Tell at each field of a form why it cannot be kept so."""
    return Told(lambda why: form.add_error(None, forms.ValidationError(why.fields)), (WrongFields,))


def told_on_page(request: HttpRequest, *anticipated: type[Exception]) -> Told:
    return Told(lambda why: messages.error(request, str(why)), anticipated)
