"""What the page of one edition tells: its calls, how far it has come, its days."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from summitry import kept
from summitry.calls.models import Call
from summitry.people.models import scope_of

from ..models import Gathering, ReleasedSlot
from .programme import Day


@dataclass(frozen=True, slots=True)
class Step:
    """An arch of the crossing: state is "done", "now" or "todo"."""

    title: str
    detail: str
    state: str


def calls_of(gathering: Gathering) -> list[Call]:
    """Public calls that are part of this gathering or whose sessions it takes, by deadline. One query."""
    return list(
        Call.objects.public()
        .filter(
            Q(parent_scope=scope_of(gathering))
            | Q(outcome="gatherings.session", outcome_options__gathering=gathering.slug)
        )
        .order_by("closes_at", "pk")
    )


def released_days(gathering: Gathering) -> tuple[Day, ...]:
    """The days of the released programme and their numbers of sessions. One query, none without a release."""
    if gathering.released_id is None:
        return ()
    kept.depends(f"programme:{gathering.pk}")
    rows = ReleasedSlot.objects.filter(release=gathering.released_id).order_by("day")
    return tuple(Day(one["day"], one["n"]) for one in rows.values("day").annotate(n=Count("pk")))


def steps(gathering: Gathering, calls: list[Call]) -> list[Step]:
    """How far an edition has come, from its own facts; no query."""
    kept.until(kept.tomorrow())
    today = timezone.now().date()
    over, on = gathering.ends < today, gathering.starts <= today <= gathering.ends
    found = []
    if calls:
        accepting = [call for call in calls if call.is_accepting()]
        undecided = [call for call in calls if not call.is_published]
        if accepting and accepting[0].closes_at:
            until = date_format(accepting[0].closes_at, "MONTH_DAY_FORMAT")
            found.append(Step(_("Calls"), _("open until %(date)s") % {"date": until}, "now"))
        else:
            found.append(Step(_("Calls"), _("closed"), "done"))
        if not accepting:
            detail = _("being decided") if undecided else _("decided")
            found.append(Step(_("Selection"), detail, "now" if undecided and not over else "done"))
        else:
            found.append(Step(_("Selection"), _("after the calls close"), "todo"))
    if gathering.released:
        detail = _("version %(version)d") % {"version": gathering.released.version}
        found.append(Step(_("Programme"), detail, "done"))
    elif not over:
        found.append(Step(_("Programme"), _("not published yet"), "todo"))
    dates = date_format(gathering.starts, "MONTH_DAY_FORMAT")
    if over:
        found.append(Step(_("Gathering"), date_format(gathering.ends, "DATE_FORMAT"), "done"))
    elif on:
        found.append(Step(_("Gathering"), _("on now"), "now"))
    else:
        found.append(Step(_("Gathering"), _("from %(date)s") % {"date": dates}, "todo"))
    return found
