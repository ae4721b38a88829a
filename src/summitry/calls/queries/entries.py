"""One entry as somebody's duties show it: the visible answers, names, marks and files, and no more."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from summitry.people.models import Mandate, Organisation, Person, Role, scope_of
from summitry.text.value import Text

from .. import fields, sight
from ..models import Assessment, Assignment, Call, CoApplicant, Screening, Submission, Upload
from ..rules import Category, Field, RuleSet, Section, Stage
from ..stages.base import Sight


@dataclass(frozen=True, slots=True)
class Row:
    """A question with its answer as pages show it."""

    field: Field
    shown: fields.Shown


@dataclass(frozen=True, slots=True)
class File:
    """A file whose own name would tell whose it is."""

    uid: Any
    name: str
    size: int
    field: str
    digest: str


@dataclass(frozen=True, slots=True)
class MarkSheet:
    """One juror's marks, under the name by which the public knows her. The note is for the chair alone."""

    juror: Text | str
    stage: Stage
    marks: dict[str, int]
    comment: str
    note: str
    own: bool


@dataclass(frozen=True, slots=True)
class EntryPage:
    """An entry as one reader's duties show it. What she may not see is not in it."""

    submission: Submission
    sight: Sight
    category: Category | None
    groups: list[tuple[Section | None, list[Row]]]
    applicant: Person | None
    organisation: Organisation | None
    co_applicants: list[CoApplicant]
    screenings: list[Screening]
    sheets: list[MarkSheet]
    assignment: Assignment | None  # the reader's own, in the stage that is open
    assessment: Assessment | None  # the reader's own, in the stage that is open

    @property
    def asks_about_conflict(self) -> bool:
        """She must first say whether she has a conflict."""
        rules = self.submission.call.rules
        return self.assignment is not None and rules.conflicts.declare and self.assignment.cleared_at is None


def visible_fields(rules: RuleSet, seen: Sight) -> list[Field]:
    """The fields that this sight opens."""
    return [
        field
        for field in rules.fields
        if (seen.hidden or field.visibility != "hidden_from_jurors") and (seen.names or not field.identifies)
    ]


def rows_of(
    submission: Submission, visible: Iterable[Field], names: bool
) -> list[tuple[Section | None, list[Row]]]:
    """The sent answers to the visible fields under their headings. One query if there are files."""
    rules = submission.call.rules
    wanted = {field.key: field for field in visible}
    files = any(fields.kind(field.kind).holds_files for field in wanted.values())
    context = submission.context(files)
    if not names and files:
        masked = {
            uid: File(one.uid, _masked(one, at), one.size, one.field, one.digest)
            for at, (uid, one) in enumerate(context.uploads.items(), 1)
        }
        context = fields.Context(context.language, context.languages, masked)
    found: list[tuple[Section | None, list[Row]]] = []
    for section, listed in rules.in_sections():
        rows = [
            Row(field, fields.kind(field.kind).show(field, submission.answers[field.key], context))
            for field in listed
            if field.key in wanted and field.key in submission.answers
        ]
        if rows:
            found.append((section, rows))
    return found


def _masked(upload: Upload, at: int) -> str:
    ending = upload.name.rpartition(".")[2] if "." in upload.name else ""
    name = _("File %(number)d") % {"number": at}
    return f"{name}.{ending}" if ending else name


def juror_labels(call: Call) -> dict[int, Text | str]:
    """Person -> the name by which the public knows a juror: her mandate's label, else a number in the order
    of appointment. One query."""
    held = Mandate.objects.filter(scope=scope_of(call), role=Role.JUROR).order_by("since", "pk")
    found: dict[int, Text | str] = {}
    for mandate in held:
        if mandate.person_id not in found or mandate.label:
            found[mandate.person_id] = mandate.label or _("Juror %(number)d") % {"number": len(found) + 1}
    return found


def sheets_of(submission: Submission, seen: Sight, reader: Person | None) -> list[MarkSheet]:
    """The marks that this sight opens. Two queries."""
    if seen.marks == "none":
        return []
    call = submission.call
    sent = submission.assessments.filter(sent_at__isnull=False, voided_at=None).select_related("stage")
    listed = list(sent.order_by("stage__position", "pk"))
    own_stages = {one.stage_id for one in listed if reader and one.juror_id == reader.pk}
    labels = juror_labels(call)
    found = []
    for one in listed:
        own = reader is not None and one.juror_id == reader.pk
        if seen.marks == "own" and not own:
            continue
        if seen.marks == "after_own" and one.stage_id not in own_stages:
            continue
        one.stage.call = call
        note = one.note if own or seen.marks == "all" else ""
        label = labels.get(one.juror_id, _("Juror"))
        found.append(
            MarkSheet(
                label, one.stage.rule.within(submission.category), dict(one.marks), one.comment, note, own
            )
        )
    return found


def entry_page(user: Any, ref: str) -> EntryPage | None:
    """The entry with this number as the user's duties show it; None if they show her nothing of it, for
    whatever reason. At most eighteen queries, whatever its size."""
    submission = (
        Submission.objects.on_duty_of(user)
        .filter(ref=ref)
        .select_related("call", "organisation", "applicant")
        .first()
    )
    if submission is None:
        return None
    seen = sight.of(user, submission)
    call, rules = submission.call, submission.call.rules
    reader = getattr(user, "person", None)
    run = call.stages.open().allowing("assess").first()
    assignment = assessment = None
    if run is not None and reader is not None:
        assignment = run.assignments.filter(submission=submission, juror=reader, ended_at=None).first()
        if assignment is not None:
            assessment = run.assessments.filter(submission=submission, juror=reader).first()
    screenings = (
        list(submission.screenings.select_related("stage").order_by("stage__position")) if seen.hidden else []
    )
    for one in screenings:
        one.stage.call = call
    agreed = submission.co_applicants.filter(confirmed_at__isnull=False, removed_at=None).select_related(
        "person"
    )
    return EntryPage(
        submission=submission,
        sight=seen,
        category=rules.category(submission.category),
        groups=rows_of(submission, visible_fields(rules, seen), seen.names),
        applicant=submission.applicant if seen.names else None,
        organisation=submission.organisation if seen.names else None,
        co_applicants=list(agreed) if seen.names else [],
        screenings=screenings,
        sheets=sheets_of(submission, seen, reader),
        assignment=assignment,
        assessment=assessment,
    )


def may_open(user: Any, upload: Upload) -> bool:
    """Whether a user may open a file: her own submission's, or one in a sent answer that her duties show
    her."""
    submission = upload.submission
    if Submission.objects.of(user).filter(pk=submission.pk).exists():
        return True
    seen = sight.of(user, submission)
    if seen.entries == "none":
        return False
    visible = {field.key for field in visible_fields(submission.call.rules, seen)}
    return upload.field in visible and str(upload.uid) in submission.answers.get(upload.field, [])
