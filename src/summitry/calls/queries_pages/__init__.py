"""What the pages of calls ask beside `calls.queries`. Each function says how many SQL queries it costs."""

from .applicant import (
    check_page,
    entry_of,
    file_name_for,
    organisations_of,
    own_of_call,
    standing_beside,
    told_early,
)
from .judging import entries_of, public_title, screened, screening_counts, title_for, within
from .managing import (
    Jury,
    answers_of,
    assignment_rows,
    entries_to_assign,
    juror_of,
    jury,
    steps_and_versions,
    team,
    work_rows,
)
from .public import address_of, ahead, detail, earlier_calls, results

__all__ = [
    "Jury",
    "address_of",
    "ahead",
    "answers_of",
    "assignment_rows",
    "check_page",
    "detail",
    "earlier_calls",
    "entries_of",
    "entries_to_assign",
    "entry_of",
    "file_name_for",
    "juror_of",
    "jury",
    "organisations_of",
    "own_of_call",
    "public_title",
    "results",
    "screened",
    "screening_counts",
    "standing_beside",
    "steps_and_versions",
    "team",
    "title_for",
    "told_early",
    "within",
    "work_rows",
]
