"""Publishing a programme: what the public reads from now on, and its digest in the record."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from summitry.people.models import User
from summitry.record.act import Stale, act
from summitry.text.value import Text

from .. import queries
from ..models import Gathering, Release, ReleasedSlot
from ..programme import compare, digest
from .common import allow, locked, told


@act
def release(
    actor: User | None,
    gathering: Gathering,
    note: Text | None = None,
    *,
    overlap_reason: str = "",
    after: int | None = None,
) -> Release:
    """Publishes the working programme as the next version and enters its digest in the record.

    Refused: nothing placed, nothing changed since the last release, or two sessions in one room at one time,
    unless `overlap_reason` says why that is meant (a poster hall, say). A person in two places is told at
    the desk but not refused: people share sessions. `after` is the version that the actor saw last (0 for
    none): Stale if another release came between, so that a double click publishes once. A draft gathering
    becomes public with its programme.
    """
    allow(actor, "gatherings.release_programme", gathering)
    gathering = locked(gathering)
    last = gathering.released
    if after is not None and after != (last.version if last else 0):
        raise Stale(_("Another release was published in the meantime. Look at it before you publish yours."))
    placed = queries.working(gathering)
    if not placed:
        raise ValidationError(_("No session has a room and a time yet: there is nothing to publish."))
    rows = [queries.as_row(one) for one in placed]
    told_before = queries.rows_of(last) if last else []
    changes = compare(told_before, rows)
    if last and not changes:
        raise ValidationError(_("Nothing has changed since release %(version)d.") % {"version": last.version})
    overlaps = queries.room_clashes(gathering)
    reason = overlap_reason.strip()
    if overlaps and not reason:
        raise ValidationError(
            {"overlap_reason": [queries.clash_words(one, gathering) for one in overlaps[:20]]},
        )
    made = Release(
        gathering=gathering,
        version=(gathering.releases.order_by("-version").values_list("version", flat=True).first() or 0) + 1,
        note=note or Text(),
        overlap_reason=reason[:1000] if overlaps else "",
        digest=digest(rows),
        sessions=len(rows),
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:  # two releases at one moment
        raise Stale() from error
    for one in placed:
        one.release = made
    ReleasedSlot.objects.bulk_create(placed, batch_size=500)
    gathering.released = made
    gathering.changed_at = None
    if gathering.state == Gathering.State.DRAFT:
        gathering.state = Gathering.State.ANNOUNCED
    gathering.version += 1
    gathering.save(update_fields=["released", "changed_at", "state", "version"])
    told(
        "gatherings.released",
        gathering,
        actor,
        version=made.version,
        sessions=made.sessions,
        digest=made.digest,
        **changes.counts(),
    )
    return made
