"""What goes when a person's data are erased, and what stays under a role.

Sealed verdicts hold entry numbers, marks and numbered jurors, and public faces hold no answers: nothing that
is forgotten here is in either."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from summitry.people.acts.erasure import nobody
from summitry.people.models import Person, User, scope_of
from summitry.record import acts as record
from summitry.record.queries import entries_about
from summitry.text.value import Text

from . import acts, fields, personal_after, personal_asked, personal_bars, personal_jury
from .acts.common import lock, lock_submission
from .acts.submitting import drop
from .conflicts import keep
from .fields.parties import Parties
from .models import (
    Assessment,
    Assignment,
    Call,
    CoApplicant,
    Comparison,
    Decision,
    Imported,
    PublicVote,
    Ranking,
    Screening,
    StageRun,
    Submission,
    Upload,
)

UNSEALED = (Call.State.OPEN, Call.State.CLOSED)
ENDINGS = (*Assignment.BY_ITSELF, "taken back")  # of assignments, that say nothing of a person


def addresses(user: User) -> set[str]:
    """Her addresses in lower case; one that she has not confirmed may be somebody else's."""
    verified = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return {user.email.lower(), *(one.lower() for one in verified)}


def naming(user: User) -> QuerySet[CoApplicant]:
    """The rows that name her as a co-applicant: hers, and those sent to her address and not answered."""
    rows = CoApplicant.objects.annotate(address=Lower("email"))
    return rows.filter(Q(person__user=user) | Q(person=None, address__in=addresses(user)))


class Names:
    """A person's names and addresses, found in words and replaced by what stands for an erased name."""

    def __init__(self, person: Person, addresses: Iterable[str]) -> None:
        self.instead = nobody()
        names = {unicodedata.normalize("NFC", name) for name in person.name.values.values()}
        names -= set(self.instead.values.values())
        known = [_bounded(name) for name in sorted(names, key=len, reverse=True) if len(name) > 1]
        known = [re.escape(one) for one in sorted(addresses, key=len, reverse=True)] + known
        self.pattern = re.compile("|".join(known), re.IGNORECASE)

    def word(self, language: str) -> str:
        return self.instead.best(language).value

    def out_of(self, words: str, language: str) -> str:
        return self.pattern.sub(lambda _found: self.word(language), words)

    def out_of_text(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """The same for a Text as JSON; the state of its translations stays."""
        texts = {
            code: {**one, "value": self.out_of(one["value"], code)} for code, one in stored["texts"].items()
        }
        return {**stored, "texts": texts}

    def out_of_answer(self, kind: fields.FieldKind, stored: Any, language: str) -> Any:
        """A public answer without her name, and without anybody's address: those are never public."""
        if isinstance(kind, Parties):
            return [self._party(one, language) for one in stored]
        if not kind.may_translate:
            return stored
        if isinstance(stored, Mapping):
            return self.out_of_text(stored)
        return self.out_of(stored, language)

    def _party(self, stored: Mapping[str, str], language: str) -> dict[str, str]:
        hers = self.pattern.search(f"{stored['name']}\n{stored.get('email', '')}")
        if hers:
            role = {"role": stored["role"]} if "role" in stored else {}
            return {"name": self.word(language), **role}
        return {key: words for key, words in stored.items() if key != "email"}

    def out_of_file_name(self, name: str) -> str:
        stem, dot, ending = name.rpartition(".")
        rest = self.pattern.sub("", stem if dot else name).strip(" ._-") or "file"
        return f"{rest}{dot}{ending}" if dot else rest


def _bounded(name: str) -> str:
    """A pattern for a name, whatever divides its parts; in scripts with spaces it stands by itself."""
    pattern = r"[\W_]+".join(re.escape(part) for part in name.split())
    cased = name.lower() != name.upper()
    return rf"(?<![^\W_]){pattern}(?![^\W_])" if cased else pattern


def forget(user: User, person: Person) -> None:
    """Deletes her drafts, withdraws what she sent to calls that are not decided, and takes her out of what
    stays: marks, findings and decisions under their roles, accepted entries with their public answers."""
    names = Names(person, addresses(user))
    for submission in Submission.objects.filter(applicant=person).select_related("call").order_by("pk"):
        _forget_submission(user, submission, names)
    for row in naming(user).select_related("submission__call").order_by("pk"):
        _forget_co_applicant(row, names)
    _forget_judging(person, names)
    personal_bars.forget(user, person, names)
    personal_jury.forget(person)
    _forget_votes(person)
    personal_asked.forget(person, names)
    personal_after.forget(person, names)


def _forget_submission(user: User, submission: Submission, names: Names) -> None:
    submission = lock_submission(submission)
    if submission.is_draft:
        acts.discard_draft(user, submission)
        return
    if submission.state == Submission.State.SUBMITTED and submission.call.state in UNSEALED:
        call, submission = submission.call, acts.withdraw(user, submission)
        submission.call = call
    gone = Q(confirmed_at=None) | Q(removed_at__isnull=False)  # nobody can agree any more
    if submission.state == Submission.State.RESERVE and not submission.co_applicants.exclude(gone).exists():
        call, submission = submission.call, acts.decline(user, submission)  # nobody is left who could move up
        submission.call = call
    for row in submission.co_applicants.filter(gone):
        row.removed_at = row.removed_at or timezone.now()
        _empty(row, names, submission)
    # Before publication nothing may tell what was decided: then rejected entries keep what accepted ones do.
    stays = submission.state in {Submission.State.SUBMITTED, Submission.State.ACCEPTED}
    answers = {}
    if stays or submission.co_applicants.exclude(gone).exists():
        answers = _public_answers(submission, names)
    if not stays:
        submission.organisation = None
    _forget_files(submission, answers, names)
    Imported.objects.filter(submission=submission).delete()
    submission.answers = submission.draft = answers
    submission.draft_category, submission.receipt = submission.category, ""
    submission.version += 1
    submission.save()
    for entry in entries_about(scope_of(submission)).filter(
        kind__in=["calls.received", "calls.supplemented"]
    ):
        record.forget(entry, "answers", "receipt")


def _public_answers(submission: Submission, names: Names) -> dict[str, Any]:
    return {
        field.key: names.out_of_answer(
            fields.kind(field.kind), submission.answers[field.key], submission.language
        )
        for field in submission.call.rules.fields
        if field.visibility == "public" and field.key in submission.answers
    }


def _forget_files(submission: Submission, answers: Mapping[str, Any], names: Names) -> None:
    """Deletes the files that no kept answer names; those that stay lose her name."""
    gone: list[Any] = []
    for one in submission.uploads.all():
        if str(one.uid) not in answers.get(one.field, ()):
            gone.append(one.file)
            one.delete()
        elif (name := names.out_of_file_name(one.name)) != one.name:
            Upload.objects.filter(pk=one.pk).update(name=name)
    transaction.on_commit(lambda: drop(gone))


def _forget_co_applicant(row: CoApplicant, names: Names) -> None:
    """She steps back while nothing is decided; a request that she has not answered is closed."""
    submission = lock_submission(row.submission)
    row = lock(row)
    if row.removed_at is None and not (row.confirmed_at and submission.call.is_sealed):
        row.removed_at = timezone.now()
    _empty(row, names, submission)
    keep.entry_changed(submission)


def _empty(row: CoApplicant, names: Names, submission: Submission) -> None:
    row.name, row.contribution = names.word(submission.language), Text()
    row.email = f"{row.uid.hex}@erased.invalid"  # unique, and nobody's
    row.save(update_fields=["name", "contribution", "email", "removed_at"])


def _forget_judging(person: Person, names: Names) -> None:
    """Marks, comments, comparisons, rankings, findings and decisions stay under their roles; notes go, and
    what was never sent or was undone.

    The reasons for departures stay too: the public face of the verdict holds them."""
    marks = Assessment.objects.filter(juror=person)
    lists = Assignment.objects.filter(juror=person)
    sent = marks.filter(
        submission=OuterRef("submission"), stage=OuterRef("stage"), sent_at__isnull=False, voided_at=None
    )
    undone = lists.filter(ended_at=None, submission__call__state__in=UNSEALED).exclude(Exists(sent))
    undone.exclude(stage__state=StageRun.State.CLOSED).update(ended_at=timezone.now(), end_reason="left")
    lists.exclude(end_reason__in=["", *ENDINGS]).update(end_reason="")
    marks.filter(sent_at=None).delete()
    Comparison.objects.filter(juror=person, undone_at__isnull=False).delete()
    Ranking.objects.filter(juror=person, sent_at=None).delete()
    marks.filter(voided_at__isnull=False).update(comment="")
    marks.update(note="")
    for one in marks.exclude(comment="").select_related("submission"):
        if (words := names.out_of(one.comment, one.submission.language)) != one.comment:
            marks.filter(pk=one.pk).update(comment=words)
    for given in (Screening.objects.filter(screener=person), Decision.objects.filter(decided_by=person)):
        for found in given:
            if (reason := Text.from_json(names.out_of_text(found.reason.to_json()))) != found.reason:
                found.reason = reason
                found.save(update_fields=["reason"])


def _forget_votes(person: Person) -> None:
    """A vote goes with its account while it could still be taken back; one that was counted stays nobody's,
    and what it came from is forgotten."""
    hers = PublicVote.objects.filter(voter=person)
    hers.exclude(stage__state=StageRun.State.CLOSED).delete()
    hers.exclude(origin="").update(origin="")
