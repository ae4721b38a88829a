"""The public's pages: the archive, an edition, its programme, sessions and people."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from summitry import kept
from summitry.people import countries
from summitry.people.models import Person
from summitry.people.queries import at_address

from .. import agenda, formats, queries
from ..formats import jsonld
from ..grid import grid, groups
from ..models import Gathering, ReleasedSlot
from ..programme import day_edges, day_of
from ..queries import Filters
from .common import asked_release, may_see_working, visible

LISTED = 60  # sessions on one page of a list
EDITIONS = 40


@kept.page("partners", "page")
def archive(request: HttpRequest) -> HttpResponse:
    """All gatherings: the institution's own by year, and those of other conveners with their origin."""
    kept.depends("gatherings")
    kept.until(kept.tomorrow())
    partners = request.GET.get("partners") == "1"
    rows = queries.partner_gatherings() if partners else queries.editions()
    page = Paginator(rows, EDITIONS).get_page(request.GET.get("page"))
    years: dict[int, list[Gathering]] = {}
    for one in page:
        years.setdefault(one.starts.year, []).append(one)
    context = {
        "page": page,
        "years": years.items(),
        "partners": partners,
        "has_partners": partners or queries.partner_gatherings().exists(),
        "today": timezone.now().date(),
    }
    return render(request, "gatherings/archive.html", context)


@kept.page()
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One edition: what, when, where, and how far it has come."""
    gathering = visible(request, slug)
    calls = queries.calls_of(gathering)
    context = {
        "gathering": gathering,
        "calls": calls,
        "steps": queries.steps(gathering, calls),
        "days": queries.released_days(gathering),
        "conveners": list(gathering.conveners.all()),
        "parties": [countries.name(code) for code in gathering.parties],
        "may_work": may_see_working(request, gathering),
        "linked": jsonld.gathering_event(gathering) if gathering.is_public else None,
    }
    return render(request, "gatherings/detail.html", context)


def _chosen(asked: str, today: date) -> Callable[[Sequence[date]], date | None]:
    """Picks the day asked for; else today, if the gathering is on, else the first. Raises Http404 for no
    day."""

    def choose(days: Sequence[date]) -> date | None:
        if not asked:
            return today if today in days else days[0] if days else None
        try:
            wanted = date.fromisoformat(asked)
        except ValueError:
            raise Http404 from None
        if wanted not in days:
            raise Http404
        return wanted

    return choose


@kept.page("day", "rooms", "view", "page", "track", "room", "language", "release")
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """A day as a grid of rooms and times, some rooms a page; or sessions as a list, some a page.

    With a filter and no day asked for, the list runs over all days.
    """
    gathering = visible(request, slug)
    if gathering.released is None and "release" not in request.GET:
        return render(request, "gatherings/no_programme.html", {"gathering": gathering})
    release = asked_release(request, gathering)
    own = agenda.read(request, gathering)
    asked = {name: request.GET.get(name, "").strip()[:120] for name in ("q", "track", "room", "language")}
    mine = request.GET.get("mine") == "1"
    filters = Filters(asked["q"], asked["track"], asked["room"], asked["language"], own if mine else None)
    zone = ZoneInfo(gathering.time_zone)
    day_asked = request.GET.get("day", "")
    today = day_of(timezone.now(), zone, gathering.day_change)
    everywhere = bool(filters) and not day_asked
    choose = _chosen(day_asked, today)
    found = queries.programme(
        gathering, release, choose=(lambda days: None) if everywhere else choose, filters=filters
    )
    if not day_asked:
        kept.until(day_edges(today, zone, gathering.day_change)[1])
    day = found.day
    as_list = request.GET.get("view") == "list" or (bool(filters) and request.GET.get("view") != "grid")
    context: dict[str, Any] = {
        "gathering": gathering,
        "zone": zone,
        "release": release,
        "found": found,
        "day": day,
        "asked": {**asked, "mine": mine},
        "filtered": bool(filters),
        "as_list": as_list or day is None,
        "own": own,
        "files": formats.public(),
        "total": sum(one.count for one in found.days),
    }
    if as_list or day is None:
        page = Paginator(found.rows, LISTED).get_page(request.GET.get("page"))
        context["page"] = page
        context["parts"] = queries.persons_of_sessions(row.session_id for row in page)
    elif found.rows:
        pieces = groups(found.rows)
        number = request.GET.get("rooms", "1")
        chosen = int(number) if number.isdecimal() and len(number) < 4 else 1
        group = pieces[min(max(chosen, 1), len(pieces)) - 1]
        context |= {"groups": pieces, "group": group, "grid": grid(group, zone)}
    response = render(request, "gatherings/programme.html", context)
    patch_vary_headers(response, ["Cookie"])
    return response


@kept.page()
def session(request: HttpRequest, slug: str, session_slug: str) -> HttpResponse:
    """One session. The public sees it once a release names it, and, cancelled, also afterwards."""
    gathering = visible(request, slug)
    one = get_object_or_404(gathering.sessions.select_related("track"), slug=session_slug)
    kept.depends(f"session:{one.pk}", f"links:{one.pk}", f"track:{one.track_id}")
    row = queries.released_row(one)
    works = may_see_working(request, gathering)
    if row is None and not works:
        raise Http404
    one.gathering = gathering
    report = queries.report_of(one)
    parts = queries.persons_of_sessions([one.pk]).get(one.pk, [])
    gone = row is not None and row.release_id != gathering.released_id
    context = {
        "gathering": gathering,
        "zone": ZoneInfo(gathering.time_zone),
        "session": one,
        "row": row,
        "shown": row or queries.working_row(one),
        "is_gone": gone,
        "parts": parts,
        "linked": jsonld.session_page(gathering, row, parts, cancelled=gone) if row else None,
        "links": list(one.links.all()),
        "conveners": queries.conveners_of(one),
        "outcome": queries.outcome_of(one) if row else None,
        "report": report if row and report and not report.is_owed else None,
        "starred": one.pk in agenda.read(request, gathering),
        "may_work": works,
    }
    response = render(request, "gatherings/session.html", context)
    patch_vary_headers(response, ["Cookie"])
    return response


@kept.page("page")
def person(request: HttpRequest, slug: str, person_slug: str) -> HttpResponse:
    """A person who takes part: her biography for this edition, and her sessions across all editions."""
    gathering = visible(request, slug)
    known, former = at_address(Person, person_slug)
    found = queries.participant(gathering, known.slug) if known else None
    if found is None:
        raise Http404
    rows = queries.sessions_of(found.person)
    if not any(row.session.gathering_id == gathering.pk for row in rows):
        raise Http404
    if former:
        return redirect("gatherings:person", gathering.slug, found.person.slug, permanent=True)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    editions: dict[Gathering, list[ReleasedSlot]] = {}
    for row in page:
        editions.setdefault(row.session.gathering, []).append(row)
    context = {
        "gathering": gathering,
        "person": found.person,
        "biography": found.biography,
        "page": page,
        "editions": [(one, rows, ZoneInfo(one.time_zone)) for one, rows in editions.items()],
    }
    return render(request, "gatherings/person.html", context)
