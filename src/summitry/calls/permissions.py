"""Who may do what with calls. Nothing here follows from being a superuser, and no duty over one's own entry.

A call manager neither scores nor decides in her own call; a screener does not score; whoever has an open
conflict with an entry does nothing with it."""

from typing import Any

import rules

from summitry.people.models import Role
from summitry.people.permissions import holds, holds_here, signed_in

from . import sight
from .models import Call, CoApplicant, Conflict, Decision, Objection, Submission, Upload


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
def is_about_her(user: Any, obj: Any = None) -> bool:
    """A conflict of interest of the user's own."""
    return isinstance(obj, Conflict) and obj.juror.user_id == user.pk


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
def has_conflict_here(user: Any, obj: Any = None) -> bool:
    """The user has an entry of her own in this call, or a conflict with one."""
    found = Submission.objects.filter(sight.barred(user), call=call_of(obj))
    return bool(found.exists())


@rules.predicate
def reads_all_here(user: Any, obj: Any = None) -> bool:
    return bool(holds(*sight.STANDING)(user, call_of(obj)))


@rules.predicate
def sees_marks_here(user: Any, obj: Any = None) -> bool:
    """The user's duties in the call open all marks: of which entries, queries say."""
    call = call_of(obj)
    return isinstance(call, Call) and sight.over(user, call).marks == "all"


@rules.predicate
def works_here(user: Any, obj: Any = None) -> bool:
    """The user has a duty in this call, or one over all of them."""
    duties = (Role.SECRETARIAT, Role.CALL_MANAGER, Role.AUDITOR, Role.SCREENER, Role.JUROR, Role.JURY_CHAIR)
    return bool(holds(*duties)(user, call_of(obj)))


@rules.predicate
def is_party(user: Any, obj: Any = None) -> bool:
    """The user stands behind one of the two entries of a merger."""
    pair = [getattr(obj, "into_id", None), getattr(obj, "submission_id", None)]
    return Submission.objects.of(user).filter(pk__in=[one for one in pair if one]).exists()


@rules.predicate
def objected(user: Any, obj: Any = None) -> bool:
    """The objection is the user’s own."""
    return isinstance(obj, Objection) and obj.person.user_id == user.pk


@rules.predicate
def decided_it(user: Any, obj: Any = None) -> bool:
    """The user took the decision on this entry."""
    submission = submission_of(obj)
    return Decision.objects.filter(submission=submission, decided_by__user=user.pk).exists()


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
approves = holds(Role.ORGAN) & ~holds(Role.JURY_CHAIR, Role.CALL_MANAGER)  # nobody approves her own decision
view_call = is_public | manages | holds(Role.AUDITOR, Role.SCREENER, Role.JUROR, Role.JURY_CHAIR, Role.ORGAN)

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
rules.add_perm("calls.import_submissions", manages)
rules.add_perm("calls.export_marks", signed_in & sees_marks_here)
rules.add_perm("calls.assign_submission", manages & sees_by_duty)
rules.add_perm("calls.publish_call", manages)
# the applicant
rules.add_perm("calls.start_submission", signed_in)
rules.add_perm("calls.view_submission", is_own | sees_by_duty)
rules.add_perm("calls.edit_submission", is_own)
rules.add_perm("calls.submit_submission", is_own)
rules.add_perm("calls.withdraw_submission", is_own)
rules.add_perm("calls.keep_co_applicants", is_main_applicant)
rules.add_perm("calls.decline_submission", is_main_applicant)
rules.add_perm("calls.appeal_submission", is_own)
rules.add_perm("calls.deliver", is_own)
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
# the public's vote
rules.add_perm("calls.cast_vote", signed_in & ~works_here & ~is_own)
rules.add_perm("calls.see_votes", manages | holds(Role.AUDITOR))
rules.add_perm("calls.set_aside_votes", manages & ~has_conflict_here)
# mergers and objections
rules.add_perm("calls.see_mergers", manages | chairs)
rules.add_perm("calls.propose_merger", (manages | chairs) & sees_by_duty)
rules.add_perm("calls.answer_merger", is_party)
rules.add_perm("calls.object_to", signed_in & ~works_here & ~is_own)
rules.add_perm("calls.withdraw_objection", objected)
rules.add_perm("calls.reply_to_objection", is_own)
rules.add_perm("calls.see_objections", manages | chairs | holds(Role.AUDITOR))
rules.add_perm("calls.answer_objection", chairs & sees_by_duty)
# the finals on stage
rules.add_perm("calls.see_pitch", manages | scores | chairs | holds(Role.AUDITOR))
rules.add_perm("calls.run_pitch", manages & ~has_conflict_here)
rules.add_perm("calls.see_conflicts", manages | chairs)
rules.add_perm("calls.lift_conflict", (manages | chairs) & sees_by_duty & ~is_about_her)
rules.add_perm("calls.see_sheet", chairs | holds(Role.AUDITOR))
rules.add_perm("calls.decide_call", chairs)
rules.add_perm("calls.seal_call", chairs)
rules.add_perm("calls.approve_verdict", approves)
rules.add_perm("calls.see_approval", approves | holds(Role.AUDITOR))
rules.add_perm("calls.allocate", manages)
rules.add_perm("calls.audit_call", holds(Role.AUDITOR) & ~has_conflict_here)
# after the answer
hears = (holds(Role.JURY_CHAIR) | holds(Role.SECRETARIAT)) & ~is_manager_here
rules.add_perm("calls.see_appeals", hears | holds(Role.AUDITOR))
rules.add_perm("calls.answer_appeal", hears & sees_by_duty & ~decided_it)
rules.add_perm("calls.waive", manages & sees_by_duty)
