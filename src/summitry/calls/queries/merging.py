"""What those who propose mergers may ask."""

from dataclasses import dataclass
from typing import Any

from .. import alike
from ..models import Merger, StageRun, Submission
from .asked import both_behind, mergers_of

COMPARED = 600  # entries of which each is compared with each
SHOWN = 20  # pairs


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal; agreed, asked: how many of those behind the two entries."""

    merger: Merger
    agreed: int
    asked: int


def proposals(user: Any, run: StageRun) -> list[Proposed]:
    """The proposals of a stage between entries that this user's duties show her, the newest first. Six
    queries."""
    seen = Submission.objects.on_duty_of(user).filter(call=run.call).values("pk")
    found = []
    for merger in mergers_of(run).filter(into__in=seen, submission__in=seen):
        merger.into.call = merger.submission.call = run.call
        people = both_behind(merger)
        agreed = {one.person_id for one in merger.consents.all() if one.agrees}
        found.append(Proposed(merger, len(people & agreed), len(people)))
    return found


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two entries whose words are alike; percent: from 0 to 100."""

    one: Submission
    other: Submission
    percent: int


def suggestions(user: Any, run: StageRun, ref: str = "") -> list[Suggestion] | None:
    """The pairs of entries in the running, before this user, that are the most alike by their public words
    and that nobody has proposed yet; with `ref` those that are like one entry. None where there are too many
    to compare each with each: then an entry must be named. Two queries."""
    entries = list(
        Submission.objects.on_duty_of(user).in_the_running().filter(call=run.call).order_by("number")
    )
    for entry in entries:
        entry.call = run.call
    known = {frozenset(pair) for pair in run.mergers.values_list("into_id", "submission_id")}
    texts = [alike.public_text(entry) for entry in entries]
    if ref:
        at = next((at for at, entry in enumerate(entries) if entry.ref == ref), None)
        rest = [one for one in range(len(entries)) if one != at]
        near = alike.nearest(texts[at], [texts[one] for one in rest], SHOWN) if at is not None else []
        found = [(at or 0, rest[one], score) for one, score in near]
    elif len(entries) > COMPARED:
        return None
    else:
        found = alike.pairs(texts, SHOWN + len(known))
    return [
        Suggestion(entries[one], entries[other], round(100 * score))
        for one, other, score in found
        if frozenset((entries[one].pk, entries[other].pk)) not in known
    ][:SHOWN]
