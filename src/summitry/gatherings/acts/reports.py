"""The reports that sessions owe: asked, delivered, waived."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.calls.acts.common import as_text, check_enterable
from summitry.people import files
from summitry.people.models import User
from summitry.record import canonical
from summitry.record.act import Stale, act
from summitry.text.value import Text

from .. import kinds, letters, queries
from ..models import Gathering, ReleasedSlot, Session, SessionReport
from .common import allow, checked, desk_role, locked, locked_session, told_of_session

ENDINGS = ("pdf", "odt", "docx", "txt", "md")


def owe_reports(gathering: Gathering, rows: Iterable[ReleasedSlot], now: datetime) -> None:
    """Within a release: each session whose kind asks for a report, and that is not over yet, owes one some
    days after its end; what is no longer in the programme owes none. Days set by hand stay. Four statements
    at most."""
    days = gathering.report_days
    known = {one.session_id: one for one in SessionReport.objects.filter(session__gathering=gathering)}
    made, moved, kept = [], [], set()
    for row in rows:
        asked = kinds.of(row.kind).report_days
        if asked is None or days == 0:
            continue
        kept.add(row.session_id)
        due = row.ends + timedelta(days=asked if days is None else days)
        report = known.get(row.session_id)
        if report is None:
            if row.ends > now:
                made.append(SessionReport(session_id=row.session_id, due_at=due))
        elif report.is_owed and not report.set_by_hand and report.due_at != due:
            report.due_at = due
            moved.append(report)
    gone = [one.pk for key, one in known.items() if key not in kept and one.is_owed and not one.set_by_hand]
    SessionReport.objects.filter(pk__in=gone).delete()
    SessionReport.objects.bulk_create(made, batch_size=500)
    SessionReport.objects.bulk_update(moved, ["due_at"], batch_size=500)


@act
def ask_report(actor: User | None, session: Session, due_at: datetime) -> SessionReport:
    """Asks for a report of a session by a day (aware), or moves the day; one that was waived is owed again.
    The same day twice changes nothing."""
    allow(actor, "gatherings.edit_programme", session)
    locked(session.gathering)
    session = locked_session(session, None)
    if session.is_cancelled:
        raise ValidationError(_("This session is cancelled. Restore it first."))
    report = SessionReport.objects.select_for_update().filter(session=session).first()
    report = report or SessionReport(session=session)
    if report.delivered_at:
        raise ValidationError(_("The report is there already."))
    if report.pk and report.due_at == due_at and report.is_owed:
        return report
    report.due_at, report.set_by_hand = due_at, True
    report.waived_at, report.waived_reason = None, Text()
    report.save()
    return report


@act
def deliver_report(
    actor: User | None,
    report: SessionReport,
    *,
    text: Text | str = "",
    file: Any = None,
    version: int | None = None,
) -> SessionReport:
    """Delivers the report of a session: words in any languages, a file, or both. It is public at once and
    entered in the record with its digests. Delivered again it replaces what was, and a file stays unless
    another comes; the same changes nothing. Stale if somebody has delivered since `version`."""
    report = _locked(report)
    allow(actor, "gatherings.deliver_report", report)
    if version is not None and version != report.version:
        raise Stale
    if report.waived_at:
        raise ValidationError(_("This report is not asked of you any more."))
    _begun(report.session)
    words = as_text(text)
    if file is not None:
        files.check(file, ENDINGS)
    elif not words and not report.file:
        raise ValidationError({"text": _("Write the report, or add it as a file.")})
    if file is None and report.delivered_at and words.values == report.text.values:
        return report
    report.text = words
    checked(report, "text")
    if file is not None:
        _take(report, file)
    report.delivered_at, report.delivered_by = timezone.now(), actor
    report.version += 1
    report.save()
    by = "reporter"
    if actor is None or not queries.is_reporter(actor.person, report.session):
        by = desk_role(actor, report.session.gathering)
    told_of_session(
        "gatherings.report_delivered",
        report.session,
        by,
        actor,
        version=report.version - 1,
        due=f"{report.due_at:%Y-%m-%d}",
        digest=hashlib.sha256(canonical.encode(words.values, "report")).hexdigest() if words else None,
        file_digest=report.file_digest or None,
    )
    return report


@act
def waive_report(actor: User | None, report: SessionReport, reason: Text | str) -> SessionReport:
    """Lets a report go, with a reason that everybody can read. Twice changes nothing."""
    report = _locked(report)
    allow(actor, "gatherings.edit_programme", report.session)
    if report.waived_at:
        return report
    if report.delivered_at:
        raise ValidationError(_("The report is there already."))
    words = as_text(reason)
    if not words:
        raise ValidationError({"reason": _("Say why.")})
    check_enterable(words, "reason")
    report.waived_at, report.waived_reason = timezone.now(), words
    checked(report, "waived_reason")
    report.save(update_fields=["waived_at", "waived_reason"])
    if queries.is_published(report.session):
        by = desk_role(actor, report.session.gathering)
        told_of_session("gatherings.report_waived", report.session, by, actor, reason=words)
    return report


@act
def remind_of_reports(actor: User | None, gathering: Gathering) -> int:
    """Calls the reports that are late to mind: one letter to each account that owes some, in its language.
    How many letters went."""
    allow(actor, "gatherings.edit_programme", gathering)
    return letters.reports_late(gathering)


def _begun(session: Session) -> None:
    row = queries.released_row(session)
    if row is None:
        raise ValidationError(_("The session is not public yet: its report follows the programme."))
    if row.starts > timezone.now():
        raise ValidationError(_("The session has not begun yet."))


def _take(report: SessionReport, file: Any) -> None:
    found = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    report.file_name, report.file_size = files.clean_name(file.name), file.size
    report.file_digest = found.hexdigest()
    if report.file.name:
        transaction.on_commit(partial(report.file.storage.delete, report.file.name))
    report.file.save(report.file_name, file, save=False)


def _locked(report: SessionReport) -> SessionReport:
    session = Session.objects.select_related("gathering").get(pk=report.session_id)
    locked(session.gathering)
    found = SessionReport.objects.select_for_update().get(pk=report.pk)
    found.session = session
    return found
