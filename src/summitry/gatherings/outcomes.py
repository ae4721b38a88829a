"""What comes of an accepted session proposal: a session of the gathering that the call's rules name."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.calls.models import Call, CoApplicant, Decision, Submission
from summitry.people.acts import ensure_person
from summitry.text.value import Text

from . import acts, kinds, queries
from .models import Gathering, Session, SessionPerson, Track

_SHORTEST, _LONGEST = 5, 24 * 60  # minutes that a proposal may ask for


def gathering_for(call: Call) -> Gathering:
    """The gathering of the call's outcome options, else the one that the call is part of."""
    slug = call.outcome_options.get("gathering")
    if slug:
        found = Gathering.objects.filter(slug=slug).first()
    else:
        found = queries.gathering_of_scope(call.parent_scope)
    if found is None:
        raise ValidationError(
            _("The rules of this call name no gathering that is here; its sessions have nowhere to go.")
        )
    return found


def make_session(actor: Any, decision: Decision) -> str:
    """Within the publishing of a call: the accepted proposal as an unscheduled session, once however often
    asked."""
    submission = decision.submission
    gathering = gathering_for(submission.call)
    session = acts.make_session(
        gathering,
        title=_text(submission, "title") or Text.of(submission.ref, submission.language),
        abstract=_text(submission, "summary"),
        description=_text(submission, "body"),
        kind=_key(submission, "format"),
        language=_key(submission, "language") or submission.language,
        track=_track(gathering, submission),
        minutes=_minutes(submission),
        people=_people(submission),
        source=f"calls.submission:{submission.ref}",
    )
    body = submission.organisation
    if body and body.confirmed and kinds.of(session.kind).conveners and not session.conveners.exists():
        acts.name_conveners(None, session, [body])
    return f"gatherings.session:{gathering.slug}/{session.slug}"


def cancel(decision: Decision) -> None:
    """The applicant gives her place back: the session that came of it does not take place."""
    session = Session.objects.filter(source=f"calls.submission:{decision.submission.ref}").first()
    if session is not None:
        acts.cancel_session(None, session)


def _text(submission: Submission, role: str) -> Text:
    found = submission.by_role(role)
    if isinstance(found, Text):
        return found
    return Text.of(str(found), submission.language) if found else Text()


def _key(submission: Submission, role: str) -> str:
    """The key of a choice, or the words of a line; the first of several."""
    found = submission.by_role(role)
    if isinstance(found, list):
        found = found[0] if found else None
    return str(getattr(found, "key", found or ""))[:20]


def _minutes(submission: Submission) -> int | None:
    found = submission.by_role("duration")
    given = str(getattr(found, "key", found) or "")
    minutes = int(float(given)) if given.replace(".", "", 1).isdecimal() else 0
    return minutes if _SHORTEST <= minutes <= _LONGEST else None


def _track(gathering: Gathering, submission: Submission) -> Track | None:
    """The track of the proposal's category: the one of that short name, made if the gathering has none
    yet."""
    category = submission.category_rule
    if category is None:
        return None
    slug = str(category.key).replace("_", "-")
    found = gathering.tracks.filter(slug__in=[category.key, slug]).first()
    if found is None:
        found = Track.objects.create(
            gathering=gathering, slug=slug, name=category.name, position=gathering.tracks.count()
        )
    return found


def _people(submission: Submission) -> list[acts.Part]:
    """The persons whom the proposal names; the applicant herself and her confirmed co-applicants if it names
    none.

    A named person who is the applicant, by her name, is her; the others become persons without an account.
    """
    named = submission.by_role("speakers")
    if not named:
        others = CoApplicant.objects.filter(
            submission=submission, confirmed_at__isnull=False, removed_at__isnull=True, person__isnull=False
        ).select_related("person")
        return [
            (person, SessionPerson.Role.SPEAKER)
            for person in (submission.applicant, *(one.person for one in others))
            if person is not None
        ]
    own = {name.casefold(): submission.applicant for name in submission.applicant.name.values.values()}
    people: list[acts.Part] = []
    for number, one in enumerate(named if isinstance(named, list) else [named]):
        name = str(getattr(one, "name", one)).strip()
        person = own.get(name.casefold()) or ensure_person(
            Text.of(name, submission.language),
            external_id=f"calls:{submission.ref}:{number}",
            country=getattr(one, "country", ""),
        )
        role = str(getattr(one, "role", "")).lower()
        people.append((person, role if role in SessionPerson.Role.values else SessionPerson.Role.SPEAKER))
    return people
