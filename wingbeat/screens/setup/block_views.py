"""Blocked senders: whose mail rests silently in the tray."""

from __future__ import annotations

import re

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.conversations.inbox import our_addresses
from wingbeat.desk.customers.blocking import block, reach, unblock
from wingbeat.desk.customers.models import Block
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.setup.access import for_admins
from wingbeat.screens.setup.answering import answer, onward

MANY = 2
PATTERN = re.compile(r"^(?:[^@\s]+@)?[^@\s.]+(?:\.[^@\s.]+)+$")


class BlockForm(forms.Form):
    """An address, or a domain for everybody there."""

    pattern = forms.CharField(
        label=gettext_lazy("Address or domain"), max_length=254,
        help_text=gettext_lazy("anna@example.org, or example.org for everybody there."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )  # fmt: skip

    def clean_pattern(self) -> str:
        pattern = str(self.cleaned_data["pattern"]).strip().lower().lstrip("@")
        if not PATTERN.match(pattern):
            raise forms.ValidationError(
                _("“%(value)s” is neither an address nor a domain.") % {"value": pattern}
            )
        ours = our_addresses()
        if pattern in ours or pattern in {address.rpartition("@")[2] for address in ours}:
            raise forms.ValidationError(_("That is this desk itself."))
        return pattern


@for_admins("GET", "POST")
def blocks(request: DeskRequest) -> HttpResponse:
    """List them, and block one more; what shuts out several people says first how many."""
    form = BlockForm(request.POST or None)
    shuts_out = 0
    if request.method == "POST" and form.is_valid():
        pattern = form.cleaned_data["pattern"]
        shuts_out = reach(pattern)
        if shuts_out < MANY or request.POST.get("shuts_out") == str(shuts_out):
            row = block(pattern, by=request.user, at=timezone.now())
            messages.info(request, _("%(pattern)s is blocked.") % {"pattern": row.pattern})
            return redirect("setup:blocks")
    rows = Block.objects.select_related("by").order_by("pattern")
    return answer(request, "blocks/list", {"form": form, "blocks": rows, "shuts_out": shuts_out})


@for_admins("POST")
def lifting(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Block, pk=pk)
    unblock(row, by=request.user, at=timezone.now())
    return onward(request, _("%(pattern)s may write again.") % {"pattern": row.pattern}, "blocks")
