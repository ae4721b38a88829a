"""Everything that changes conversations."""

from .importing import import_polis
from .mapping import draw_map, due, keep_map
from .moderating import remove_statement, show_statement
from .running import (
    close_conversation,
    close_due,
    create_conversation,
    edit_conversation,
    open_conversation,
    publish_report,
    renew_link,
    reopen_conversation,
    report_on,
)
from .speaking import add_seeds, add_statement
from .taking_up import take_up
from .translating import translate_statement
from .voting import Given, first_vote, first_votes, next_vote, next_votes, vote

__all__ = [
    "Given",
    "add_seeds",
    "add_statement",
    "close_conversation",
    "close_due",
    "create_conversation",
    "draw_map",
    "due",
    "edit_conversation",
    "first_vote",
    "first_votes",
    "import_polis",
    "keep_map",
    "next_vote",
    "next_votes",
    "open_conversation",
    "publish_report",
    "remove_statement",
    "renew_link",
    "reopen_conversation",
    "report_on",
    "show_statement",
    "take_up",
    "translate_statement",
    "vote",
]
