"""What the applicant’s pages ask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from summitry.people.models import Organisation, scope_of
from summitry.record.models import Entry
from summitry.record.queries import entries_about

from .. import checks, eligibility, fields, sight
from ..models import Call, CoApplicant, Submission, Upload
from ..rules import Category, Field, Section


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


MOST = 10  # organisations for which conditions are told beforehand


def told_early(user: Any, call: Call) -> list[eligibility.Early]:
    """What can be told of the call's conditions before one writes: as a person, and for each of the
    organisations to which one belongs. No query in a call without conditions."""
    person = getattr(user, "person", None) if call.rules.eligibility else None
    if person is None:
        return []
    return eligibility.early(call, person, list(organisations_of(user)[:MOST]))


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
        where = f"{key}-" if field else ("" if key == "eligibility" else key)
        problems += [Problem(where, label, one) for one in messages]
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
