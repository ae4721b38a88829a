"""Conflicts of interest that are found by comparison, beside those that are declared.

`names` and `mail` compare, `find` finds (all three pure), `load` reads what is compared, `near` tells which
entries need not be, `keep` keeps what is found as rows and lifts it, `said` puts it into words."""

from collections.abc import Iterable
from dataclasses import dataclass

from summitry.people.models import Person

from ..models import Call, Conflict, Submission
from . import find, keep, load, near, said

__all__ = ["Found", "find", "keep", "load", "near", "said", "search"]


@dataclass(frozen=True, slots=True)
class Found:
    """For one call: which person is barred from which entry, and why."""

    reasons: dict[tuple[int, int], list[str]]  # (person, submission) -> words

    def against(self, person_id: int, submission_id: int) -> list[str]:
        return self.reasons.get((person_id, submission_id), [])


def search(call: Call, persons: Iterable[Person], submissions: Iterable[Submission]) -> Found:
    """Compare persons with entries as the rules of the call say: conflicts that stand, and those that would
    be found now, but for what was lifted by hand. At most ten queries, whatever their number."""
    people = {person.pk for person in persons}
    rows = [(one.pk, one.applicant_id, one.organisation_id, one.answers, one.language) for one in submissions]
    known = keep.known_of(Conflict.objects.filter(submission__in=[row[0] for row in rows], juror__in=people))
    reasons: dict[tuple[int, int], list[str]] = {}
    for pair, kept in known.items():
        if kept.open is not None:
            declared = kept.open.source == Conflict.Source.DECLARED
            reasons[pair] = [str(said.DECLARED)] if declared else said.general(kept.open.basis)
    found = find.compare(call.rules.conflicts, load.world(call.rules, people, rows))
    for pair, basis in found.items():
        if pair not in known or not known[pair].covers(basis):
            reasons[pair] = list(dict.fromkeys([*reasons.get(pair, []), *said.general(basis)]))
    return Found(reasons)
