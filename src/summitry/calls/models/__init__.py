"""What is true of calls: the call and its frozen rules, submissions, judging, decisions."""

from .after import Appeal, Owed, Revision
from .call import Call, RuleSet, StageRun
from .decision import Decision, Verdict
from .judging import Assessment, Assignment, Conflict, Screening
from .stages import (
    Allocation,
    Approval,
    Comparison,
    Elimination,
    JurorProfile,
    Merger,
    MergerConsent,
    Objection,
    PublicVote,
    Ranking,
    SetAside,
    Supplement,
    Turn,
)
from .submission import CoApplicant, Submission, Upload
from .tables import Imported

__all__ = [
    "Allocation",
    "Appeal",
    "Approval",
    "Assessment",
    "Assignment",
    "Call",
    "CoApplicant",
    "Comparison",
    "Conflict",
    "Decision",
    "Elimination",
    "Imported",
    "JurorProfile",
    "Merger",
    "MergerConsent",
    "Objection",
    "Owed",
    "PublicVote",
    "Ranking",
    "Revision",
    "RuleSet",
    "Screening",
    "SetAside",
    "StageRun",
    "Submission",
    "Supplement",
    "Turn",
    "Upload",
    "Verdict",
]
