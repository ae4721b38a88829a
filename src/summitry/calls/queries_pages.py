"""What the pages of calls ask beside `calls.queries`. Each says how many SQL queries it costs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import rules as predicates
from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import Invitation, Mandate, Organisation, Person, scope_of
from summitry.people.queries import holders
from summitry.record import registry
from summitry.record.models import Entry
from summitry.record.queries import entries_about
from summitry.text.value import Text

from . import checks, fields, sight, stages
from .models import Assessment, Assignment, Call, CoApplicant, Decision, RuleSet, StageRun, Submission, Upload
from .queries.public import accepted_in
from .rules import Category, Field, Section
from .rules import RuleSet as Rules


@dataclass(frozen=True, slots=True)
class Step:
    """One stage as `.crossing` draws it: state is "done", "now" or "todo"."""

    name: Any
    opens: datetime | None
    closes: datetime | None
    state: str
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A frozen version of the rules with its entry in the record."""

    version: int
    reason: Text
    digest: str
    made_at: Any
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Detail:
    call: Call
    rules: Rules
    steps: list[Step]
    versions: list[Version]
    languages: list[str]


def earlier_calls() -> QuerySet[Call]:
    """Calls that are over: published or being judged, the last to close first."""
    now = timezone.now()
    return (
        Call.objects.public()
        .filter(Q(closes_at__lt=now) | ~Q(state=Call.State.OPEN))
        .order_by(F("closes_at").desc(nulls_last=True), "-pk")
    )


def steps_of(call: Call, runs: Iterable[StageRun], entries: Mapping[tuple[str, str], Entry]) -> list[Step]:
    """The way of a call: submissions, each stage, the answer. No query."""
    state = "todo"
    if call.is_accepting():
        state = "now"
    elif call.closed_at or (call.closes_at and call.closes_at < timezone.now()):
        state = "done"
    found = [Step(_("Submissions"), call.opens_at, call.closes_at, state, entries.get(("calls.closed", "")))]
    states = {StageRun.State.PENDING: "todo", StageRun.State.OPEN: "now", StageRun.State.CLOSED: "done"}
    by_key = {run.key: run for run in runs}
    for stage in call.rules.stages:
        run = by_key.get(stage.key)
        entry = entries.get(("calls.stage_closed", stage.key))
        found.append(
            Step(stage.name, stage.opens_at, stage.closes_at, states[run.state] if run else "todo", entry)
        )
    return found


def _entries(call: Call) -> list[Entry]:
    return list(entries_about(scope_of(call)))


def _by_stage(entries: Iterable[Entry]) -> dict[tuple[str, str], Entry]:
    return {(one.kind, str(one.facts.get("key", ""))): one for one in entries}


def detail(slug: str, user: Any) -> Detail | None:
    """A call's public page, None if there is none for this user. Four queries."""
    call = Call.objects.filter(slug=slug).first()
    if call is None or (
        call.state == Call.State.DRAFT
        and not (user.is_authenticated and predicates.has_perm("calls.view_call", user, call))
    ):
        return None
    entries = _entries(call)
    codes = list(call.rules.languages) or list(settings.CONTENT_LANGUAGES)
    steps = steps_of(call, call.stages.all(), _by_stage(entries))
    return Detail(call, call.rules, steps, _versions(call, entries), codes)


def _versions(call: Call, entries: Iterable[Entry]) -> list[Version]:
    """The frozen rules, the newest first, each with the entry that holds its digest. One query."""
    by_digest = {str(one.facts.get("rules")): one for one in entries if one.facts.get("rules")}
    return [
        Version(one.version, one.reason, one.digest, one.made_at, by_digest.get(one.digest))
        for one in RuleSet.objects.filter(call=call).defer("rules").order_by("-version")
    ]


def ahead(call: Call) -> list[Step]:
    """What is still to come, for a receipt. One query."""
    return [one for one in steps_of(call, call.stages.all(), {})[1:] if one.state != "done"]


# -- the applicant --------------------------------------------------------------------------------


def organisations_of(user: Any, also: Organisation | None = None) -> QuerySet[Organisation]:
    """Organisations that the user belongs to today, and one more if it is chosen already. A queryset."""
    today = date.today()  # noqa: DTZ011  (a day of affiliation has no zone)
    now = Q(affiliations__until__isnull=True) | Q(affiliations__until__gte=today)
    where = Q(affiliations__person__user=user) & now
    if also is not None:
        where |= Q(pk=also.pk)
    return Organisation.objects.filter(where).distinct().order_by("pk")


def own_of_call(user: Any, call: Call) -> list[Submission]:
    """What one has begun or sent in this call. One query."""
    found = list(Submission.objects.of(user).filter(call=call).order_by("-started_at")[:50])
    for one in found:
        one.call = call
    return found


def standing_beside(submission: Submission) -> list[CoApplicant]:
    """Co-applicants that were named and not removed. One query."""
    return list(submission.co_applicants.filter(removed_at=None).select_related("person"))


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with its answer as pages show it."""

    field: Field
    shown: fields.Shown


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a submission from being sent: the question (an empty key for none) and what is wrong."""

    key: str
    label: Any
    message: str


@dataclass(frozen=True, slots=True)
class CheckPage:
    problems: list[Problem]
    groups: list[tuple[Section | None, list[Answer]]]
    category: Category | None
    co_applicants: list[CoApplicant]


def grouped(
    submission: Submission, answers: Mapping[str, Any], visible: Iterable[str] | None = None
) -> list[tuple[Section | None, list[Answer]]]:
    """Answers under the headings of the rules; only the fields that are `visible`, if it is given. One
    query."""
    rules, context = submission.call.rules, submission.context()
    wanted = None if visible is None else set(visible)
    found = []
    for section, asked in rules.in_sections():
        shown = [
            Answer(field, fields.kind(field.kind).show(field, answers[field.key], context))
            for field in asked
            if field.key in answers and (wanted is None or field.key in wanted)
        ]
        if kept := [one for one in shown if one.shown]:
            found.append((section, kept))
    return found


def check_page(submission: Submission) -> CheckPage:
    """The draft as it would be sent, and what is wrong with it. Three queries."""
    rules = submission.call.rules
    kept, _wrong = checks.clean_answers(submission, submission.draft)
    problems = []
    for key, messages in checks.unfinished(submission).items():
        field = rules.field(key)
        label: Any = field.label if field else (_("Category") if key == "category" else "")
        problems += [Problem(f"{key}-" if field else key, label, one) for one in messages]
    category = rules.category(submission.draft_category)
    return CheckPage(problems, grouped(submission, kept), category, standing_beside(submission))


def entry_of(submission: Submission) -> Entry | None:
    """The entry of the record that says that it arrived last. One query."""
    return entries_about(scope_of(submission)).filter(kind="calls.received").last()


def file_name_for(user: Any, upload: Upload) -> str:
    """A file's name as this user may read it: a name can tell who applies. At most six queries."""
    submission = upload.submission
    if Submission.objects.of(user).filter(pk=submission.pk).exists() or sight.of(user, submission).names:
        return upload.name
    ending = upload.name.rpartition(".")[2] if "." in upload.name else ""
    return f"{submission.ref}-{upload.field}" + (f".{ending}" if ending else "")


# -- judging --------------------------------------------------------------------------------------


def title_for(submission: Submission, names: bool, hidden: bool) -> Text | str:
    """What an entry is called for somebody who may know `names`, and read `hidden` fields; else its number."""
    field = submission.call.rules.by_role("title")
    seen = field is not None and (names or not field.identifies)
    if seen and (hidden or field.visibility != "hidden_from_jurors") and (title := submission.title):
        return title
    return submission.ref


def public_title(submission: Submission) -> Text | str:
    """What the public calls a published entry; its number if the title is not for the public."""
    field = submission.call.rules.by_role("title")
    return (submission.title if field and field.visibility == "public" else "") or submission.ref


def within(submission: Submission, call: Call) -> Submission:
    """The submission knowing its call, so that nothing asks for it again."""
    submission.call = call
    return submission


def screening_counts(queue: QuerySet[Submission]) -> dict[str, int]:
    """How many wait, passed, failed. One query."""
    counts = queue.order_by().aggregate(
        all=Count("pk", distinct=True),
        passed=Count("pk", filter=Q(screenings__passed=True), distinct=True),
        failed=Count("pk", filter=Q(screenings__passed=False), distinct=True),
    )
    waits = counts["all"] - counts["passed"] - counts["failed"]
    return {"waits": waits, "passed": counts["passed"], "failed": counts["failed"]}


def screened(queue: QuerySet[Submission], which: str) -> QuerySet[Submission]:
    """The part of a queue that "waits", "passed" or "failed"."""
    if which == "waits":
        return queue.filter(screened=False)
    return queue.filter(screenings__passed=which == "passed").distinct()


def entries_of(call: Call, user: Any) -> QuerySet[Submission]:
    """What was sent to a call, as far as this user's duties show it."""
    return Submission.objects.on_duty_of(user).filter(call=call).select_related("organisation").order_by("number")


# -- the people of a call -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Team:
    mandates: list[Mandate]
    invitations: list[Invitation]


def team(call: Call) -> Team:
    """Who holds a duty in a call, and who was asked. Two queries."""
    asked = Invitation.objects.filter(
        scope=scope_of(call), accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    ).order_by("role", "pk")
    return Team(list(holders(scope_of(call))), list(asked))


# -- assignments ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Load:
    juror: Person
    label: Text
    count: int
    sent: int


@dataclass(frozen=True, slots=True)
class Jury:
    """Who marks how much in one stage."""

    run: StageRun | None
    loads: list[Load]
    wanted: int
    most: int | None

    @property
    def due(self) -> int:
        return sum(one.count - one.sent for one in self.loads)


def jury(call: Call) -> Jury:
    """The stage that takes assignments and each juror's load. Four queries."""
    kinds = [kind.key for kind in stages.every() if "assign" in kind.allows]
    runs = list(call.stages.filter(kind__in=kinds).order_by("position"))
    run = next((one for one in runs if one.state != StageRun.State.CLOSED), runs[-1] if runs else None)
    mandates = list(holders(scope_of(call), "juror"))
    counts: dict[int, int] = {}
    sent: dict[int, int] = {}
    if run is not None:
        run.call = call
        listed = run.assignments.filter(ended_at=None)
        counts = dict(listed.values_list("juror").annotate(n=Count("pk")))
        marks = Assessment.objects.filter(
            submission=OuterRef("submission"),
            juror=OuterRef("juror"),
            stage=run,
            sent_at__isnull=False,
            voided_at=None,
        )
        sent = dict(listed.filter(Exists(marks)).values_list("juror").annotate(n=Count("pk")))
    loads = [
        Load(one.person, one.label, counts.get(one.person_id, 0), sent.get(one.person_id, 0))
        for one in mandates
    ]
    wanted, most = (run.rule.option("per_entry", 3), run.rule.option("most")) if run else (3, None)
    return Jury(run, loads, wanted, most)


def entries_to_assign(call: Call) -> QuerySet[Submission]:
    """Entries in the running with their number of jurors."""
    return (
        call.submissions.in_the_running()
        .annotate(jurors=Count("assignments", filter=Q(assignments__ended_at=None), distinct=True))
        .order_by("number")
    )


@dataclass(frozen=True, slots=True)
class AssignedRow:
    """An entry with its jurors: (assignment, how the juror is called, whether her marks are in)."""

    entry: Submission
    jurors: list[tuple[Assignment, Any, bool]]


def assignment_rows(call: Call, jury: Jury, entries: Iterable[Submission]) -> list[AssignedRow]:
    """The assignments of some entries. Two queries."""
    shown = list(entries)
    labels = {one.juror.pk: one.label or one.juror.name for one in jury.loads}
    found: dict[int, list[tuple[Assignment, Any, bool]]] = {one.pk: [] for one in shown}
    if jury.run is not None:
        sent = set(
            jury.run.assessments.filter(
                submission__in=found, sent_at__isnull=False, voided_at=None
            ).values_list("submission_id", "juror_id")
        )
        listed = jury.run.assignments.filter(ended_at=None, submission__in=found).select_related("juror")
        for one in listed.order_by("pk"):
            label = labels.get(one.juror_id) or one.juror.name
            found[one.submission_id].append((one, label, (one.submission_id, one.juror_id) in sent))
    for entry in shown:
        entry.call = call
    return [AssignedRow(entry, found[entry.pk]) for entry in shown]


# -- the manager ----------------------------------------------------------------------------------


def steps_and_versions(call: Call) -> tuple[list[Step], list[Version]]:
    """The way of a call and its frozen rules. Three queries."""
    entries = _entries(call)
    return steps_of(call, call.stages.all(), _by_stage(entries)), _versions(call, entries)


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A call on the list of somebody who works on it: (label, address) of what she can do there."""

    call: Call
    sent: int
    links: list[tuple[str, str]]


def work_rows(user: Any, calls: Iterable[Call]) -> list[WorkRow]:
    """Calls with the number of entries and what this user does there. Two queries."""
    shown = list(calls)
    sent = dict(
        Submission.objects.sent()
        .filter(call__in=shown)
        .order_by()
        .values_list("call")
        .annotate(n=Count("pk"))
    )
    runs: dict[int, list[StageRun]] = {one.pk: [] for one in shown}
    for run in StageRun.objects.filter(call__in=shown).order_by("position"):
        runs[run.call_id].append(run)
    return [WorkRow(one, sent.get(one.pk, 0), _links(user, one, runs[one.pk])) for one in shown]


def _links(user: Any, call: Call, runs: list[StageRun]) -> list[tuple[str, str]]:
    """Where a user's duties lead in one call: only where the stage has begun."""
    begun = [run for run in runs if run.state != StageRun.State.PENDING]
    doors = [
        ("calls.manage_call", "calls:manage", _("Manage"), ""),
        ("calls.see_screening", "calls:screening", _("Screen"), "screen"),
        ("calls.see_jury", "calls:marking", _("Score"), "assess"),
        ("calls.see_sheet", "calls:sheet", _("Deliberate"), "decide"),
    ]
    return [
        (label, reverse(name, args=[call.slug]))
        for permission, name, label, deed in doors
        if predicates.has_perm(permission, user, call)
        and (not deed or any(deed in stages.kind(run.kind).allows for run in begun))
    ]


def answers_of(call: Call) -> QuerySet[Decision]:
    """Every decision of a call, accepted first, with what its letter needs."""
    return (
        Decision.objects.filter(submission__call=call)
        .exclude(submission__state__in=["draft", "withdrawn"])
        .select_related("submission__call", "submission__applicant__user", "submission__organisation")
        .order_by("result", F("computed_rank").asc(nulls_last=True), "pk")
    )


def export_rows(call: Call, user: Any) -> Iterator[list[Any]]:
    """A table of what was sent: a line of headings, then one entry each, read 200 at a time."""
    rules = call.rules
    yield [
        _("Number"),
        _("State"),
        _("Category"),
        _("Applicant"),
        _("E-mail"),
        _("Organisation"),
        _("Language"),
        _("Sent (UTC)"),
        *(str(one.label) for one in rules.fields),
    ]
    found = (
        Submission.objects.on_duty_of(user)
        .filter(call=call)
        .select_related("applicant__user", "organisation")
        .prefetch_related("uploads")
        .order_by("number")
    )
    for one in found.iterator(chunk_size=200):
        one.call = call
        context = one.context()
        category = rules.category(one.category)
        account = one.applicant.user
        yield [
            one.ref,
            one.get_state_display(),
            category.name if category else "",
            one.applicant.name,
            account.email if account else "",
            one.organisation.name if one.organisation else "",
            one.language,
            f"{one.sent_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if one.sent_at else "",
            *(_cell(field, one.answers.get(field.key), context) for field in rules.fields),
        ]


def _cell(field: Field, stored: Any, context: fields.Context) -> str:
    if stored is None:
        return ""
    parts = fields.kind(field.kind).show(field, stored, context).parts
    return "; ".join(str(getattr(one, "url", None) or getattr(one, "name", None) or one) for one in parts)


# -- results --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Results:
    """What was accepted in a published call, by tier and then by the order."""

    call: Call
    entry: Entry | None
    digest: str
    sent: int
    accepted: list[Decision]


def results(slug: str) -> Results | None:
    """None before publication. Four queries."""
    call = Call.objects.filter(slug=slug, state=Call.State.PUBLISHED).select_related("verdict").first()
    if call is None:
        return None
    sealed = entries_about(scope_of(call.verdict)).filter(kind="calls.sealed").last()
    return Results(call, sealed, call.verdict.digest, call.submissions.sent().count(), accepted_in(call))


def address_of(subject: str) -> str:
    """The page of what came of an entry, empty if it has none."""
    name, key = registry.split(subject)
    known = registry.subjects.get(name)
    return (known.url(key) or "") if known and known.url else ""
