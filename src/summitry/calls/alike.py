"""Which entries are alike, by the words that the public may read of them."""

from collections.abc import Sequence

import numpy as np

from summitry.engines.assignment.words import similarity

from . import fields
from .models import Submission

LEAST = 0.15  # less alike than that is chance
LONGEST = 2000  # characters of an entry that are compared


def public_text(entry: Submission) -> str:
    """The answers in words that the rules make public and that name nobody, in all their languages; of long
    ones the beginning."""
    found = []
    for field in entry.call.rules.fields:
        kind = fields.kind(field.kind)
        plain = kind.may_translate and field.visibility == "public" and not field.identifies
        if plain and field.key in entry.answers:
            value = kind.value(field, entry.answers[field.key], entry.context(False))
            found += list(value.values.values())
    return "\n".join(found)[:LONGEST]


def pairs(texts: Sequence[str], most: int) -> list[tuple[int, int, float]]:
    """The most alike pairs of these texts, (one, other, from 0 to 1), the most alike first. Pure.

    By the cosine of their TF-IDF vectors; those below `LEAST` are left out."""
    if len(texts) < 2:
        return []
    scores = np.triu(similarity(texts, texts), 1)
    found = np.argwhere(scores >= LEAST)
    order = np.lexsort((found[:, 1], found[:, 0], -scores[found[:, 0], found[:, 1]]))[:most]
    return [(int(one), int(other), float(scores[one, other])) for one, other in found[order]]


def nearest(text: str, others: Sequence[str], most: int) -> list[tuple[int, float]]:
    """Which of these texts are the most alike to one, (which, from 0 to 1), the most alike first. Pure."""
    if not others:
        return []
    scores = similarity([text], others)[0]
    order = np.lexsort((np.arange(len(others)), -scores))[:most]
    return [(int(one), float(scores[one])) for one in order if scores[one] >= LEAST]
