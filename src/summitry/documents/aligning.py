"""Which passage of a file is which provision of a text."""

from collections.abc import Sequence
from dataclasses import replace

from summitry.engines.comparing import pairs

from .models import Provision
from .structure import Draft, Passage


def aligned(there: Sequence[Provision], taken: Draft, source: str) -> list[Passage]:
    """The passages of a file, each with the anchor of the provision that it is: its own, else that of the
    provision whose words in the source language are most alike (`engines.comparing.pairs`)."""
    named = {one.anchor for one in taken.passages}
    free = [row for row in there if row.anchor not in named]
    new = [at for at, one in enumerate(taken.passages) if not one.anchor]
    found = pairs(
        [row.text.get(source) for row in free],
        [taken.passages[at].words.get(source, "") for at in new],
    )
    passages = list(taken.passages)
    for old, at in found:
        passages[new[at]] = replace(passages[new[at]], anchor=free[old].anchor)
    return passages
