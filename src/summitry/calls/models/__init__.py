"""What is true of calls: the call and its frozen rules, submissions, judging, decisions."""

from .call import Call, RuleSet, StageRun
from .decision import Decision, Verdict
from .judging import Assessment, Assignment, Conflict, Screening
from .submission import CoApplicant, Submission, Upload

__all__ = [
    "Assessment",
    "Assignment",
    "Call",
    "CoApplicant",
    "Conflict",
    "Decision",
    "RuleSet",
    "Screening",
    "StageRun",
    "Submission",
    "Upload",
    "Verdict",
]
