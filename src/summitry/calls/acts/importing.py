"""Submissions taken in from a table, all of them or none."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.acts import ensure_person
from summitry.people.models import Organisation, Person, User, scope_of
from summitry.record.act import act, require
from summitry.record.acts import enter
from summitry.text.moments import exact
from summitry.text.tables import Fault, Faults, Table
from summitry.text.value import Text

from .. import checks, eligibility, fields
from ..bulk import incoming
from ..bulk.incoming import Row
from ..codec import digest
from ..conflicts import keep
from ..models import Call, Imported, Submission
from ..rules import Field
from .common import lock, manager_of
from .submitting import _check_organisation, receive, stamp


@dataclass(frozen=True, slots=True)
class Taken:
    """What a table did, or would do: ids by what became of their entries. barred: those with which the actor
    has a conflict, or that are her own; they are left as they are."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    barred: tuple[str, ...]


@act
def import_submissions(
    actor: User, call: Call, table: Table, *, now: datetime | None = None, dry_run: bool = False
) -> Taken:
    """Take in the submissions of a table, each checked as if it were sent: all of them or none.

    A row is known again by its id: the same row changes nothing, another one changes its entry as long as
    nobody else has. An applicant is the account with this confirmed address, else a person without one. While
    the call takes submissions; `now` is when the request arrived. dry_run: everything is checked and nothing
    is left. Raises Faults with everything that is wrong, by row and column."""
    now = now or timezone.now()
    require(actor, "calls.import_submissions", call)
    call = lock(call)
    if not call.is_accepting(now):
        raise ValidationError(
            _("Entries can be taken in only while the call takes submissions. It is %(now)s.")
            % {"now": exact(now)},
            code="closed",
        )
    rows, faults = incoming.parse(table, call.rules)
    with transaction.atomic():
        work = _Importer(actor, call, now, rows)
        work.run()
        faults += work.faults
        if faults or dry_run:
            transaction.set_rollback(True)
    if faults:
        raise Faults(faults)
    if not dry_run and work.written:
        _announce(actor, call, work)
    return Taken(*(tuple(work.done[what]) for what in ("new", "changed", "unchanged", "barred")))


def _announce(actor: User, call: Call, work: "_Importer") -> None:
    by = manager_of(actor, call)
    for submission, again in work.written:
        receive(submission, again, by=by, actor=actor)
    enter(
        "calls.imported",
        subject=scope_of(call),
        facts={
            "call": call.slug,
            "title": call.title,
            "new": len(work.done["new"]),
            "changed": len(work.done["changed"]),
        },
        by=by,
        actor=actor,
    )
    keep.entries_changed(call, [submission for submission, _again in work.written])


def external_id(email: str) -> str:
    """The id of a person without an account who is known by an address only: it does not tell the address."""
    key = hmac.new(settings.SECRET_KEY.encode(), email.lower().encode(), hashlib.sha256)
    return f"e-mail:{key.hexdigest()}"


class _Importer:
    """Writes the rows one after another, so that each is checked beside those before it."""

    def __init__(self, actor: User, call: Call, now: datetime, rows: Sequence[Row]) -> None:
        self.actor, self.call, self.now, self.rows = actor, call, now, rows
        self.faults: list[Fault] = []
        self.written: list[tuple[Submission, bool]] = []
        self.done: dict[str, list[str]] = {"new": [], "changed": [], "unchanged": [], "barred": []}

    def run(self) -> None:
        self.known = self._known()
        shown = {one.pk for one in self.known.values()}
        duty = Submission.objects.on_duty_of(self.actor).filter(pk__in=shown)
        self.barred = shown - set(duty.values_list("pk", flat=True))
        self.accounts = self._accounts()
        self.persons = self._persons()
        self.bodies = self._bodies() if any(row.organisation for row in self.rows) else {}
        self.named: dict[int, str] = {}  # person without an account -> the name in an earlier row
        for row in self.rows:
            before = self.known.get(row.id)
            if before is not None and before.pk in self.barred:
                self.done["barred"].append(row.id)
                continue
            try:
                with transaction.atomic():
                    self.done[self._take(row, before)].append(row.id)
            except ValidationError as error:
                self._blame(row, error)

    # -- what is there already --------------------------------------------------------------------
    def _known(self) -> dict[str, Submission]:
        """Entries by the ids of rows: those taken in under them, and those that have them as numbers."""
        ids = [row.id for row in self.rows]
        found: dict[str, Submission] = {}
        entries = self.call.submissions.select_related(
            "applicant__user", "organisation", "imported"
        ).prefetch_related("uploads")
        for one in entries.filter(ref__in=ids):
            found[one.ref] = one
        for one in entries.filter(imported__key__in=ids):
            found[one.imported.key] = one
        for one in found.values():
            one.call = self.call
        return found

    def _accounts(self) -> dict[str, Person]:
        """Persons by the confirmed addresses of their accounts."""
        wanted = {row.email for row in self.rows if row.email}
        listed = EmailAddress.objects.filter(verified=True, user__is_active=True, user__person__isnull=False)
        return {
            one.email.lower(): one.user.person
            for one in listed.filter(email__in=wanted).select_related("user__person")
        }

    def _external(self, row: Row) -> str:
        return external_id(row.email) if row.email else f"{scope_of(self.call)}/{row.id}"

    def _persons(self) -> dict[str, Person]:
        wanted = [self._external(row) for row in self.rows]
        return {one.external_id: one for one in Person.objects.filter(external_id__in=wanted)}

    def _bodies(self) -> dict[str, list[Organisation]]:
        """Confirmed organisations by their addresses here, and by their names in lower case."""
        found: dict[str, list[Organisation]] = {}
        for one in Organisation.objects.filter(confirmed=True).only("slug", "name"):
            for words in {one.slug, *(name.lower() for name in one.name.values.values())}:
                found.setdefault(words, []).append(one)
        return found

    # -- one row ----------------------------------------------------------------------------------
    def _take(self, row: Row, before: Submission | None) -> str:
        """What becomes of a row: a key of `done`. Raises ValidationError, by field where one is to blame."""
        rules = self.call.rules
        language = row.language or (before.language if before else incoming.languages_of(rules)[0])
        submission = before or Submission(call=self.call, language=language, started_at=self.now)
        context = fields.Context(
            language,
            rules.languages,
            {str(one.uid): one for one in before.uploads.all()} if before else {},
        )
        wrong: dict[str, list[str]] = {}
        draft = self._draft(row, before, language, wrong)
        kept, faulty = checks.clean_answers(submission, draft, context=context)
        wrong = {**self._present(row, draft, faulty), **wrong}
        kept = self._as_before(kept, before)
        category = row.category if row.category is not None else (before.category if before else "")
        if rules.categories and row.category is not None and not category:
            wrong[incoming.CATEGORY] = [_("Choose a category.")]
        organisation = self._organisation(row, before, wrong)
        if wrong:
            raise ValidationError(wrong)
        applicant = self._applicant(row, before, language)
        said = digest(
            {
                "answers": kept,
                "category": category,
                "language": language,
                "organisation": organisation.pk if organisation else None,
                "name": row.name,
                "email": row.email,
            }
        )
        if before is not None:
            now = (kept, category, language, organisation, applicant)
            stands = (before.answers, before.category, before.language, before.organisation, before.applicant)
            if now == stands or self._said_before(before, said):
                return "unchanged"
            self._check_changeable(before)
        elif row.id.startswith(f"{self.call.slug}-") and row.id[len(self.call.slug) + 1 :].isdecimal():
            raise ValidationError({incoming.ID: _("There is no entry with this number. Give it another id.")})
        submission.applicant, submission.language = applicant, language
        if applicant.user_id:
            try:
                _check_organisation(submission, organisation)
            except ValidationError as error:
                raise ValidationError({incoming.ORGANISATION: error.messages}) from error
        submission.organisation, submission.draft_category = organisation, category
        self._write(row, submission, kept, said)
        return "changed" if before else "new"

    def _draft(
        self, row: Row, before: Submission | None, language: str, wrong: dict[str, list[str]]
    ) -> dict[str, Any]:
        """What the row gives to the questions; what has no column stays as it was sent."""
        draft: dict[str, Any] = dict(before.answers) if before else {}
        for field in self.call.rules.fields:
            given = row.answers.get(field.key)
            if given is None:
                continue
            if fields.kind(field.kind).holds_files or field.stage:
                if before is None and any(one.strip() for one in given.values()):
                    wrong[field.key] = [self._not_taken(field)]
                continue
            try:
                draft[field.key] = incoming.answer(field, row, language)
            except ValidationError as error:
                wrong[field.key] = list(error.messages)
        return draft

    @staticmethod
    def _not_taken(field: Field) -> str:
        if field.stage:
            return _("This is asked only at a later stage: leave it empty.")
        return _("Files cannot come in a table: leave this cell empty.")

    def _present(
        self, row: Row, draft: Mapping[str, Any], faulty: Mapping[str, list[str]]
    ) -> dict[str, list[str]]:
        """Without what is missing because its whole column is: that is said once."""
        rules = self.call.rules
        found = {}
        for key, said in faulty.items():
            field = rules.field(key)
            files = field is not None and fields.kind(field.kind).holds_files
            if key in row.answers or files or draft.get(key) is not None:
                found[key] = said
        return found

    def _as_before(self, kept: dict[str, Any], before: Submission | None) -> dict[str, Any]:
        """A text whose words are the same keeps what is known of its translations; answers given at later
        stages stay."""
        if before is None:
            return kept
        found = dict(kept)
        for field in self.call.rules.fields:
            old, new = before.answers.get(field.key), kept.get(field.key)
            if field.stage and old is not None:
                found[field.key] = old
            elif field.translatable and isinstance(old, Mapping) and isinstance(new, Mapping):
                found[field.key] = (
                    Text.from_json(old).edited(Text.from_json(new).values, new["source"]).to_json()
                )
        return found

    def _organisation(
        self, row: Row, before: Submission | None, wrong: dict[str, list[str]]
    ) -> Organisation | None:
        if row.organisation is None or (
            before and before.organisation and row.organisation == before.organisation.slug
        ):
            return before.organisation if before else None
        if not row.organisation:
            return None
        found = self.bodies.get(row.organisation) or self.bodies.get(row.organisation.lower(), [])
        if len(found) == 1:
            return found[0]
        wrong[incoming.ORGANISATION] = [
            _("More than one organisation has this name: give its address here instead.")
            if found
            else _("No organisation has this address or name here.")
        ]
        return None

    def _applicant(self, row: Row, before: Submission | None, language: str) -> Person:
        """The account with this address; else the person of this row, made if need be."""
        if row.email in self.accounts:
            return self.accounts[row.email]
        external = self._external(row)
        if before is not None and not row.email:
            if before.applicant.user_id or not before.applicant.external_id:
                return before.applicant
            external = before.applicant.external_id
        if not row.name:
            needed = _("A name is needed for somebody without an account here.")
            raise ValidationError({incoming.NAME: needed} if row.name == "" else {})  # no column: said once
        there = self.persons.get(external)
        if there is None and before is not None and before.applicant.external_id == external:
            there = before.applicant
        if there is None or (there.user_id is None and there.name.get(there.name.source) != row.name):
            if there is not None and self.named.get(there.pk, row.name) != row.name:
                raise ValidationError(
                    {incoming.NAME: _("Another row gives another name to the same address.")}
                )
            there = ensure_person(Text.of(row.name, language), external_id=external)
        self.persons[external], self.named[there.pk] = there, row.name
        return there

    @staticmethod
    def _said_before(before: Submission, said: str) -> bool:
        """Whether the table says what it said when it was taken in: what others did since is left alone."""
        return hasattr(before, "imported") and before.imported.digest == said

    @staticmethod
    def _check_changeable(before: Submission) -> None:
        if before.state != Submission.State.SUBMITTED:
            raise ValidationError(_("This submission has been withdrawn."))
        if not hasattr(before, "imported"):
            raise ValidationError(_("This entry was sent by its applicant: nobody else can change it."))
        if before.imported.version != before.version:
            raise ValidationError(
                _("Its applicant has changed it since it was taken in: nobody else can change it now.")
            )

    def _write(self, row: Row, submission: Submission, kept: dict[str, Any], said: str) -> None:
        again = submission.pk is not None
        submission.draft = kept
        submission.saved_at = self.now
        if again:
            submission.version += 1
        if refused := eligibility.refusals(submission, self.now):
            raise ValidationError(refused)
        stamp(submission, kept, self.now)
        Imported.objects.update_or_create(
            submission=submission,
            defaults={"digest": said, "version": submission.version},
            create_defaults={
                "call": self.call,
                "key": row.id,
                "digest": said,
                "version": submission.version,
            },
        )
        self.written.append((submission, again))

    def _blame(self, row: Row, error: ValidationError) -> None:
        """Every message under its column."""
        if not hasattr(error, "error_dict"):
            self.faults += [Fault(row.number, "", one) for one in error.messages]
            return
        for key, listed in error.message_dict.items():
            self.faults += [Fault(row.number, key, one) for one in listed]
