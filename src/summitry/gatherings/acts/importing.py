"""Taking in a programme's file."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from summitry.people.models import User
from summitry.people.queries import institution
from summitry.record.act import Stale, act

from .. import formats, imports
from ..formats.problems import NOWHERE, problem_at
from ..imports import Step
from ..models import Gathering
from .common import allow, locked, programme_changed


@act
def import_schedule(
    actor: User | None,
    gathering: Gathering | None,
    data: bytes,
    *,
    format: str = "",
    dry_run: bool = False,
    allow_overlaps: bool = False,
    source: str = "",
) -> imports.Report:
    """Takes a programme's file into the working programme; the public sees it with the next release.

    format: the key of a registered one (`formats.readers`), or empty to tell it by the file. gathering: None
    finds the one whose short name is the file's acronym, or makes it. Sessions are matched by guid, else by
    id; persons by id within `source` (by default the host of the file's base_url). Importing again updates;
    sessions that an earlier file had and this one has not become cancelled. What was made here by hand stays,
    and so does what the file says nothing about. dry_run: the same report, and nothing written. Raises
    ScheduleError, naming places in the file, before anything is written; sessions that overlap in a room are
    such a problem unless `allow_overlaps`.
    """
    most = settings.UPLOAD_MAX_BYTES
    if len(data) > most:
        raise formats.ScheduleError(
            [problem_at(NOWHERE, "too-large", size=f"{len(data):,}", most=f"{most:,}")]
        )
    if gathering is None:
        allow(actor, "gatherings.create_gathering")
    else:
        allow(actor, "gatherings.edit_programme", gathering)
    chosen = formats.known(format) if format else formats.recognise(data)
    if chosen is None or chosen.read is None:
        raise ValidationError(_("There is no format “%(key)s” that we read.") % {"key": format[:40]})
    schedule = chosen.read(data, _context(gathering))
    overlaps = formats.overlaps(schedule)
    if overlaps and not allow_overlaps:
        raise formats.ScheduleError(overlaps)
    gathering = gathering or imports.find_gathering(schedule)
    if gathering is not None:
        gathering = locked(gathering)
        allow(actor, "gatherings.edit_programme", gathering)
    plan = imports.make(schedule, gathering, source)
    report = _report(plan, dry_run, overlaps)
    if not dry_run:
        try:
            with transaction.atomic():
                imports.write(plan)
        except IntegrityError as error:  # somebody else took the same file in at the same moment
            raise Stale() from error
        if not report.changes_nothing:
            programme_changed(plan.gathering)
    return report


def _context(gathering: Gathering | None) -> formats.Context:
    language = settings.CONTENT_FALLBACKS[0]
    if gathering is None:
        return formats.Context(institution().time_zone, language=language)
    return formats.Context(gathering.time_zone, f"{gathering.day_change:%H:%M}", language)


def _report(plan: imports.Plan, dry_run: bool, overlaps: list[formats.Problem]) -> imports.Report:
    def item(step: Step) -> imports.Item:
        fields = () if step.is_new else step.names
        return imports.Item(step.event.id, step.event.title, step.session.slug, fields)

    known = [step for step in plan.steps if not step.is_new]
    return imports.Report(
        gathering=plan.gathering,
        is_new=plan.is_new,
        dry_run=dry_run,
        sessions=len(plan.steps),
        new=tuple(item(step) for step in plan.steps if step.is_new),
        changed=tuple(item(step) for step in known if step.names),
        moved=tuple(item(step) for step in known if step.moved and not step.restored),
        cancelled=tuple(imports.Item(one.external_id, str(one.title), one.slug) for one in plan.cancelled),
        restored=tuple(item(step) for step in known if step.restored),
        new_persons=sum(person.pk is None for person in plan.people.values()),
        changed_persons=sum(id(person) in plan.changed for person in plan.people.values()),
        new_rooms=sum(room.pk is None for room in plan.rooms.values()),
        new_tracks=sum(track.pk is None for track in plan.tracks.values()),
        overlaps=tuple(overlaps),
    )
