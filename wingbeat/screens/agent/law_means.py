"""What the number of a law means to a lead: its scale, and one thing to do about it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MEANS: dict[str, Promise | str] = {
    "first_impression.kept": _(
        "100 is everybody. If it falls, promise a later time or let somebody be there earlier."
    ),
    "first_impression.median": _(
        "Shorter is better. If it grows, look on the team's page who has room to take the next one."
    ),
    "first_impression.decides": _(
        "Above 0, a short wait goes with a good word; around 0, look for what else they mind."
    ),
    "memory.worse_off": _(
        "0 is nobody. If it grows, read how those conversations ended and mend the commonest end."
    ),
    "memory.remembered": _(
        "From about -2, the worst there is, to +1, the best; 0 is as they expected. Below 0, read "
        "how the latest conversations ended."
    ),
    "memory.blend": _(
        "At 0 the strongest and the last moment say as much as all of them; above 0, look at the "
        "whole way, not at its end alone."
    ),
    "decay.half_life": _("Longer is better. If it shrinks, verify the articles on Today's list."),
    "decay.drift": _(
        "1 is as before; above 1 more people have to write: look at the causes that grow by the "
        "week."
    ),
    "support.reopened": _(
        "0 is nobody. If it grows, ask before ending whether anything is left open."
    ),
    "support.crowd": _(
        "0 is no crowd; 1 is as many again as usual just before the due time. Above 0, look at "
        "what the promise makes people do."
    ),
}
