"""What may be asked about gatherings."""

from .clashes import clash_words, clashes, clashes_of, person_clashes, room_clashes
from .desk import desk_counts, desk_sessions, rooms_with_counts, tracks_with_counts
from .edition import Step, calls_of, released_days, steps
from .editions import editions, for_reader, gathering_of_scope, next_gathering, partner_gatherings, upcoming
from .people import persons_of_sessions, sessions_of
from .programme import (
    Day,
    Filters,
    Programme,
    as_row,
    cancelled_since,
    days_of,
    programme,
    released_rows,
    rows_of,
    working,
)
from .sessions import (
    Agenda,
    Participant,
    agenda,
    calendar_rows,
    participant,
    published_keys,
    released_row,
    working_row,
)
from .waiting import unreleased_changes, unscheduled, waiting

__all__ = [
    "Agenda",
    "Day",
    "Filters",
    "Participant",
    "Programme",
    "Step",
    "agenda",
    "as_row",
    "calendar_rows",
    "calls_of",
    "cancelled_since",
    "clash_words",
    "clashes",
    "clashes_of",
    "days_of",
    "desk_counts",
    "desk_sessions",
    "editions",
    "for_reader",
    "gathering_of_scope",
    "next_gathering",
    "participant",
    "partner_gatherings",
    "person_clashes",
    "persons_of_sessions",
    "programme",
    "published_keys",
    "released_days",
    "released_row",
    "released_rows",
    "room_clashes",
    "rooms_with_counts",
    "rows_of",
    "sessions_of",
    "steps",
    "tracks_with_counts",
    "unreleased_changes",
    "unscheduled",
    "upcoming",
    "waiting",
    "working",
    "working_row",
]
