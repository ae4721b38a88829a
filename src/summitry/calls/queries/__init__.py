"""What may be asked about calls."""

from .chair import Sheet, SheetRow, chair_table
from .entries import EntryPage, MarkSheet, Row, entry_page, juror_labels, may_open
from .judges import JuryList, JuryRow, jury_list, screening_queue
from .own import MySubmissions, SubmissionPage, my_submissions, submission_page
from .public import (
    CallPage,
    Story,
    StoryStep,
    call_page,
    chosen_story,
    open_now,
    published_calls,
    upcoming_calls,
)
from .waiting import waiting
from .work import Load, Overview, calls_at_work, manager_overview

__all__ = [
    "CallPage",
    "EntryPage",
    "JuryList",
    "JuryRow",
    "Load",
    "MarkSheet",
    "MySubmissions",
    "Overview",
    "Row",
    "Sheet",
    "SheetRow",
    "Story",
    "StoryStep",
    "SubmissionPage",
    "call_page",
    "calls_at_work",
    "chair_table",
    "chosen_story",
    "entry_page",
    "juror_labels",
    "jury_list",
    "manager_overview",
    "may_open",
    "my_submissions",
    "open_now",
    "published_calls",
    "screening_queue",
    "submission_page",
    "upcoming_calls",
    "waiting",
]
