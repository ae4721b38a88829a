"""What leaves in tables: submissions, assessments, a juror's sheet. Each yields rows, the headings first."""

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from summitry.text.tables import Column
from summitry.text.templatetags.text import plain

from .. import sight
from ..bulk import cells, incoming, marks
from ..models import Assessment, Call, Submission
from ..rules import RuleSet
from ..stages.base import Sight
from .entries import juror_labels
from .judges import jury_list

PART = 200  # entries that are in memory at a time


def _entries(call: Call, user: Any) -> QuerySet[Submission]:
    return Submission.objects.on_duty_of(user).filter(call=call)


def _translated(call: Call, user: Any) -> dict[str, set[str]]:
    """Question -> the languages of its answers beside those of their entries. One query, streamed."""
    asked = [field.key for field in call.rules.fields if field.translatable]
    found: dict[str, set[str]] = {key: set() for key in asked}
    if asked:
        rows = _entries(call, user).order_by().values_list("language", "answers")
        for language, answers in rows.iterator(chunk_size=PART):
            for key in asked:
                if isinstance(stored := answers.get(key), Mapping):
                    found[key].update(code for code in stored["texts"] if code != language)
    return found


def submission_columns(call: Call, user: Any) -> list[Column]:
    """The columns of the table of submissions. One query."""
    codes = _translated(call, user)
    order = incoming.languages_of(call.rules)
    known = {key: [code for code in order if code in some] for key, some in codes.items()}
    return incoming.columns(call.rules, known)


def submission_rows(call: Call, user: Any) -> Iterator[list[str]]:
    """What was sent, as far as this user's duties show it; a table of this form can be taken in again. Two
    queries, and two for each two hundred entries."""
    columns = submission_columns(call, user)
    yield [one.heading for one in columns]
    found = (
        _entries(call, user)
        .select_related("applicant__user", "organisation", "imported")
        .prefetch_related("uploads")
        .order_by("number")
    )
    for one in found.iterator(chunk_size=PART):
        one.call = call
        given = _cells(one)
        yield [given.get(column.key, "") for column in columns]


def _cells(one: Submission) -> dict[str, str]:
    account, context = one.applicant.user, one.context()
    given = {
        incoming.ID: one.imported.key if hasattr(one, "imported") else one.ref,
        incoming.NUMBER: one.ref,
        incoming.STATE: one.state,
        incoming.SENT: _clock(one.sent_at),
        incoming.CATEGORY: one.category,
        incoming.LANGUAGE: one.language,
        incoming.NAME: one.applicant.name.get(one.applicant.name.source),
        incoming.EMAIL: account.email if account else "",
        incoming.ORGANISATION: one.organisation.slug if one.organisation else "",
        incoming.ORGANISATION_NAME: str(one.organisation.name) if one.organisation else "",
    }
    for field in one.call.rules.fields:
        given |= cells.write(field, one.answers.get(field.key), context)
    return given


def _clock(moment: Any) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if moment else ""


def _mark_columns(call: Call) -> list[tuple[str, str, Column]]:
    """(stage, criterion, column) of everything that is marked in a call."""
    return [
        (stage.key, one.key, Column(f"mark.{stage.key}.{one.key}", f"{stage.name}: {one.label}"))
        for stage in call.rules.stages
        for one in stage.criteria
    ]


def assessment_rows(call: Call, user: Any) -> Iterator[list[object]]:
    """The marks that were sent and stand, one row for each juror and entry, jurors under the names by which
    the public knows them; for those whose duties show all marks, of the entries that they show her. Four
    queries at most."""
    seen = sight.over(user, call)
    asked = _mark_columns(call)
    before = [
        Column("entry.number", _("Number")),
        Column("entry.title", _("Title")),
        Column("entry.category", _("Category")),
        Column("stage", _("Stage")),
        Column("juror", _("Juror")),
    ]
    after = [
        Column("comment", _("Comment")),
        Column("note", _("Note to the chair")),
        Column("sent", _("Sent (UTC)")),
    ]
    columns = (one.heading for one in [*before, *(column for _key, _name, column in asked), *after])
    yield list(columns)
    if seen.marks != "all":
        return
    labels = juror_labels(call)
    found = (
        Assessment.objects.filter(submission__in=_entries(call, user), sent_at__isnull=False, voided_at=None)
        .select_related("submission", "stage")
        .order_by("submission__number", "stage__position", "pk")
    )
    for one in found.iterator(chunk_size=PART):
        one.submission.call = call
        given = {(one.stage.key, key): mark for key, mark in one.marks.items()}
        yield [
            one.submission.ref,
            plain(_title(one.submission, call.rules, seen)),
            one.submission.category,
            one.stage.key,
            plain(labels.get(one.juror_id, "")),
            *(given.get((stage, criterion), "") for stage, criterion, _column in asked),
            one.comment,
            one.note,
            _clock(one.sent_at),
        ]


def _title(submission: Submission, rules: RuleSet, seen: Sight) -> Any:
    """What an entry is called for whom this sight is; its number if that would tell too much."""
    field = rules.by_role("title")
    told = field is not None and (seen.names or not field.identifies)
    if field is None or not told or (field.visibility == "hidden_from_jurors" and not seen.hidden):
        return submission.ref
    return submission.title or submission.ref


def sheet_rows(user: Any, call: Call) -> list[list[object]] | None:
    """A juror's sheet in the open stage: her entries with which she has said that she has no conflict, and
    what she has said of them; None without a stage that is open. Three queries."""
    listed = jury_list(user, call)
    if listed is None or not listed.stage.is_open:
        return None
    stage, seen = listed.stage.rule, Sight(names=not call.rules.blind)
    rows: list[list[object]] = [[one.heading for one in marks.columns(stage)]]
    for one in listed.rows:
        if one.assignment.cleared_at is None and call.rules.conflicts.declare:
            continue
        title = plain(_title(one.submission, call.rules, seen))
        rows.append(marks.row(stage, one.submission.ref, title, one.assessment))
    return rows
