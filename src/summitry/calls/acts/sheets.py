"""A juror's marks from the sheet that she filled in elsewhere, all of them or none."""

from dataclasses import dataclass

import rules
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from summitry.people.models import Person, User
from summitry.people.queries import person_of
from summitry.record.act import act
from summitry.text.tables import Fault, Faults, Table

from ..bulk import marks
from ..bulk.marks import Marked
from ..models import Assessment, Assignment, Call, StageRun, Submission
from .common import lock, open_stage_for
from .judging import save_assessment, send_assessment


@dataclass(frozen=True, slots=True)
class SheetTaken:
    """What a sheet did, or would do, by the numbers of entries. empty: rows with nothing in them; they are
    left as they are."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    empty: tuple[str, ...]


def require_jury(user: User, call: Call) -> None:
    """Raises PermissionDenied, with the consequence, for somebody who is not on the jury (any more)."""
    if not rules.has_perm("calls.see_jury", user, call):
        raise PermissionDenied(
            _(
                "You are not on the jury of this call now: nothing of your sheet was taken. "
                "The call manager can tell you why."
            )
        )


@act
def take_sheet(
    actor: User, call: Call, table: Table, *, send: bool = False, dry_run: bool = False
) -> SheetTaken:
    """Keep the marks of a sheet as drafts, or send them; each row as if it were marked on its page.

    Rows without marks and words are left as they are. dry_run: everything is checked and nothing is left.
    Raises Faults with everything that is wrong, by row and column; PermissionDenied for somebody who is not
    on the jury now."""
    require_jury(actor, call)
    call = lock(call)
    run = open_stage_for(call, "assess")
    rows, faults = marks.parse(table, run.rule)
    with transaction.atomic():
        work = _Sheet(actor, call, run, send)
        for row in rows:
            work.take(row)
        faults += work.faults
        if faults or dry_run:
            transaction.set_rollback(True)
    if faults:
        raise Faults(faults)
    return SheetTaken(tuple(work.written), tuple(work.unchanged), tuple(work.empty))


class _Sheet:
    def __init__(self, actor: User, call: Call, run: StageRun, send: bool) -> None:
        self.actor, self.run, self.send = actor, run, send
        self.act = send_assessment if send else save_assessment
        self.faults: list[Fault] = []
        self.written: list[str] = []
        self.unchanged: list[str] = []
        self.empty: list[str] = []
        juror: Person = person_of(actor)
        visible = Submission.objects.filter(call=call).on_duty_of(actor)
        listed = run.assignments.filter(juror=juror, submission__in=visible, ended_at=None)
        self.entries: dict[str, Submission] = {}
        for one in listed.select_related("submission"):
            one.submission.call = call
            self.entries[one.submission.ref] = one.submission
        self.gone = set(
            Assignment.objects.filter(
                stage=run, juror=juror, submission__state=Submission.State.WITHDRAWN
            ).values_list("submission__ref", flat=True)
        )
        self.before = {one.submission_id: one for one in Assessment.objects.filter(stage=run, juror=juror)}

    def take(self, row: Marked) -> None:
        """One row: to the act, or a fault."""
        entry = self.entries.get(row.ref)
        if entry is None:
            said = (
                _("This submission has been withdrawn.")
                if row.ref in self.gone
                else _("This entry is not on your list.")
            )
            self.faults.append(Fault(row.number, marks.REF, said))
            return
        if row.is_empty:
            self.empty.append(row.ref)
            return
        before = self.before.get(entry.pk)
        comment, note = row.comment, row.note
        if before is not None:  # the same words stay as they are kept
            comment = before.comment if marks.tidy(before.comment) == comment else comment
            note = before.note if marks.tidy(before.note) == note else note
        try:
            found = self.act(self.actor, entry, row.marks, comment=comment, note=note, version=row.version)
        except ValidationError as error:
            self._blame(row, error)
            return
        same = before is not None and found.version == before.version
        (self.unchanged if same else self.written).append(row.ref)

    def _blame(self, row: Marked, error: ValidationError) -> None:
        if not hasattr(error, "error_dict"):
            self.faults += [Fault(row.number, "", one) for one in error.messages]
            return
        for key, listed in error.message_dict.items():
            column = marks.column_of(key)
            if (row.number, column) not in row.blamed:
                self.faults += [Fault(row.number, column, one) for one in listed]
