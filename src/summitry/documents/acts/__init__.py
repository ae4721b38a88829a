"""Everything that changes documents."""

from .adopting import (
    begin_adoption,
    close_adoption,
    close_due_adoptions,
    object_to_adoption,
    withdraw_objection,
)
from .amending import (
    MOST_COMBINED,
    amend,
    combine_amendments,
    propose_amendment,
    support,
    withdraw_amendment,
    withdraw_support,
)
from .commenting import comment, translate_comment, withdraw_comment
from .consulting import extend_comments, open_comments, tell_all_closing, tell_closing
from .disposing import (
    AT_ONCE,
    answer,
    correct_answer,
    publish_disposition,
    reply_to_report,
    report_error,
)
from .drafting import (
    change_draft,
    insert_provision,
    move_provision,
    remove_provision,
    take_in,
    write_draft,
    write_provision,
)
from .empowering import end_powers, give_powers, refuse_powers, verify_powers
from .moderating import remove_contribution, show_contribution
from .reading import follow, mark_read
from .signing import (
    certify_signature,
    check_message,
    check_powers,
    confirm_signature,
    enter_signature,
    refuse_signature,
    sign,
    withdraw_signature,
)
from .stating import state_position, withdraw_position
from .taking import Differs, take_amendment
from .taking_in import take_in_signatories
from .texts import (
    create_document,
    discard_draft,
    edit_document,
    edit_version,
    publish_version,
    start_draft,
)
from .translating import review_translation, translate, translate_and_review
from .unfollowing import unfollow_by_link

__all__ = [
    "AT_ONCE",
    "MOST_COMBINED",
    "Differs",
    "amend",
    "answer",
    "begin_adoption",
    "certify_signature",
    "change_draft",
    "check_message",
    "check_powers",
    "close_adoption",
    "close_due_adoptions",
    "combine_amendments",
    "comment",
    "confirm_signature",
    "correct_answer",
    "create_document",
    "discard_draft",
    "edit_document",
    "edit_version",
    "end_powers",
    "enter_signature",
    "extend_comments",
    "follow",
    "give_powers",
    "insert_provision",
    "mark_read",
    "move_provision",
    "object_to_adoption",
    "open_comments",
    "propose_amendment",
    "publish_disposition",
    "publish_version",
    "refuse_powers",
    "refuse_signature",
    "remove_contribution",
    "remove_provision",
    "reply_to_report",
    "report_error",
    "review_translation",
    "show_contribution",
    "sign",
    "start_draft",
    "state_position",
    "support",
    "take_amendment",
    "take_in",
    "take_in_signatories",
    "tell_all_closing",
    "tell_closing",
    "translate",
    "translate_and_review",
    "translate_comment",
    "unfollow_by_link",
    "verify_powers",
    "withdraw_amendment",
    "withdraw_comment",
    "withdraw_objection",
    "withdraw_position",
    "withdraw_signature",
    "withdraw_support",
    "write_draft",
    "write_provision",
]
