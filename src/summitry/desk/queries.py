"""What the first screen of the desk asks of the whole house."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from rules.permissions import has_perm

from summitry.calls.models import Call
from summitry.calls.queries import calls_at_work
from summitry.gatherings.queries import next_gathering
from summitry.people import waiting
from summitry.people.models import INSTITUTION, Role
from summitry.people.waiting import Waiting
from summitry.record import queries as record
from summitry.record.models import Entry
from summitry.text import parity

from .areas import label_of

FIRST, LATEST, CALLS = 12, 5, 20
CALL_DOORS = (("calls.manage_call", "calls:manage"), ("calls.audit_call", "calls:audit"))
LANGUAGE_ROLES = {Role.SECRETARIAT, Role.TRANSLATOR}


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the queue."""

    title: str
    url: str
    icon: str
    area: str
    detail: str
    count: int
    due: datetime | None
    late: bool
    when: str


def due_words(due: datetime, now: datetime, late: bool) -> str:
    """By when, exactly: "overdue since 14 Sep 2027, 18:00 UTC", "due today 18:00 UTC"."""
    moment = date_format(due, "SHORT_DATETIME_FORMAT")
    if late:
        return _("overdue since %(moment)s UTC") % {"moment": moment}
    away = (due.date() - now.date()).days
    if away == 0:
        return _("due today %(time)s UTC") % {"time": date_format(due, "TIME_FORMAT")}
    if away == 1:
        return _("due tomorrow %(time)s UTC") % {"time": date_format(due, "TIME_FORMAT")}
    return _("due %(moment)s UTC") % {"moment": moment}


def task(one: Waiting, now: datetime) -> Task:
    """What waits as a line of the desk; late from the moment that its time has passed."""
    late = one.late or (one.due is not None and one.due < now)
    return Task(
        title=one.title,
        url=one.url,
        icon="alert" if late else one.icon,
        area=label_of(one.area),
        detail=one.detail,
        count=one.count,
        due=one.due,
        late=late,
        when=due_words(one.due, now, late) if one.due else "",
    )


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call under way: how many have sent something in, how much of its time is gone."""

    call: Call
    sent: int
    gone: int  # percent of the time between opening and close
    url: str  # where this user looks after it

    @property
    def open_for(self) -> datetime | None:
        """The close that is still ahead."""
        return self.call.closes_at if self.call.state == Call.State.OPEN and self.gone < 100 else None


def calls_under_way(user: Any, now: datetime) -> list[CallRow]:
    """Calls that this user runs or audits, not published yet, the next close first. One query.

    Jurors and screeners learn nothing here: how many entries there are is not theirs to know.
    """
    sent = Count("submissions", filter=~Q(submissions__state__in=["draft", "withdrawn"]))
    at_work = (
        calls_at_work(user)
        .exclude(state=Call.State.PUBLISHED)
        .defer("working", "body")
        .annotate(sent=sent)
        .order_by(F("closes_at").asc(nulls_last=True), "slug")
    )
    rows = []
    for call in at_work[:CALLS]:
        door = next((name for permission, name in CALL_DOORS if has_perm(permission, user, call)), None)
        if door is None:
            continue
        gone = 0
        if call.opens_at and call.closes_at:
            gone = round(100 * ((now - call.opens_at) / (call.closes_at - call.opens_at)))
        url = reverse(door, args=[call.slug])
        rows.append(CallRow(call, call.sent, min(100, max(0, gone)), url))
    return rows


@dataclass(frozen=True, slots=True)
class Today:
    now: datetime
    tasks: list[Task]
    total: int
    late: int
    found: list[Waiting]
    latest: list[Entry]
    calls: list[CallRow]
    parity: list[parity.Row]
    languages: list[str]
    gathering: Any = None
    days: int = 0


def today(user: Any, everything: bool = False) -> Today:
    """What waits for this user: the first lines, or all; and what else she sees at a glance.

    A fixed number of queries for each role: the apps' `waiting`, and six at most of its own.
    """
    now = timezone.now()
    found = waiting.everything(user)
    tasks = [task(one, now) for one in found]
    languages = any((role, INSTITUTION) in user.roles for role in LANGUAGE_ROLES)
    gathering = next_gathering()
    return Today(
        now=now,
        tasks=tasks if everything else tasks[:FIRST],
        total=len(tasks),
        late=sum(one.late for one in tasks),
        found=found,
        latest=record.latest(LATEST),
        calls=calls_under_way(user, now),
        parity=parity.table(settings.CONTENT_LANGUAGES) if languages else [],
        languages=list(settings.CONTENT_LANGUAGES),
        gathering=gathering,
        days=(gathering.starts - now.date()).days if gathering else 0,
    )
