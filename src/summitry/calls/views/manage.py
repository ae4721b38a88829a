"""The manager's overview of calls: begin one, see what is wrong with it, open it, run its stages, publish."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from summitry.people.queries import institution
from summitry.people.web import done, page_of
from summitry.record.act import require

from .. import acts, letters, queries, queries_pages, rulesets
from ..acts.reminding import remind as send_reminders
from ..forms.manage import NewCallForm
from ..models import Call, Decision, StageRun
from ..queries.answers import published_marks
from .base import UNPROCESSABLE, actor_of, call_for, may, press
from .outline import LISTS, PARTS, things_of
from .places import sentences
from .rules import found_problems, later_of, preview_of

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@login_required
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """Every call in which this user has a duty, with what she can do there."""
    page = page_of(request, queries.calls_at_work(request.user))
    rows = queries_pages.work_rows(request.user, page.object_list)
    context = {"page": page, "rows": rows, "may_create": may(request.user, "calls.create_call")}
    return render(request, "calls/work.html", context)


@never_cache
@login_required
@GET_POST
def new(request: HttpRequest) -> HttpResponse:
    """A draft call from a template."""
    require(request.user, "calls.create_call")
    templates = [(name, rulesets.load(name).title) for name in rulesets.names()]
    form = NewCallForm([(name, str(title)) for name, title in templates], request.POST or None)

    def make() -> Call:
        given = form.cleaned_data
        names = ("slug", "template", "title", "opens_at", "closes_at")
        made: Call = acts.create_call(actor_of(request), **{name: given[name] for name in names})
        return made

    if request.method == "POST" and done(form, make):
        messages.success(request, _("The draft is made. Nobody outside sees it before you open it."))
        return redirect("calls:manage", form.cleaned_data["slug"])
    return render(request, "calls/new.html", {"form": form}, status=UNPROCESSABLE if form.errors else 200)


@never_cache
@login_required
@require_safe
def manage(request: HttpRequest, slug: str) -> HttpResponse:
    """One call: where it stands, what waits, its parts."""
    return overview(request, call_for(request, slug, "calls.manage_call"))


def overview(request: HttpRequest, call: Call, trouble: list[str] | None = None) -> HttpResponse:
    """The overview, with the reason why a button did not work."""
    page = queries.manager_overview(request.user, call)
    steps, versions = queries_pages.steps_and_versions(call)
    can = {
        name: may(request.user, f"calls.{name}", call)
        for name in (
            "edit_rules",
            "open_call",
            "close_call",
            "run_stage",
            "assign",
            "appoint",
            "publish_call",
            "export_marks",
        )
    }
    context = {
        "call": call,
        "rules": call.rules,
        "overview": page,
        "steps": steps,
        "versions": versions,
        "problems": found_problems(call),
        "next_stage": _next_stage(call, page),
        "parts": [(key, part.label) for key, part in PARTS.items()],
        "lists": [
            (where, part.label, len(things_of(call.rules, where)))
            for where, part in LISTS.items()
            if "*" not in where
        ],
        "can": can,
        "ready": all(
            row.run.state == StageRun.State.CLOSED or "publish" in row.run.component.allows
            for row in page.stages
        ),
        "trouble": trouble,
        "due": call.state == Call.State.OPEN and call.closes_at and call.closes_at < timezone.now(),
    }
    return render(request, "calls/manage.html", context)


def _next_stage(call: Call, page: queries.Overview) -> str:
    """The stage whose turn it is to be opened; that which publishes opens by publishing."""
    if call.state not in {Call.State.CLOSED, Call.State.DECIDED}:
        return ""
    waiting = next((one.run for one in page.stages if one.run.state != one.run.State.CLOSED), None)
    if waiting is None or waiting.is_open or "publish" in waiting.component.allows:
        return ""
    return str(waiting.key)


@login_required
@require_POST
def open_call(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_for(request, slug, "calls.open_call")
    if call.state != Call.State.DRAFT:  # a second click
        return redirect("calls:manage", slug)
    return press(
        request,
        lambda: acts.open_call(actor_of(request), call),
        lambda why: overview(request, call, why),
        reverse("calls:manage", args=[slug]),
        _("The call is open. Its rules are frozen and their digest is in the record."),
        lambda error: sentences(slug, call.rules, error),
    )


@login_required
@require_POST
def close_call(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_for(request, slug, "calls.close_call")
    return press(
        request,
        lambda: acts.close_call(actor_of(request), call),
        lambda why: overview(request, call, why),
        reverse("calls:manage", args=[slug]),
        _("The call is closed. The first stage can be opened."),
    )


@never_cache
@login_required
@GET_POST
def discard(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask once more, then delete a draft."""
    found = Call.objects.filter(slug=slug).first()
    if found is None and request.method == "POST":  # a second click
        return redirect("calls:work")
    call = call_for(request, slug, "calls.edit_rules")
    if request.method == "POST":
        return press(
            request,
            lambda: acts.discard_call(actor_of(request), call),
            lambda why: overview(request, call, why),
            reverse("calls:work"),
            _("The draft is deleted."),
        )
    return render(request, "calls/discard.html", {"call": call})


@login_required
@require_POST
def stage(request: HttpRequest, slug: str, key: str, deed: str) -> HttpResponse:
    """Open or close a stage."""
    call = call_for(request, slug, "calls.run_stage")
    run = call.stages.filter(key=key).first()
    if run is None:
        raise Http404(_("There is no such stage."))
    run.call = call
    act, said = {
        "open": (acts.open_stage, _("The stage is open; its people have been told.")),
        "close": (acts.close_stage, _("The stage is closed.")),
    }[deed]
    return press(
        request,
        lambda: act(actor_of(request), run),
        lambda why: overview(request, call, why),
        reverse("calls:manage", args=[slug]),
        said,
    )


@login_required
@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The form as applicants will see it; nothing in it can be sent."""
    call = call_for(request, slug, "calls.edit_rules")
    form, later = preview_of(request, call), later_of(request, call)
    context = {"call": call, "form": form, "later": later, "rules": call.rules}
    return render(request, "calls/preview.html", context)


@never_cache
@login_required
@GET_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """What publishing will do: what each applicant reads. Then the button."""
    call = call_for(request, slug, "calls.publish_call")
    if call.is_published or not call.is_sealed:
        return redirect("calls:manage", slug)
    if request.method != "POST":
        return publish_page(request, call)
    return press(
        request,
        lambda: acts.publish(actor_of(request), call),
        lambda why: publish_page(request, call, why),
        reverse("calls:results", args=[slug]),
        _("Published. Each applicant has her answer."),
    )


def publish_page(request: HttpRequest, call: Call, trouble: list[str] | None = None) -> HttpResponse:
    """The answers as their readers will get them, twenty a page, and what can be done with them now."""
    page = page_of(request, queries_pages.answers_of(call, request.user), 20)
    run = call.stages.allowing("publish").get()
    run.call = call
    before = call.stages.filter(position__lt=run.position).exclude(state=StageRun.State.CLOSED).first()
    if before is not None:
        before.call = call
    until = run.closes_at if run.rule.option("embargo") else None
    under = until if until and until > timezone.now() else None
    context = {
        "call": call,
        "rules": call.rules,
        "page": page,
        "trouble": trouble,
        "rows": _letters(call, list(page.object_list), under if call.told_at is None else None),
        "until": under,
        "before": before,
        "held": under is not None or before is not None,
    }
    return render(request, "calls/publish.html", context)


@login_required
@require_POST
def remind(request: HttpRequest, slug: str) -> HttpResponse:
    """Letters to everybody whose work in the open stage is not done."""
    call = call_for(request, slug, "calls.run_stage")

    def deed() -> None:
        count = send_reminders(actor_of(request), call)
        said = ngettext("%(n)d reminder is on its way.", "%(n)d reminders are on their way.", count) % {
            "n": count
        }
        messages.success(request, said)

    return press(
        request, deed, lambda why: overview(request, call, why), reverse("calls:manage", args=[slug])
    )


def _letters(call: Call, decisions: list[Decision], embargo: datetime | None) -> list[dict[str, Any]]:
    """The answers of one page as their readers will get them."""
    for one in decisions:
        one.submission.call = call
    sheets = published_marks(call, [one.submission for one in decisions])
    house = institution()
    return [
        {
            "decision": one,
            "answer": letters.answer(
                call,
                one,
                one.submission.applicant.user,
                sheets=sheets.get(one.submission_id, ()),
                embargo=embargo,
                house=house,
            ),
        }
        for one in decisions
    ]
