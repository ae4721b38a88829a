"""Everything that changes the state of calls: one function an act, one transaction each, permission first."""

from .deciding import Choice, decide, publish, seal_verdict
from .judging import (
    Dealt,
    assign,
    assign_all,
    declare_conflict,
    declare_no_conflict,
    save_assessment,
    screen,
    send_assessment,
    unassign,
)
from .parts import (
    add_co_applicant,
    confirm_co_applicant,
    remove_co_applicant,
    remove_upload,
    upload,
)
from .running import close_stage, open_stage
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
from .submitting import UNCHANGED, discard_draft, save_draft, start_draft, submit, withdraw

__all__ = [
    "GRACE",
    "UNCHANGED",
    "Choice",
    "Dealt",
    "add_co_applicant",
    "amend",
    "appoint",
    "assign",
    "assign_all",
    "close_call",
    "close_due_calls",
    "close_stage",
    "confirm_co_applicant",
    "create_call",
    "decide",
    "declare_conflict",
    "declare_no_conflict",
    "discard_call",
    "discard_draft",
    "edit_rules",
    "invite",
    "open_call",
    "open_stage",
    "publish",
    "remove_co_applicant",
    "remove_upload",
    "save_assessment",
    "save_draft",
    "screen",
    "seal_verdict",
    "send_assessment",
    "start_draft",
    "submit",
    "unassign",
    "upload",
    "withdraw",
]
