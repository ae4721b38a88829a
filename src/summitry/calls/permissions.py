"""Who may do what with calls. Nothing here follows from being a superuser, and no duty over one's own entry.

A call manager neither scores nor decides in her own call; a screener does not score; whoever has an open
conflict with an entry does nothing with it."""

from typing import Any

import rules

from summitry.people.models import Role
from summitry.people.permissions import holds, holds_here, signed_in

from . import sight
from .models import Call, CoApplicant, Submission, Upload


def submission_of(obj: Any) -> Submission | None:
    """The submission that a thing is or belongs to."""
    return obj if isinstance(obj, Submission) else getattr(obj, "submission", None)


@rules.predicate
def is_own(user: Any, obj: Any = None) -> bool:
    """The user applied, or agreed to be a co-applicant."""
    submission = submission_of(obj)
    return submission is not None and Submission.objects.of(user).filter(pk=submission.pk).exists()


@rules.predicate
def is_main_applicant(user: Any, obj: Any = None) -> bool:
    submission = submission_of(obj)
    return submission is not None and submission.applicant.user_id == user.pk


@rules.predicate
def sees_by_duty(user: Any, obj: Any = None) -> bool:
    """The user's duties show her this entry: it is not her own and she has no conflict with it."""
    submission = submission_of(obj)
    return submission is not None and Submission.objects.on_duty_of(user).filter(pk=submission.pk).exists()


@rules.predicate
def is_addressed(user: Any, obj: Any = None) -> bool:
    """The invitation to be a co-applicant went to this account's address."""
    return isinstance(obj, CoApplicant) and obj.email.lower() == user.email.lower()


@rules.predicate
def is_public(user: Any, obj: Any = None) -> bool:
    return isinstance(obj, Call) and obj.state != Call.State.DRAFT


def call_of(obj: Any) -> Any:
    return getattr(submission_of(obj), "call", None) or getattr(obj, "call", obj)


@rules.predicate
def is_manager_here(user: Any, obj: Any = None) -> bool:
    return bool(holds(Role.CALL_MANAGER)(user, call_of(obj)))


@rules.predicate
def is_screener_here(user: Any, obj: Any = None) -> bool:
    return bool(holds(Role.SCREENER)(user, call_of(obj)))


@rules.predicate
def reads_all_here(user: Any, obj: Any = None) -> bool:
    return bool(holds(*sight.STANDING)(user, call_of(obj)))


@rules.predicate
def has_file(user: Any, obj: Any = None) -> bool:
    """The file answers a field that this user may see."""
    from .queries.entries import may_open  # queries ask permissions too

    return isinstance(obj, Upload) and may_open(user, obj)


manages = holds(Role.SECRETARIAT, Role.CALL_MANAGER)
# Whoever reads everything by a standing duty would mark with others' marks, or the names of a blind call,
# before her.
scores = holds_here(Role.JUROR) & ~is_manager_here & ~is_screener_here & ~reads_all_here
chairs = holds(Role.JURY_CHAIR) & ~is_manager_here
view_call = is_public | manages | holds(Role.AUDITOR, Role.SCREENER, Role.JUROR, Role.JURY_CHAIR)

# the call
rules.add_perm("calls.create_call", manages)
rules.add_perm("calls.view_call", view_call)
rules.add_perm("calls.manage_call", manages)  # the overview, and what it leads to
rules.add_perm("calls.edit_rules", manages)
rules.add_perm("calls.open_call", manages)
rules.add_perm("calls.amend_call", manages)
rules.add_perm("calls.close_call", manages)
rules.add_perm("calls.appoint", manages)
rules.add_perm("calls.run_stage", manages)
rules.add_perm("calls.assign", manages)
rules.add_perm("calls.assign_submission", manages & sees_by_duty)
rules.add_perm("calls.publish_call", manages)
# the applicant
rules.add_perm("calls.start_submission", signed_in)
rules.add_perm("calls.view_submission", is_own | sees_by_duty)
rules.add_perm("calls.edit_submission", is_own)
rules.add_perm("calls.submit_submission", is_own)
rules.add_perm("calls.withdraw_submission", is_own)
rules.add_perm("calls.keep_co_applicants", is_main_applicant)
rules.add_perm("calls.confirm_co_applicant", is_addressed)
rules.add_perm("calls.open_upload", has_file)
# the judges
rules.add_perm("calls.see_screening", holds(Role.SCREENER))
rules.add_perm("calls.screen_submission", holds(Role.SCREENER) & sees_by_duty)
rules.add_perm("calls.see_jury", scores)
rules.add_perm("calls.assess_submission", scores & sees_by_duty)
rules.add_perm(
    "calls.declare_conflict",
    scores | holds(Role.JURY_CHAIR, Role.SCREENER, Role.CALL_MANAGER, Role.SECRETARIAT),
)
rules.add_perm("calls.see_sheet", chairs | holds(Role.AUDITOR))
rules.add_perm("calls.decide_call", chairs)
rules.add_perm("calls.seal_call", chairs)
rules.add_perm("calls.audit_call", holds(Role.AUDITOR))
