"""Conflicts of interest that are found by comparison, beside those that are declared."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import Affiliation, Person

from .models import Call, CoApplicant, Conflict, Submission


@dataclass(frozen=True, slots=True)
class Found:
    """For one call: which person is barred from which entry, and why."""

    reasons: dict[tuple[int, int], list[str]]  # (person, submission) -> words

    def against(self, person_id: int, submission_id: int) -> list[str]:
        return self.reasons.get((person_id, submission_id), [])


def search(call: Call, persons: Iterable[Person], submissions: Iterable[Submission]) -> Found:
    """Compare persons with entries: declared conflicts, own entries, and one's own organisations where the
    rules of the call say so. Four queries, whatever their number."""
    people = {person.pk for person in persons}
    entries = list(submissions)
    wanted = {entry.pk for entry in entries}
    reasons: dict[tuple[int, int], list[str]] = defaultdict(list)
    declared = Conflict.objects.filter(submission__in=wanted, juror__in=people, lifted_at=None)
    for juror, entry_id in declared.values_list("juror_id", "submission_id"):
        reasons[juror, entry_id].append(_("a conflict has been declared"))
    behind: dict[int, set[int]] = {entry.pk: {entry.applicant_id} for entry in entries}
    named = CoApplicant.objects.filter(submission__in=wanted, removed_at=None, person__isnull=False)
    for entry_id, person_id in named.values_list("submission_id", "person_id"):
        behind[entry_id].add(person_id)
    for entry_id, applicants in behind.items():
        for person_id in applicants & people:
            reasons[person_id, entry_id].append(_("the entry is the juror’s own"))
    if call.rules.conflicts.same_organisation:
        places = _organisations(people | set().union(*behind.values()) if behind else people)
        for entry in entries:
            bodies = {entry.organisation_id} if entry.organisation_id else set()
            bodies = bodies.union(*(places[one] for one in behind[entry.pk]))
            for person_id in people - behind[entry.pk]:
                if bodies & places[person_id]:
                    reasons[person_id, entry.pk].append(
                        _("juror and applicant belong to the same organisation")
                    )
    return Found(dict(reasons))


def _organisations(people: set[int]) -> dict[int, set[int]]:
    """Person -> the organisations in which she has a place today."""
    today = timezone.now().date()
    found: dict[int, set[int]] = defaultdict(set)
    current = Affiliation.objects.filter(person__in=people).filter(
        Q(until__isnull=True) | Q(until__gte=today)
    )
    for person, organisation in current.values_list("person_id", "organisation_id"):
        found[person].add(organisation)
    return found
