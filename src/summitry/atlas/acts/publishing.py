"""What a call of practice cases ends in: its outcome "atlas.case"."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.calls.models import Decision, Submission
from summitry.calls.rules import Choice
from summitry.people.models import Organisation, Role, User, scope_of
from summitry.people.queries import acting_as
from summitry.people.slugs import free_slug
from summitry.record.act import act, require
from summitry.record.acts import enter
from summitry.text.value import Text

from ..models import Case, Topic
from . import derived, topics

ROLES = (Role.CALL_MANAGER, Role.JURY_CHAIR, Role.SECRETARIAT)


@act
def publish_case(actor: User | None, decision: Decision) -> Case:
    """Makes an accepted submission a case of the library. Done twice it changes nothing. No actor: the rules
    of the call gave the place, to one on its reserve list.

    Only answers to fields that the call's rules declare public are taken. Raises PermissionDenied;
    ValidationError if the submission was not accepted, or has no title.
    """
    if actor is not None:
        require(actor, "atlas.publish_case", decision)
    decision = (
        Decision.objects.select_for_update(of=("self",))
        .select_related("submission__call")
        .get(pk=decision.pk)
    )
    if there := Case.objects.filter(decision=decision).first():
        return there
    submission = decision.submission
    if not decision.is_accepted:
        raise ValidationError(
            _("%(submission)s was not accepted: no case comes of it.") % {"submission": submission}
        )
    case = _case_of(decision)
    places = derived.country_codes(_several(_public(submission, "country")))
    case.full_clean(exclude=["decision"])
    case.save()
    case.topics.set(_topics(submission))
    if body := _with_page(submission):
        case.organisations.set([body])
    derived.derive(case, places)
    enter(
        "atlas.published",
        subject=scope_of(case),
        facts={
            "title": derived.named(case),
            "slug": case.slug,
            "call": submission.call.slug,
            "submission": submission.ref,
            "tier": case.tier_label or None,
        },
        by=acting_as(actor, submission.call, *ROLES) if actor else "rules",
        actor=actor,
    )
    return case


def _case_of(decision: Decision) -> Case:
    submission = decision.submission
    tier = decision.tier_rule
    tiers = submission.call.rules.decision.tiers
    title = _text(submission, "title")
    if not title:
        raise ValidationError(_("%(submission)s has no public title.") % {"submission": submission})
    since = _public(submission, "year")
    return Case(
        slug=free_slug(Case, title),
        title=title,
        summary=_text(submission, "summary"),
        body=_text(submission, "body"),
        evidence=_text(submission, "evidence"),
        year=(submission.call.published_at or timezone.now()).year,
        since=since if isinstance(since, int) and 1900 <= since <= 2999 else None,
        worldwide=_public(submission, "worldwide") is True,
        tier=tier.key if tier else "",
        tier_label=tier.name if tier else Text(),
        top=bool(tier and tiers and tier.key == tiers[0].key),
        carried_by=_carried_by(submission),
        website=str(_public(submission, "website") or ""),
        decision=decision,
    )


def _with_page(submission: Submission) -> Organisation | None:
    """The body behind it, if the public knows it by its own name."""
    return submission.organisation if submission.organisation and submission.organisation.confirmed else None


def _carried_by(submission: Submission) -> Text:
    if _with_page(submission):
        return Text()
    return submission.organisation.name if submission.organisation else _text(submission, "organisation")


def _public(submission: Submission, role: str) -> Any:
    """The answer that plays a role, if everybody may see it."""
    field = submission.call.rules.by_role(role)
    return submission.by_role(role) if field and field.visibility == "public" else None


def _text(submission: Submission, role: str) -> Text:
    value = _public(submission, role)
    if isinstance(value, Text):
        return value
    return Text.of(value, submission.language) if isinstance(value, str) else Text()


def _several(value: Any) -> list[str]:
    if value is None or isinstance(value, str):
        return [value] if value else []
    return [str(one) for one in value]


def _topics(submission: Submission) -> list[Topic]:
    """What the applicant chose as its field, and the category it was entered in."""
    chosen = _public(submission, "field")
    named = [
        one for one in (chosen if isinstance(chosen, list | tuple) else [chosen]) if isinstance(one, Choice)
    ]
    names = {one.key: one.label for one in named}
    if category := submission.category_rule:
        names.setdefault(category.key, category.name)
    return topics.ensured({key.replace("_", "-"): name for key, name in names.items()})
