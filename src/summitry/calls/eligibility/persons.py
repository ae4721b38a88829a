"""Those who stand behind an entry: how often, and that they do not judge."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from summitry.people.models import Mandate, Person, Role

from ..rules import Condition
from .base import Predicate, behind, register

if TYPE_CHECKING:
    from ..models import Call, Submission
    from ..models.submission import SubmissionQuerySet

DUTIES = (Role.SCREENER, Role.JUROR, Role.JURY_CHAIR, Role.CALL_MANAGER)


def stood_behind(call: "Call", person: Person) -> "SubmissionQuerySet":
    """What a person has sent in a call, and not withdrawn, as applicant or as a co-applicant who agreed."""
    from ..models import CoApplicant

    agreed = CoApplicant.objects.filter(
        submission=OuterRef("pk"), person=person, confirmed_at__isnull=False, removed_at=None
    )
    return call.submissions.sent().filter(Q(applicant=person) | Exists(agreed))


@register
class CapPerPerson(Predicate):
    """Counts what has been sent in this call, and not been withdrawn, as applicant and as a co-applicant who
    agreed.

    Options: `most`: so many entries."""

    key = "cap_per_person"
    label = gettext_lazy("Entries of a person")
    options = {"most": int}
    needed = ("most",)

    def says(self, condition: Condition) -> str:
        most = condition.option("most", 0)
        return ngettext(
            "At most %(count)d entry of one person, as applicant and as co-applicant.",
            "At most %(count)d entries of one person, as applicant and as co-applicant.",
            most,
        ) % {"count": most}

    def check(self, condition: Condition, submission: "Submission", now: datetime) -> str | None:
        for person in behind(submission):
            if message := self.joining(condition, submission, person, now):
                return message
        return None

    def joining(
        self, condition: Condition, submission: "Submission", person: Person, now: datetime
    ) -> str | None:
        most = condition.option("most", 0)
        if stood_behind(submission.call, person).exclude(pk=submission.pk).count() < most:
            return None
        return ngettext(
            "With this one, %(person)s would stand behind more than %(count)d entry.",
            "With this one, %(person)s would stand behind more than %(count)d entries.",
            most,
        ) % {"count": most, "person": person}


@register
class JurorsBarred(Predicate):
    """Whoever has a duty in the call sends nothing and joins nothing in it; whoever has sent something is
    given no duty."""

    key = "jurors_barred"
    label = gettext_lazy("Those who judge")

    def says(self, condition: Condition) -> str:
        return _("Whoever screens, judges or manages this call cannot apply.")

    def check(self, condition: Condition, submission: "Submission", now: datetime) -> str | None:
        # Co-applicants were asked when they joined: the applicant is not told who judges.
        return self.joining(condition, submission, submission.applicant, now)

    def joining(
        self, condition: Condition, submission: "Submission", person: Person, now: datetime
    ) -> str | None:
        duties = Mandate.objects.in_force().filter(scope__in=submission.call.scopes(), role__in=DUTIES)
        if duties.filter(person=person).exists():
            return _("You have a duty in this call.")
        return None

    def appointing(self, condition: Condition, call: "Call", person: Person) -> str | None:
        found = stood_behind(call, person).aggregate(count=Count("pk"))["count"]
        return _("She has applied in this call.") if found else None
