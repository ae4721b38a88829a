"""Everything that changes the state of calls: one function an act, one transaction each, permission first."""

from .allocating import allocate, allocate_all
from .appealing import answer_appeal, appeal
from .approving import approve_verdict
from .assigning import Dealt, assign, assign_all, save_juror_profile, unassign
from .comparing import compare, undo_comparison
from .deciding import Choice, decide, seal_verdict
from .filling import fill_sheet
from .importing import Taken, import_submissions
from .judging import (
    declare_conflict,
    declare_no_conflict,
    save_assessment,
    screen,
    send_assessment,
)
from .lifting import lift_conflict
from .merging import answer_merger, propose_merger, take_back_merger
from .objecting import answer_objection, object_to, reply_to_objection, withdraw_objection
from .owing import deliver, remind_owing, waive
from .parts import (
    add_co_applicant,
    confirm_co_applicant,
    remove_co_applicant,
    remove_upload,
    upload,
)
from .pitching import begin_turn, end_turn, move_turn
from .publishing import publish
from .ranking import save_ranking, send_ranking
from .reserve import decline, move_up
from .running import close_stage, open_stage, reopen_stage
from .setup import (
    GRACE,
    amend,
    appoint,
    close_call,
    close_due_calls,
    create_call,
    discard_call,
    edit_rules,
    invite,
    open_call,
)
from .sheets import SheetTaken, take_sheet
from .submitting import UNCHANGED, discard_draft, save_draft, start_draft, submit, withdraw
from .supplementing import send_supplement
from .telling import tell
from .voting import cast_vote, restore_votes, set_aside_votes, take_back_vote

__all__ = [
    "GRACE",
    "UNCHANGED",
    "Choice",
    "Dealt",
    "SheetTaken",
    "Taken",
    "add_co_applicant",
    "allocate",
    "allocate_all",
    "amend",
    "answer_appeal",
    "answer_merger",
    "answer_objection",
    "appeal",
    "appoint",
    "approve_verdict",
    "assign",
    "assign_all",
    "begin_turn",
    "cast_vote",
    "close_call",
    "close_due_calls",
    "close_stage",
    "compare",
    "confirm_co_applicant",
    "create_call",
    "decide",
    "declare_conflict",
    "declare_no_conflict",
    "decline",
    "deliver",
    "discard_call",
    "discard_draft",
    "edit_rules",
    "end_turn",
    "fill_sheet",
    "import_submissions",
    "invite",
    "lift_conflict",
    "move_turn",
    "move_up",
    "object_to",
    "open_call",
    "open_stage",
    "propose_merger",
    "publish",
    "remind_owing",
    "remove_co_applicant",
    "remove_upload",
    "reopen_stage",
    "reply_to_objection",
    "restore_votes",
    "save_assessment",
    "save_draft",
    "save_juror_profile",
    "save_ranking",
    "screen",
    "seal_verdict",
    "send_assessment",
    "send_ranking",
    "send_supplement",
    "set_aside_votes",
    "start_draft",
    "submit",
    "take_back_merger",
    "take_back_vote",
    "take_sheet",
    "tell",
    "unassign",
    "undo_comparison",
    "upload",
    "waive",
    "withdraw",
    "withdraw_objection",
]
