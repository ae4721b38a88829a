"""What conflicts are found on, in words. A finding is kept as [kind, detail] and worded when it is shown: its
details (slugs of organisations, a domain, the uid of a person) are for those who manage the call alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.people.models import Organisation, Person


class Names(Enum):
    """What the detail of a finding holds."""

    ITSELF = auto()  # nothing, or words as they are
    BODIES = auto()  # slugs of organisations
    PERSON = auto()  # the uid of a person


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding: in words, and what its detail names."""

    words: Promise
    names: Names = Names.ITSELF


KINDS: Mapping[str, Kind] = {
    "person": Kind(gettext_lazy("the entry is the juror’s own")),
    "organisation": Kind(gettext_lazy("juror and applicant belong to the same organisation"), Names.BODIES),
    "related": Kind(
        gettext_lazy("juror and applicant belong to organisations with a name in common"), Names.BODIES
    ),
    "named_body": Kind(gettext_lazy("the entry names the juror’s organisation"), Names.BODIES),
    "domain": Kind(gettext_lazy("juror and applicant share an e-mail domain")),
    "named": Kind(gettext_lazy("the juror is named in the entry")),
    "mate": Kind(
        gettext_lazy("the juror has stood behind an entry together with somebody of this one"), Names.PERSON
    ),
}
DECLARED = gettext_lazy("a conflict has been declared")


def general(basis: Iterable[Sequence[str]]) -> list[str]:
    """The kinds of these findings in words, each once, without a detail."""
    kinds = {kind for kind, _detail in basis}
    return [str(one.words) for key, one in KINDS.items() if key in kinds]


@dataclass(frozen=True, slots=True)
class Glossary:
    """The names of what findings point to."""

    bodies: Mapping[str, Any]
    people: Mapping[str, Any]

    def detail(self, detail: str) -> str:
        return " ~ ".join(
            str(self.bodies.get(one) or self.people.get(one) or one) for one in detail.split(" ")
        )

    def words(self, basis: Iterable[Sequence[str]]) -> list[str]:
        """Each finding in words, with its detail."""
        return [
            _("%(finding)s: %(detail)s") % {"finding": KINDS[kind].words, "detail": self.detail(detail)}
            if detail
            else str(KINDS[kind].words)
            for kind, detail in basis
            if kind in KINDS
        ]


def glossary(bases: Iterable[Iterable[Sequence[str]]]) -> Glossary:
    """The names that these findings need. Two queries."""
    needed: dict[Names, set[str]] = {one: set() for one in Names}
    for kind, detail in (finding for basis in bases for finding in basis):
        if kind in KINDS:
            needed[KINDS[kind].names].update(detail.split())
    bodies = Organisation.objects.filter(slug__in=needed[Names.BODIES]).values_list("slug", "name")
    people = Person.objects.filter(uid__in=needed[Names.PERSON]).values_list("uid", "name")
    return Glossary(dict(bodies), {str(uid): name for uid, name in people})
