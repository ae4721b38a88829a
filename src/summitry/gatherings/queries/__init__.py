"""What may be asked about gatherings."""

from .clashes import clash_words, clashes, clashes_of, person_clashes, room_clashes
from .editions import editions, for_reader, gathering_of_scope, next_gathering, partner_gatherings, upcoming
from .people import persons_of_sessions, sessions_of
from .programme import Day, Filters, Programme, as_row, cancelled_since, days_of, programme, rows_of, working
from .waiting import unreleased_changes, unscheduled, waiting

__all__ = [
    "Day",
    "Filters",
    "Programme",
    "as_row",
    "cancelled_since",
    "clash_words",
    "clashes",
    "clashes_of",
    "days_of",
    "editions",
    "for_reader",
    "gathering_of_scope",
    "next_gathering",
    "partner_gatherings",
    "person_clashes",
    "persons_of_sessions",
    "programme",
    "room_clashes",
    "rows_of",
    "sessions_of",
    "unreleased_changes",
    "unscheduled",
    "upcoming",
    "waiting",
    "working",
]
