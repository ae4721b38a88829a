"""What may be asked about calls."""

from .answers import Appeals, appeals_of, reserve_list
from .chair import Sheet, SheetRow, chair_table
from .comparing import PairPage, RankPage, pair_page, rank_page
from .entries import EntryPage, MarkSheet, Row, entry_page, juror_labels, may_open
from .judges import JuryList, JuryRow, jury_list, screening_queue
from .owing import owed_by, owes
from .own import MySubmissions, SubmissionPage, my_submissions, submission_page
from .pitching import RunningOrder, running_order
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
from .voting import VotePage, VotesPage, front_run, vote_page, votes_page
from .waiting import waiting
from .work import Load, Overview, calls_at_work, manager_overview

__all__ = [
    "Appeals",
    "CallPage",
    "EntryPage",
    "JuryList",
    "JuryRow",
    "Load",
    "MarkSheet",
    "MySubmissions",
    "Overview",
    "PairPage",
    "RankPage",
    "Row",
    "RunningOrder",
    "Sheet",
    "SheetRow",
    "Story",
    "StoryStep",
    "SubmissionPage",
    "VotePage",
    "VotesPage",
    "appeals_of",
    "call_page",
    "calls_at_work",
    "chair_table",
    "chosen_story",
    "entry_page",
    "front_run",
    "juror_labels",
    "jury_list",
    "manager_overview",
    "may_open",
    "my_submissions",
    "open_now",
    "owed_by",
    "owes",
    "pair_page",
    "published_calls",
    "rank_page",
    "reserve_list",
    "running_order",
    "screening_queue",
    "submission_page",
    "upcoming_calls",
    "vote_page",
    "votes_page",
    "waiting",
]
