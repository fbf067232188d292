"""Customers keep the strongest moment and the latest one, losses weigh more, and it fades.

Each moment has a value x from -1 to +1; 0 is what this customer expected. It is felt as

    u(x) = x^0.88 for gains,  -1.955 (-x)^0.88 for losses       (Tversky and Kahneman, 1992)

An episode is remembered by its peak (the u with the largest |u|) and its end (the latest u):
U = (peak + end) / 2, however long it took (Redelmeier and Kahneman, 1996). A customer is a fold
over episodes: it can be made in any order, in any number of parts, and comes out the same to the
last bit, because everything that is added up is a whole number. At a day T

    M(T) = g (P + E) / 2 + (1 - g) A

P is the strongest episode after forgetting, E the latest, A the general attitude (a mean that
forgets over a year), and g halves every 30 days since the latest episode, because peak and end
steer the memory for some weeks only (Geng et al., 2013). From 50 ratings on, the weights of peak,
end and mean are fitted to this desk's own customers, and used where they foretell better.

A model of memory, not the person: a customer's own rating stands above anything computed.
Principles S3.1 to S3.34; models B1 to B4.
"""

from __future__ import annotations

from functools import partial

from wingbeat.laws.memory.episodes import Episode, episodes_of
from wingbeat.laws.memory.folding import Memory, Recollection, remember
from wingbeat.laws.memory.policy import MemoryPolicy
from wingbeat.laws.memory.value import felt, vivid
from wingbeat.laws.policy import shipped

__all__ = [
    "Episode", "Memory", "MemoryPolicy", "Recollection", "episodes_of", "felt", "remember",
    "shipped_policy", "vivid",
]  # fmt: skip
shipped_policy = partial(shipped, MemoryPolicy, __name__)
