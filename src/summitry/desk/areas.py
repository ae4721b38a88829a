"""The work areas of the desk: which there are, and for whom."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Role
from summitry.people.waiting import Waiting

KEPT = 300  # seconds that the counts of the last look at "Today" stand beside the links


@dataclass(frozen=True, slots=True)
class Area:
    """`key` is what a `Waiting` names; `roles`: who works here, in whatever scope; none: all."""

    key: str
    label: str | Promise
    icon: str
    url_name: str
    roles: frozenset[str] = frozenset()


_SECRETARIAT = Role.SECRETARIAT
AREAS: tuple[Area, ...] = (
    Area(
        "calls",
        _("Calls"),
        "call",
        "calls:work",
        frozenset(
            {
                _SECRETARIAT,
                Role.CALL_MANAGER,
                Role.SCREENER,
                Role.JUROR,
                Role.JURY_CHAIR,
                Role.ORGAN,
                Role.AUDITOR,
                Role.TRANSLATOR,
            }
        ),
    ),
    Area(
        "gatherings",
        _("Gatherings"),
        "calendar",
        "gatherings:desk",
        frozenset({_SECRETARIAT, Role.PROGRAMME, Role.AUDITOR, Role.TRANSLATOR}),
    ),
    Area(
        "documents",
        _("Documents"),
        "doc",
        "documents:desk",
        frozenset({_SECRETARIAT, Role.TRANSLATOR, Role.AUDITOR}),
    ),
    Area(
        "opinions",
        _("Opinion votes"),
        "opinion",
        "opinions:desk",
        frozenset({_SECRETARIAT, Role.TRANSLATOR, Role.AUDITOR}),
    ),
    Area(
        "signatures",
        _("Signatures"),
        "seal",
        "documents:signing_desk",
        frozenset({_SECRETARIAT, Role.DEPOSITARY, Role.AUDITOR}),
    ),
    Area("cases", _("Practice cases"), "map", "atlas:desk", frozenset({_SECRETARIAT, Role.TRANSLATOR})),
    Area("people", _("Organisations"), "users", "people:organisations", frozenset({_SECRETARIAT})),
    Area("mandates", _("Mandates"), "key", "people:mandates", frozenset({_SECRETARIAT})),
    Area("languages", _("Pages"), "lang", "site:desk_pages", frozenset({_SECRETARIAT, Role.TRANSLATOR})),
    Area("record", _("Public record"), "ledger", "record:index"),
)
_BY_KEY = {area.key: area for area in AREAS}


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the rail; `count` is how many things wait there for this user."""

    label: str | Promise
    url: str
    icon: str
    count: int = 0
    current: bool = False


def label_of(key: str) -> str:
    """What people call an area."""
    return str(_BY_KEY[key].label) if key in _BY_KEY else key


def open_to(user: Any) -> list[Area]:
    """The areas in which this user has something to do."""
    held = {role for role, _scope in user.roles}
    return [area for area in AREAS if not area.roles or area.roles & held]


def _key(user: Any) -> str:
    return f"desk.counts.{user.pk}"


def count(user: Any, found: Iterable[Waiting]) -> None:
    """Keep what waits in each area for the rail of the screens to come, which ask nothing."""
    counts: Counter[str] = Counter()
    for one in found:
        counts[one.area] += one.count
    cache.set(_key(user), dict(counts), KEPT)


def rail(request: HttpRequest) -> list[Link]:
    """Today, and the areas that are open to this user. No query beyond the user's mandates."""
    user = request.user
    if not user.is_authenticated:
        return []
    counts = cache.get(_key(user), {})
    today = reverse("desk:today")
    links = [Link(_("Today"), today, "tray", sum(counts.values()), request.path == today)]
    for area in open_to(user):
        url = reverse(area.url_name)
        links.append(Link(area.label, url, area.icon, counts.get(area.key, 0), request.path.startswith(url)))
    return links
