"""A dealing on its way: asked for, computed by a worker, told on the page of assignments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.tasks import TaskResultStatus
from django.tasks.exceptions import TaskResultDoesNotExist, TaskResultMismatch
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .. import tasks
from ..models import Call
from .base import actor_of, call_for


@dataclass(frozen=True, slots=True)
class Dealing:
    """What a page tells of a dealing. key: under which it is asked for; asked: what the form said; since:
    when its computing began, None while it waits for a worker; ended: whether it is over, by what it did, or
    by why it did nothing."""

    key: str
    asked: Mapping[str, Any]
    since: datetime | None
    ended: bool = False
    told: str = ""
    reasons: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def ask(request: HttpRequest, call: Call, given: Mapping[str, Any]) -> str:
    """Put a dealing into the queue; the address of the page that will tell of it."""
    wanted = (given["per_entry"], given["most"], given["partly"])
    queued = tasks.deal.enqueue(call.pk, actor_of(request).pk, get_language() or "en", *wanted)
    return f"{reverse('calls:assignments', args=[call.slug])}?dealing={queued.id}"


def found(request: HttpRequest, call: Call) -> Dealing | None:
    """The dealing of this call that the address names; None for none, or one that is long over."""
    key = request.GET.get("dealing", "")
    if not key or not tasks.deal.get_backend().supports_get_result:
        return None
    try:
        result = tasks.deal.get_result(key)
    except (TaskResultDoesNotExist, TaskResultMismatch, ValueError):
        return None
    if result.args[0] != call.pk:
        return None
    asked = dict(zip(("per_entry", "most", "partly"), result.args[3:], strict=True))
    if not result.is_finished:
        return Dealing(str(result.id), asked, result.started_at)
    if result.status == TaskResultStatus.FAILED:
        return Dealing(
            key,
            asked,
            None,
            True,
            refused=(_("It was broken off by a fault of the server: nothing was dealt."),),
        )
    answer = result.return_value
    if "refused" in answer:
        return Dealing(key, asked, None, True, refused=tuple(answer["refused"]))
    return Dealing(key, asked, None, True, " ".join(_told(answer)), tuple(answer["reasons"]))


def _told(dealt: Mapping[str, Any]) -> Iterator[str]:
    """What a dealing did and what it came to, in sentences."""
    yield ngettext("%(n)d assignment was made.", "%(n)d assignments were made.", dealt["made"]) % {
        "n": dealt["made"]
    }
    if dealt["ended"]:
        yield ngettext(
            "%(n)d earlier assignment was ended.", "%(n)d earlier assignments were ended.", dealt["ended"]
        ) % {"n": dealt["ended"]}
    if dealt["mean"] is not None:
        yield _("How well jurors fit, from 0 to 100: %(mean)d on average.") % {
            "mean": round(100 * dealt["mean"])
        }
    if dealt["worst"] is not None:
        least = _("The entry that is served worst has %(worst)d.") % {"worst": round(100 * dealt["worst"])}
        yield least
        yield (
            _("It is proven that no other assignment is better.")
            if dealt["proven"]
            else _("Whether another assignment is better could not be proven.")
        )


@never_cache
@login_required
@require_safe
def dealing(request: HttpRequest, slug: str) -> HttpResponse:
    """How far it is, for a page that asks every few seconds; once it is over, the page is fetched anew."""
    call = call_for(request, slug, "calls.assign")
    now = found(request, call)
    if now is None:
        raise Http404(_("There is no such dealing."))
    answer = render(request, "calls/_dealing.html", {"call": call, "dealing": now})
    if now.ended:
        answer["HX-Redirect"] = f"{reverse('calls:assignments', args=[slug])}?dealing={now.key}"
    return answer
