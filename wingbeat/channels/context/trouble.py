"""What can go wrong with a call, and what to do about each."""

from __future__ import annotations

import socket

import httpx2
from django.utils.translation import gettext as _

from wingbeat.channels.context.shape import WrongShape
from wingbeat.channels.mail.secrets import CannotOpen
from wingbeat.channels.reaching import Answer, CannotReach

MULTIPLE, BAD = 300, 400


class NoAnswer(ValueError):
    """Nothing can be shown; the text says what is wrong, `remedy` what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


def of_status(answer: Answer) -> NoAnswer:
    """Say what a status other than success means here."""
    what = _("It answers with HTTP %(status)d.") % {"status": answer.status}
    if MULTIPLE <= answer.status < BAD:
        return NoAnswer(what, _("It leads elsewhere. Enter the address where that ends."))
    remedies = {
        401: _("It wants a log-in. Let it check the signature instead, with this panel’s secret."),
        403: _("It refused the signature. Make a new secret here, and enter it there."),
        404: _("There is nothing at this path. Compare the address with what your system serves."),
        405: _("It does not take a POST at this path. Compare the address."),
        429: _("It is asked too often. Let answers stay fresh for longer."),
    }
    other = _("Your system failed. Its own log says why.")
    return NoAnswer(what, remedies.get(answer.status, other))


def of_shape(why: WrongShape) -> NoAnswer:
    return NoAnswer(str(why), _("The shape is described in docs/run/context-panel.md."))


def of_key(why: CannotOpen) -> NoAnswer:
    return NoAnswer(str(why), _("Make a new secret here, and enter it there."))


def of_reaching(why: CannotReach, seconds: float) -> NoAnswer:
    """Say why a call did not come through."""
    cause = why.__cause__
    if cause is None:  # refused before any call; its text names the way out
        return NoAnswer(str(why), _("Enter another address, or allow this one."))
    if isinstance(cause, socket.gaierror | UnicodeError):
        return NoAnswer(str(why), _("Check how the host is spelled, and whether DNS knows it."))
    if isinstance(cause, httpx2.ConnectError):
        is_tls = any(word in str(cause).lower() for word in ("certificate", "ssl", "tls"))
        valid = _("Its certificate is not valid. Renew it, or call the name that it is for.")
        nobody = _("Nothing listens there. Start your system, or open its port.")
        return NoAnswer(str(why), valid if is_tls else nobody)
    if isinstance(cause, httpx2.RemoteProtocolError):
        return NoAnswer(str(why), _("What listens there speaks no HTTP. Check the port."))
    return NoAnswer(
        _("It did not answer within %(seconds)d seconds.") % {"seconds": seconds},
        _("Make it quicker, or let the desk through a firewall that swallows its calls."),
    )


def too_many() -> NoAnswer:
    return NoAnswer(_("It is being asked for others just now."), _("Look again in a moment."))
