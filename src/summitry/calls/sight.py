"""Who sees what of a submission. Every query that shows entries goes through here, so that no door leaks.

Standing duties see every entry that was sent. The duties of a stage open with it, as its kind declares.
Whoever has an open conflict with an entry sees nothing of it by duty, whatever her duties are; and nobody
has duties over her own."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from summitry.people.models import INSTITUTION, Role

from . import stages
from .stages.base import NOTHING, Sight

if TYPE_CHECKING:
    from .models import Call, Submission

STANDING: Mapping[str, Sight] = {
    Role.SECRETARIAT: Sight("all", "none", names=True, hidden=True),
    Role.CALL_MANAGER: Sight("all", "none", names=True, hidden=True),
    Role.AUDITOR: Sight("all", "all", names=True, hidden=True),
}
SEALED: Mapping[str, Sight] = {  # what opens up beside it once the verdict is sealed
    Role.SECRETARIAT: Sight("all", "all", names=True, hidden=True),
    Role.CALL_MANAGER: Sight("all", "all", names=True, hidden=True),
    Role.JURY_CHAIR: Sight("all", "all", names=True),
}
_NOBODY = Q(pk__in=[])


def _model(name: str) -> Any:
    return apps.get_model("calls", name)


def calls_where(user: Any, role: str, prefix: str = "call__") -> Q | None:
    """The calls in which the user holds this role, as a condition; None if there are none."""
    scopes = [scope for held, scope in getattr(user, "roles", ()) if held == role]
    if not scopes:
        return None
    if INSTITUTION in scopes:
        return ~Q(pk__in=[])
    slugs = [scope.partition(":")[2] for scope in scopes if scope.startswith("calls.call:")]
    return Q(**{f"{prefix}slug__in": slugs}) | Q(**{f"{prefix}parent_scope__in": scopes})


def own(user: Any) -> Q:
    """Submissions that are the user's own: as applicant, or as a co-applicant who has agreed."""
    if not getattr(user, "is_authenticated", False):
        return _NOBODY
    agreed = _model("CoApplicant").objects.filter(
        submission=OuterRef("pk"), person__user=user.pk, confirmed_at__isnull=False, removed_at=None
    )
    return Q(applicant__user=user.pk) | Q(Exists(agreed))


def barred(user: Any) -> Q:
    """Submissions of which the user's duties show her nothing: her own, and those with which she has a
    conflict."""
    conflicts = _model("Conflict").objects.filter(
        submission=OuterRef("pk"), juror__user=user.pk, lifted_at=None
    )
    return Q(Exists(conflicts)) | own(user)


def on_duty(user: Any) -> Q:
    """Submissions that the user's duties show her."""
    if not getattr(user, "is_authenticated", False):
        return _NOBODY
    found = _NOBODY
    for role in STANDING:
        if (where := calls_where(user, role)) is not None:
            found |= where
    in_time = ~Q(state="withdrawn")
    for role, kinds in _opening("all").items():
        if (where := calls_where(user, role)) is not None:
            runs = (
                _model("StageRun")
                .objects.filter(call=OuterRef("call"), kind__in=kinds)
                .exclude(state="pending")
            )
            found |= where & in_time & Q(Exists(runs))
    for role, kinds in _opening("assigned").items():
        if (where := calls_where(user, role)) is not None:
            listed = _model("Assignment").objects.filter(
                submission=OuterRef("pk"),
                juror__user=user.pk,
                ended_at=None,
                stage__kind__in=_assigning(kinds),
            )
            found |= where & in_time & Q(Exists(listed.exclude(stage__state="pending")))
    return found & ~Q(state="draft") & ~barred(user)


def _opening(entries: str) -> dict[str, list[str]]:
    """Role -> the kinds of stage that show it `entries`."""
    found: dict[str, list[str]] = {}
    for kind in stages.every():
        for role, sight in kind.sees.items():
            if sight.entries == entries:
                found.setdefault(str(role), []).append(kind.key)
    return found


def _assigning(kinds: list[str]) -> list[str]:
    """Of a role's kinds, those in which entries are assigned; what a later stage shows are the same lists."""
    return [kind.key for kind in stages.every() if "assign" in kind.allows]


def of(user: Any, submission: "Submission") -> Sight:
    """What this user sees of one submission; `entries == "none"` means that it does not exist for her.

    Own submissions are not asked about here: an applicant sees the whole of what she wrote, and marks as the
    call publishes them. At most five queries."""
    model = type(submission)
    if not model.objects.filter(on_duty(user), pk=submission.pk).exists():
        return NOTHING
    return over(user, submission.call)


def over(user: Any, call: "Call") -> Sight:
    """What a user's duties in a call open of the entries that they show her at all. One query."""
    held = {role for role, scope in user.roles if scope in call.scopes()}
    found = NOTHING
    for role, sight in STANDING.items():
        if role in held:
            found |= sight
    if call.is_sealed:
        for role, sight in SEALED.items():
            if role in held:
                found |= sight
    for run in call.stages.all():
        if run.state == run.State.PENDING:
            continue
        for role, sight in run.component.sees.items():
            if role in held:
                found |= sight
    if not call.rules.blind:
        found |= Sight(names=True)
    return found
