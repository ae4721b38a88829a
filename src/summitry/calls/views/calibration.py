"""The chair's page on what the marks mean: estimates and jurors, or why the model says nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from summitry.people.web import page_of
from summitry.text.value import Text

from .. import charts, queries_pages
from ..calibrated import Refusal, Z
from ..models import Submission
from ..queries.calibration import Calibration, calibration_page
from .base import call_for

LISTED = 50
NAMED = 12  # jurors named in one sentence


@never_cache
@login_required
@require_safe
def calibration(request: HttpRequest, slug: str) -> HttpResponse:
    """Two lists, ?show=entries and ?show=jurors, each with its picture; ?stage= chooses among several."""
    call = call_for(request, slug, "calls.see_sheet")
    found = calibration_page(request.user, call, request.GET.get("stage", ""))
    if found is None:
        return render(request, "calls/calibration.html", {"call": call})
    show = "jurors" if request.GET.get("show") == "jurors" else "entries"
    z = Z[found.confidence]
    context: dict[str, Any] = {
        "call": call,
        "found": found,
        "show": show,
        "tabs": [
            ("entries", _("Entries"), len(found.analysis.entries)),
            ("jurors", _("Jurors"), len(found.analysis.jurors)),
        ],
        "reasons": reasons(found.analysis.refused, found.labels) if found.analysis.refused else [],
    }
    if show == "jurors":
        page = page_of(request, found.analysis.jurors, LISTED)
        lines = list(page.object_list)
        first = page.start_index()
        context |= {
            "page": page,
            "rows": [(first + at, _label(one.person, found.labels), one) for at, one in enumerate(lines)],
            "chart": charts.of_jurors(lines, z, first),
        }
    else:
        page = page_of(request, found.analysis.entries, LISTED)
        lines = list(page.object_list)
        titles = _titles(request.user, found, [one.ref for one in lines])
        context |= {
            "page": page,
            "rows": [(titles.get(one.ref, ""), one) for one in lines],
            "chart": charts.of_entries(lines, z, found.places),
        }
    return render(request, "calls/calibration.html", context)


def _titles(user: Any, found: Calibration, refs: Sequence[str]) -> dict[str, Any]:
    """ref -> title of the entries on this page. One query."""
    call = found.call
    names = call.is_sealed or not call.rules.blind
    titles = {}
    for one in Submission.objects.filter(call=call, ref__in=refs).on_duty_of(user):
        one.call = call
        titles[one.ref] = queries_pages.title_for(one, names, False)
    return titles


def _label(person: int, labels: Mapping[int, Text | str]) -> Text | str:
    return labels.get(person) or _("Juror")


def _named(people: Sequence[int], labels: Mapping[int, Text | str]) -> str:
    """The first few by name, the rest as a number."""
    named = _(", ").join(str(_label(one, labels)) for one in people[:NAMED])
    rest = len(people) - NAMED
    if rest <= 0:
        return named
    return ngettext("%(named)s and %(count)d more", "%(named)s and %(count)d more", rest) % {
        "named": named,
        "count": rest,
    }


def reasons(refused: Refusal, labels: Mapping[int, Text | str]) -> list[str]:
    """Why the model says nothing of these marks, as sentences."""
    found = []
    if refused.groups:
        found.append(
            _(
                "No chain of shared entries connects all jurors, so nobody can tell whether one group is"
                " stricter or its entries are weaker. Let a juror of each group mark an entry of the other."
            )
        )
        for at, (entries, jurors) in enumerate(refused.groups[:NAMED], 1):
            counted = ngettext("%(count)d entry", "%(count)d entries", entries) % {"count": entries}
            found.append(
                _("Group %(number)d: %(jurors)s (%(entries)s)")
                % {"number": at, "jurors": _named(jurors, labels), "entries": counted}
            )
        if len(refused.groups) > NAMED:
            rest = len(refused.groups) - NAMED
            found.append(ngettext("%(count)d group more", "%(count)d groups more", rest) % {"count": rest})
    if refused.sparse:
        found.append(
            ngettext(
                "Each juror needs at least %(least)d marks; this one has fewer: %(jurors)s.",
                "Each juror needs at least %(least)d marks; these have fewer: %(jurors)s.",
                len(refused.sparse),
            )
            % {"least": refused.least, "jurors": _named(refused.sparse, labels)}
        )
    if refused.tight and not refused.groups:
        found.append(_("There are too few marks to tell chance from a difference between jurors or entries."))
    if refused.indistinct:
        found.append(_("The marks differ no more between entries than chance alone would make them."))
    if refused.unsettled:
        found.append(_("The computation of the model did not settle on these marks."))
    return found
