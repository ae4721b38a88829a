"""The organisation for which one applies: that there is one, of which kind, how often."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from summitry.people import kinds

from ..rules import Condition
from .base import Predicate, register

if TYPE_CHECKING:
    from ..models import Submission


@register
class OrganisationRequired(Predicate):
    key = "organisation_required"
    label = gettext_lazy("Organisation")

    def says(self, condition: Condition) -> str:
        return _("Only for an organisation, not as a person alone.")

    def check(self, condition: Condition, submission: "Submission", now: datetime) -> str | None:
        if submission.organisation_id is None:
            return _("Choose the organisation for which you submit.")
        return None


@register
class OrganisationKind(Predicate):
    """Whoever applies without an organisation is an individual.

    Options: `among`: kinds of organisations, one of which it must be."""

    key = "organisation_kind"
    label = gettext_lazy("Kind of organisation")
    options = {"among": list}
    needed = ("among",)
    choices = {"among": kinds.choices}

    def says(self, condition: Condition) -> str:
        listed = ", ".join(kinds.name(one) for one in condition.option("among", []))
        return _("For these kinds of organisations: %(list)s.") % {"list": listed}

    def check(self, condition: Condition, submission: "Submission", now: datetime) -> str | None:
        found = submission.organisation.kind if submission.organisation else "individual"
        if found in condition.option("among", []):
            return None
        if not found:
            return _("Of which kind “%(organisation)s” is has not been said yet.") % {
                "organisation": submission.organisation
            }
        return _("“%(kind)s” is none of those for which the call is.") % {"kind": kinds.name(found)}


@register
class CapPerOrganisation(Predicate):
    """Counts what has been sent in this call, and not been withdrawn, for the same organisation.

    Options: `most`: so many entries."""

    key = "cap_per_organisation"
    label = gettext_lazy("Entries of an organisation")
    options = {"most": int}
    needed = ("most",)

    def says(self, condition: Condition) -> str:
        most = condition.option("most", 0)
        return ngettext(
            "At most %(count)d entry from one organisation.",
            "At most %(count)d entries from one organisation.",
            most,
        ) % {"count": most}

    def check(self, condition: Condition, submission: "Submission", now: datetime) -> str | None:
        if submission.organisation_id is None:
            return None
        most = condition.option("most", 0)
        others = submission.call.submissions.sent().exclude(pk=submission.pk)
        sent = others.filter(organisation=submission.organisation_id).count()
        if sent < most:
            return None
        return ngettext(
            "“%(organisation)s” has sent %(count)d entry already, and no more are taken.",
            "“%(organisation)s” has sent %(count)d entries already, and no more are taken.",
            sent,
        ) % {"count": sent, "organisation": submission.organisation}
