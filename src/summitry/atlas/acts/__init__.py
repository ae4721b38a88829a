"""Everything that changes the library of cases."""

from .cases import add_case, edit_case, review_translation, take_back_case, withdraw_case
from .publishing import publish_case
from .topics import add_topic

__all__ = [
    "add_case",
    "add_topic",
    "edit_case",
    "publish_case",
    "review_translation",
    "take_back_case",
    "withdraw_case",
]
