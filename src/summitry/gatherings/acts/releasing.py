"""Publishing a programme: what the public reads from now on, and its digest in the record. At once, or under
embargo: prepared now, public at its moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from summitry import kept
from summitry.people.models import User
from summitry.record.act import Stale, act
from summitry.text.value import Text

from .. import letters, queries
from ..models import Gathering, PreparedRelease, PreparedSlot, Release, ReleasedSlot, Session
from ..programme import compare, digest
from .common import allow, checked, desk_role, locked, told
from .reports import owe_reports

PLACED = ("session", "room", "track", "day", "starts", "ends", "title", "kind", "language", "interpreted")
FARTHEST = 400  # days ahead that a release may wait


def _told_anew(last: Release | None, made: Release, placed: Sequence[ReleasedSlot]) -> set[int]:
    """The keys of the sessions of which this release says something else than the one before it. Rows that
    say the same keep since when."""
    before = {one.session_id: one for one in queries.released_rows(last)} if last else {}
    anew = before.keys() - {one.session_id for one in placed}
    for one in placed:
        old = before.get(one.session_id)
        if last and old and queries.as_row(old) == queries.as_row(one):
            one.since = old.since or last.version
        else:
            one.since = made.version
            anew.add(one.session_id)
    return anew


@act
def release(
    actor: User | None,
    gathering: Gathering,
    note: Text | None = None,
    *,
    overlap_reason: str = "",
    after: int | None = None,
    notify: bool = True,
) -> Release:
    """Publishes the working programme as the next version and enters its digest in the record.

    Refused: nothing placed, nothing changed since the last release, a release that waits under embargo, or
    two sessions in one room at one time, unless `overlap_reason` says why that is meant (a poster hall, say).
    A person in two places is told at the desk but not refused: people share sessions. `after` is the version
    that the actor saw last (0 for none): Stale if another release came between, so that a double click
    publishes once. A draft gathering becomes public with its programme. With `notify`, speakers of changed
    sessions and readers who watch them get one letter each.
    """
    allow(actor, "gatherings.release_programme", gathering)
    gathering = locked(gathering)
    _still(gathering, after)
    placed, reason = _checked(gathering, overlap_reason)
    return _publish(
        gathering, placed, note or Text(), reason, desk_role(actor, gathering), actor, notify=notify
    )


@act
def prepare_release(
    actor: User | None,
    gathering: Gathering,
    due_at: datetime,
    note: Text | None = None,
    *,
    overlap_reason: str = "",
    after: int | None = None,
    notify: bool = True,
) -> PreparedRelease:
    """Prepares the working programme as it stands now, to become public at a moment (aware). Until then only
    those who release the programme know of it: it is entered in the record when it is published. Refused as
    `release` is; one release waits at a time."""
    allow(actor, "gatherings.release_programme", gathering)
    gathering = locked(gathering)
    _still(gathering, after)
    now = timezone.now()
    if due_at <= now:
        raise ValidationError({"due_at": _("That moment has passed: release it at once.")})
    if (due_at - now).days > FARTHEST:
        raise ValidationError({"due_at": _("At most %(most)d days ahead.") % {"most": FARTHEST}})
    placed, reason = _checked(gathering, overlap_reason)
    prepared = PreparedRelease(
        gathering=gathering,
        due_at=due_at,
        note=note or Text(),
        overlap_reason=reason,
        notify=notify,
        prepared_by=actor,
        prepared_as=desk_role(actor, gathering),
    )
    checked(prepared, "note", "due_at")
    prepared.save(force_insert=True)
    PreparedSlot.objects.bulk_create(
        [PreparedSlot(prepared=prepared, **_frozen(one)) for one in placed], batch_size=500
    )
    return prepared


@act
def withdraw_prepared(actor: User | None, gathering: Gathering) -> None:
    """Takes back a release that waits under embargo; the working programme stays. Twice changes nothing."""
    allow(actor, "gatherings.release_programme", gathering)
    gathering = locked(gathering)
    PreparedRelease.objects.filter(gathering=gathering).delete()


@act
def publish_prepared(gathering: Gathering, now: datetime | None = None) -> Release | None:
    """Publishes the release that waits, if its moment has come: by the clock, in the name of who prepared
    it. What was cancelled meanwhile stays out. None if there is nothing to do: twice changes nothing."""
    gathering = locked(gathering)
    waiting = PreparedRelease.objects.select_for_update(of=("self",)).filter(gathering=gathering)
    prepared = waiting.select_related("prepared_by").first()
    if prepared is None or prepared.due_at > (now or timezone.now()):
        return None
    rows = queries.prepared_rows(prepared)
    placed = [ReleasedSlot(**_frozen(one)) for one in rows if one.session.state == Session.State.ACCEPTED]
    made = None
    last = gathering.released
    if placed and (last is None or compare(queries.rows_of(last), [queries.as_row(one) for one in placed])):
        made = _publish(
            gathering,
            placed,
            prepared.note,
            prepared.overlap_reason,
            prepared.prepared_as,
            prepared.prepared_by,
            notify=prepared.notify,
            prepared_at=prepared.prepared_at,
        )
    prepared.delete()
    return made


def publish_due_releases(now: datetime | None = None) -> int:
    """Publishes what waits and is due, each in a transaction of its own; how many. Called by the clock."""
    moment = now or timezone.now()
    due = list(Gathering.objects.filter(prepared__due_at__lte=moment).order_by("prepared__due_at"))
    return sum(publish_prepared(one, moment) is not None for one in due)


def _still(gathering: Gathering, after: int | None) -> None:
    """Raises unless the actor saw the last release, and none waits."""
    last = gathering.released
    if after is not None and after != (last.version if last else 0):
        raise Stale(_("Another release was published in the meantime. Look at it before you publish yours."))
    if prepared := PreparedRelease.objects.filter(gathering=gathering).first():
        raise ValidationError(
            _("A release waits for %(moment)s UTC. Withdraw it first.")
            % {"moment": date_format(prepared.due_at, "Y-m-d H:i")}
        )


def _checked(gathering: Gathering, overlap_reason: str) -> tuple[list[ReleasedSlot], str]:
    """The rows that may be published, and the reason for overlaps if there are some. Raises
    ValidationError."""
    last = gathering.released
    placed = queries.working(gathering)
    if not placed:
        raise ValidationError(_("No session has a room and a time yet: there is nothing to publish."))
    if last and not compare(queries.rows_of(last), [queries.as_row(one) for one in placed]):
        raise ValidationError(_("Nothing has changed since release %(version)d.") % {"version": last.version})
    overlaps = queries.room_clashes(gathering)
    reason = overlap_reason.strip()
    if overlaps and not reason:
        raise ValidationError(
            {"overlap_reason": [queries.clash_words(one, gathering) for one in overlaps[:20]]},
        )
    return placed, reason[:1000] if overlaps else ""


def _frozen(one: ReleasedSlot | PreparedSlot) -> dict[str, Any]:
    return {name: getattr(one, name) for name in PLACED}


def _publish(
    gathering: Gathering,
    placed: Sequence[ReleasedSlot],
    note: Text,
    reason: str,
    by: str,
    actor: User | None,
    *,
    notify: bool,
    prepared_at: datetime | None = None,
) -> Release:
    """Makes rows the next version. Within an act, the gathering locked, everything checked."""
    rows = [queries.as_row(one) for one in placed]
    last = gathering.released
    changes = compare(queries.rows_of(last) if last else [], rows)
    made = Release(
        gathering=gathering,
        version=(gathering.releases.order_by("-version").values_list("version", flat=True).first() or 0) + 1,
        note=note,
        overlap_reason=reason,
        digest=digest(rows),
        sessions=len(rows),
        changes=changes.counts(),
        prepared_at=prepared_at,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:  # two releases at one moment
        raise Stale() from error
    for one in placed:
        one.release = made
    with kept.only(f"programme:{gathering.pk}", *(f"row:{key}" for key in _told_anew(last, made, placed))):
        ReleasedSlot.objects.bulk_create(placed, batch_size=500)
    gathering.released = made
    behind = prepared_at and compare(rows, [queries.as_row(one) for one in queries.working(gathering)])
    gathering.changed_at = gathering.changed_at if behind else None
    if gathering.state == Gathering.State.DRAFT:
        gathering.state = Gathering.State.ANNOUNCED
    gathering.version += 1
    with kept.only("gatherings", *([] if last else [f"gathering:{gathering.pk}"])):
        gathering.save(update_fields=["released", "changed_at", "state", "version"])
    owe_reports(gathering, placed, made.published_at)
    facts: dict[str, Any] = {"version": made.version, "sessions": made.sessions, "digest": made.digest}
    if prepared_at:
        facts["prepared"] = f"{prepared_at:%Y-%m-%dT%H:%M:%SZ}"
    told("gatherings.released", gathering, actor, by, **facts, **changes.counts())
    if notify:
        letters.released(made, changes)
    return made
