"""What may be asked of conversations."""

from .desk import desk_conversations, owed, owing, queue, waiting
from .machine import texts_of, to_translate
from .maps import Group, MapPage, Row, Share, last_map, map_page, place_of, rows_of
from .public import (
    Listed,
    Turn,
    by_slug,
    counted,
    listed,
    newest_open,
    own_statements,
    own_votes,
    removed,
    shown_statement,
    shown_statements,
    turn,
)
from .results import StatementPage, Went, results, statement_page, taken_up, went

__all__ = [
    "Group",
    "Listed",
    "MapPage",
    "Row",
    "Share",
    "StatementPage",
    "Turn",
    "Went",
    "by_slug",
    "counted",
    "desk_conversations",
    "last_map",
    "listed",
    "map_page",
    "newest_open",
    "owed",
    "owing",
    "own_statements",
    "own_votes",
    "place_of",
    "queue",
    "removed",
    "results",
    "rows_of",
    "shown_statement",
    "shown_statements",
    "statement_page",
    "taken_up",
    "texts_of",
    "to_translate",
    "turn",
    "waiting",
    "went",
]
