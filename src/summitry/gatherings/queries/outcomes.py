"""What is left of a session: what its conveners say of the outcome document, and what it owes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry import kept
from summitry.calls.models import Submission
from summitry.people.models import Organisation, Person, Role, scope_of

from .. import kinds
from ..models import (
    Convener,
    Gathering,
    OutcomeDocument,
    ReleasedSlot,
    Session,
    SessionPerson,
    SessionReport,
    Stance,
)

REPORTERS = (SessionPerson.Role.RAPPORTEUR, SessionPerson.Role.HOST)
SOURCE = "calls.submission:"  # of a session that came of an accepted proposal


@dataclass(frozen=True, slots=True)
class Side:
    """One convener, and what it says of the present version; None if it has not spoken."""

    organisation: Organisation
    stance: Stance | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome document with who wrote it and where each side stands."""

    document: OutcomeDocument
    authors: tuple[Person, ...]
    bodies: tuple[Organisation, ...]
    sides: tuple[Side, ...]

    @property
    def all_spoke(self) -> bool:
        return all(side.stance for side in self.sides)

    @property
    def agreed(self) -> bool:
        """Whether there are sides, and each of them confirms it."""
        return bool(self.sides) and all(side.stance and side.stance.confirms for side in self.sides)


def conveners_of(session: Session) -> list[Organisation]:
    """The organisations that convene a session, in their order. One query."""
    kept.depends(f"sides:{session.pk}")
    rows = Convener.objects.filter(session=session).select_related("organisation")
    found = [row.organisation for row in rows.order_by("position", "pk")]
    kept.depends(*(f"organisation:{one.pk}" for one in found))
    return found


def sides_of(document: OutcomeDocument) -> tuple[Side, ...]:
    """Each convener and the last thing that it said of the present version. Two queries."""
    said: dict[int, Stance] = {}
    for stance in document.stances.filter(version=document.version).order_by("pk"):
        said[stance.organisation_id] = stance
    conveners = conveners_of(document.session)
    return tuple(Side(one, said.get(one.pk)) for one in conveners)


def outcome_of(session: Session, *, drafts: bool = False) -> Outcome | None:
    """The outcome document of a session: the published one, or with `drafts` whatever there is. Five queries
    at most, one without a document. Erased authors are not named."""
    kept.depends(f"outcome:{session.pk}")
    found = OutcomeDocument.objects.filter(session=session).first()
    if found is None or (found.published_at is None and not drafts):
        return None
    found.session = session
    authors, bodies = tuple(found.authors.order_by("pk")), tuple(found.author_bodies.order_by("pk"))
    kept.depends(*(f"person:{one.pk}" for one in authors), *(f"organisation:{one.pk}" for one in bodies))
    return Outcome(found, tuple(one for one in authors if one.erased_at is None), bodies, sides_of(found))


def report_of(session: Session) -> SessionReport | None:
    """The report of a session, owed or delivered. One query."""
    kept.depends(f"report:{session.pk}")
    return SessionReport.objects.filter(session=session).first()


def missing(session: Session, people: Iterable[SessionPerson], conveners: int) -> list[str]:
    """What its kind asks and the session has not, in the reader's words; no query."""
    kind = kinds.of(session.kind)
    taken = {part.role for part in people}
    found = [
        _("A session of this kind should have somebody as %(role)s.")
        % {"role": SessionPerson.Role(role).label}
        for role in kind.roles
        if role not in taken
    ]
    if conveners < kind.conveners:
        asked = ngettext(
            "A session of this kind is convened by at least %(n)d organisation",
            "A session of this kind is convened by at least %(n)d organisations",
            kind.conveners,
        )
        found.append(f"{asked % {'n': kind.conveners}}: {_('%(n)d named') % {'n': conveners}}.")
    return found


def owed() -> QuerySet[SessionReport]:
    """Reports that are neither delivered nor waived, the first due first; `told_title` is the title of the
    session's last release, for a newer one may wait for its moment."""
    found = SessionReport.objects.filter(delivered_at=None, waived_at=None)
    found = found.annotate(told_title=_released_title(OuterRef("session")))
    return found.select_related("session__gathering").order_by("due_at", "pk")


def _released_title(session: OuterRef) -> Subquery:
    rows = ReleasedSlot.objects.filter(session=session).order_by("-release__version")
    return Subquery(rows.values("title")[:1])


def _theirs(persons: Iterable[Person]) -> Q:
    """Reports of sessions that these persons report on, or proposed."""
    who = list(persons)
    parts = SessionPerson.objects.filter(session=OuterRef("session"), person__in=who, role__in=REPORTERS)
    proposed = (
        Submission.objects.exclude(ref="")
        .filter(applicant__in=who)
        .annotate(key=Concat(Value(SOURCE), F("ref")))
        .values("key")
    )
    return Q(Exists(parts)) | Q(session__source__in=proposed)


def owed_by(person: Person) -> QuerySet[SessionReport]:
    """What waits for a person as rapporteur, host or proposer of a session, late or not. One query."""
    return owed().filter(_theirs([person]))


def late_by(persons: Iterable[Person], organisations: Iterable[Organisation] = ()) -> list[SessionReport]:
    """Reports past their day that these persons owe, or whose session one of these organisations convened or
    proposed. The longest due first. One query."""
    bodies = list(organisations)
    asked = _theirs(persons)
    if bodies:
        convened = Convener.objects.filter(session=OuterRef("session"), organisation__in=bodies)
        proposed = (
            Submission.objects.exclude(ref="")
            .filter(organisation__in=bodies)
            .annotate(key=Concat(Value(SOURCE), F("ref")))
            .values("key")
        )
        asked |= Q(Exists(convened)) | Q(session__source__in=proposed)
    return list(owed().filter(asked, due_at__lt=timezone.now()))


def is_reporter(person: Person, session: Session) -> bool:
    """Whether a person reports on a session or proposed it. Two queries at most."""
    if session.parts.filter(person=person, role__in=REPORTERS).exists():
        return True
    if not session.source.startswith(SOURCE):
        return False
    ref = session.source.removeprefix(SOURCE)
    return Submission.objects.filter(ref=ref, applicant=person).exists()


def reports(gathering: Gathering, show: str = "") -> QuerySet[SessionReport]:
    """For the desk: the reports of an edition; `show`: "late", "owed", "delivered", "waived", else all. One
    query."""
    found = SessionReport.objects.filter(session__gathering=gathering).select_related("session")
    found = found.annotate(told_title=_released_title(OuterRef("session")))
    if show == "late":
        found = found.filter(delivered_at=None, waived_at=None, due_at__lt=timezone.now())
    elif show == "owed":
        found = found.filter(delivered_at=None, waived_at=None)
    elif show == "delivered":
        found = found.filter(delivered_at__isnull=False)
    elif show == "waived":
        found = found.filter(waived_at__isnull=False)
    return found.order_by("due_at", "pk")


def spoken_for(user: Any) -> set[str]:
    """Slugs of the organisations for which a user may speak: those whose focal point she is; no query once
    her roles are known."""
    prefix = f"{Organisation._meta.label_lower}:"
    return {
        scope.removeprefix(prefix)
        for role, scope in getattr(user, "roles", ())
        if role == Role.FOCAL_POINT and scope.startswith(prefix)
    }


def to_confirm(user: Any) -> list[Convener]:
    """Sides that this user speaks for and that have not spoken of a document that was put to them. One
    query; none for others."""
    slugs = spoken_for(user)
    if not slugs:
        return []
    said = Stance.objects.filter(
        document__session=OuterRef("session"),
        organisation=OuterRef("organisation"),
        version=F("document__version"),
    )
    found = Convener.objects.filter(
        organisation__slug__in=slugs, session__outcome__proposed_at__isnull=False
    ).exclude(Exists(said))
    found = found.annotate(told_title=_released_title(OuterRef("session")))
    return list(found.select_related("organisation", "session__gathering").order_by("pk"))


def speakers_for(organisation: Organisation) -> Any:
    """Mandates of those who may speak for an organisation now, with persons and accounts. One query."""
    from summitry.people.queries import holders

    return holders(scope_of(organisation), Role.FOCAL_POINT)


def is_published(session: Session) -> bool:
    """Whether a release has named the session: its page is public. One query."""
    return ReleasedSlot.objects.filter(session=session).exists()
