"""The yardstick for what phrases hear: a classifier that has read thousands of labelled texts.

Words and pairs of words, weighed by TF-IDF, into one logistic regression over all labels. The
product ships none: it could not say why, and no desk has such a set of its own replies.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import logsumexp

LEAST_SEEN, RIDGE = 2, 1.0
_WORD = re.compile(r"\w+")


def predict(taught: Sequence[tuple[str, str]], texts: Sequence[str]) -> list[str]:
    """Return a label for each text, as learned from `taught` texts with theirs."""
    labels = sorted({label for _text, label in taught})
    seen = Counter(term for text, _label in taught for term in set(_terms(text)))
    terms = {term: n for n, term in enumerate(t for t, k in seen.items() if k >= LEAST_SEEN)}
    rarity = np.array([np.log((1 + len(taught)) / (1 + seen[term])) + 1 for term in terms])
    x = _table([text for text, _label in taught], terms, rarity)
    y = np.array([labels.index(label) for _text, label in taught])
    told = np.eye(len(labels))[y]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(-1, len(labels))
        scores = x @ weights
        logs = scores - logsumexp(scores, axis=1, keepdims=True)
        slope = x.T @ (np.exp(logs) - told) + RIDGE * weights
        return -logs[told == 1].sum() + RIDGE / 2 * (weights**2).sum(), slope.ravel()

    found = minimize(loss, np.zeros(x.shape[1] * len(labels)), jac=True, method="L-BFGS-B")
    best = (_table(texts, terms, rarity) @ found.x.reshape(-1, len(labels))).argmax(axis=1)
    return [labels[n] for n in best]


def _terms(text: str) -> list[str]:
    words = _WORD.findall(text.lower())
    return [*words, *map(" ".join, pairwise(words))]


def _table(texts: Sequence[str], terms: dict[str, int], rarity: np.ndarray) -> csr_matrix:
    """Return one row a text, of length one, and a last column of ones."""
    rows, columns, values = [], [], []
    for row, text in enumerate(texts):
        counts = Counter(terms[term] for term in _terms(text) if term in terms)
        weights = {n: (1 + np.log(count)) * rarity[n] for n, count in counts.items()}
        length = np.sqrt(sum(one**2 for one in weights.values())) or 1.0
        rows += [row] * (len(weights) + 1)
        columns += [*weights, len(terms)]
        values += [*(one / length for one in weights.values()), 1.0]
    return csr_matrix((values, (rows, columns)), shape=(len(texts), len(terms) + 1))
