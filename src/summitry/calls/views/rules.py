"""The rules of a call, part by part: what stands alone has a form, a list has a page where it is ordered."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from summitry.record.act import Stale

from .. import acts, checks, eligibility
from .. import fields as field_kinds
from .. import stages as stage_kinds
from ..fields import Context
from ..forms import parts, tree
from ..forms.answers import AnswerForm
from ..models import Call
from ..rules import Condition, Field, RuleSet
from .base import UNPROCESSABLE, actor_of, call_for, number, wrong_button
from .outline import LISTS, WEIGHTS, ListPart, has_weights, list_part, part_of, things_of
from .places import Placed, placed, sentences


def keep(request: HttpRequest, call: Call, rules: RuleSet, version: int | None, reason: Any = None) -> None:
    """Put changed rules in place: of a draft at once, of an open call as an amendment. Raises as acts do."""
    if call.state == Call.State.DRAFT:
        acts.edit_rules(actor_of(request), call, rules, version)
        messages.success(request, _("Saved."))
    else:
        acts.amend(actor_of(request), call, rules, reason, version)
        messages.success(
            request, _("The amendment is in force and entered in the record. Applicants are told.")
        )


def _permission(request: HttpRequest) -> str:
    return "calls.edit_rules"


def _save(request: HttpRequest, call: Call, form: Any, changed: Callable[[], RuleSet]) -> bool:
    """Try to save a form's change; whether it worked. What was refused stands in the form."""
    if not form.is_valid():
        return False
    rules = changed()
    try:
        keep(request, call, rules, form.cleaned_data["version"], form.cleaned_data.get("amendment"))
    except Stale as error:
        form.add_error(None, error)
        form.add_error(
            None, _("What you typed is still here. Open the page again in another tab and compare.")
        )
    except ValidationError as error:
        for message in sentences(call.slug, rules, error):
            form.add_error(None, message)
    return not form.errors


def _context(call: Call, **more: Any) -> dict[str, Any]:
    return {"call": call, "amending": call.state != Call.State.DRAFT, "rules": call.rules, **more}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One part with one form."""
    call = call_for(request, slug, _permission(request))
    one = part_of(call.rules, key)
    form = one.form(
        request.POST or None, rules=call.rules, old=one.read(call.rules), initial={"version": call.version}
    ).settle(call.state != Call.State.DRAFT)
    if request.method == "POST" and _save(request, call, form, lambda: one.put(call.rules, form.thing())):
        return redirect("calls:manage", slug)
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(
        request, "calls/part.html", _context(call, form=form, heading=one.label, key=key), status=status
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def items(request: HttpRequest, slug: str, where: str) -> HttpResponse:
    """A list of the rules; buttons move, copy and remove its things."""
    call, one = call_for(request, slug, _permission(request)), list_part(where)
    things = things_of(call.rules, where)
    if request.method != "POST":
        return _list_page(request, call, where, one, things)
    deed, _colon, key = request.POST.get("do", "").partition(":")
    try:
        if deed in {"up", "down"}:
            rules = tree.moved(call.rules, where, key, -1 if deed == "up" else 1)
        elif deed == "double" and one.doubles:
            rules = tree.doubled(call.rules, where, key)
        elif deed == "remove":
            rules = tree.removed(call.rules, where, key)
        else:
            return wrong_button()
    except tree.Nowhere:
        raise Http404(_("The rules have no such part.")) from None
    if rules != call.rules:  # a second click, or the end of the list: nothing to do
        try:
            keep(request, call, rules, number(request.POST.get("version")))
        except ValidationError as error:
            return _list_page(request, call, where, one, things, sentences(call.slug, rules, error))
    back = reverse("calls:items", args=[slug, where])
    return redirect(f"{back}?last={deed}-{key}" if deed != "remove" else back)  # the button keeps the focus


def _list_page(
    request: HttpRequest, call: Call, where: str, one: ListPart, things: Any, trouble: list[str] | None = None
) -> HttpResponse:
    rows = [{"key": thing.key, "label": parts.label_of(thing), "about": _about(thing)} for thing in things]
    context = _context(
        call,
        where=where,
        list=one,
        rows=rows,
        trouble=trouble,
        last=request.GET.get("last", ""),
        crumbs=_crumbs(call, where),
        preview=preview_of(request, call) if where.partition(".")[0] == "fields" else None,
        later=later_of(request, call) if where.partition(".")[0] == "fields" else (),
    )
    return render(request, "calls/items.html", context, status=UNPROCESSABLE if trouble else 200)


def _about(thing: Any) -> list[str]:
    """What a row says beside a thing's name: its kind, weight, quota."""
    found = []
    if kind := getattr(thing, "kind", ""):
        found.append(str(_registry(thing).kind(kind).label))
    if getattr(thing, "required", False):
        found.append(_("an answer is needed"))
    if weight := getattr(thing, "weight", 0):
        found.append(f"{weight}%")
    if (quota := getattr(thing, "quota", None)) is not None:
        found.append(_("at most %(number)d") % {"number": quota})
    return found


def _registry(thing: Any) -> Any:
    """Where the kinds of such a thing are registered."""
    if isinstance(thing, Condition):
        return eligibility
    return field_kinds if isinstance(thing, Field) else stage_kinds


def _crumbs(call: Call, where: str) -> list[tuple[str, Any]]:
    """The way to a list inside a list."""
    steps = where.split(".")
    if len(steps) != 3:
        return []
    thing = tree.item(call.rules, steps[0], steps[1])
    return [
        (reverse("calls:items", args=[call.slug, steps[0]]), LISTS[steps[0]].label),
        (reverse("calls:item", args=[call.slug, steps[0], steps[1]]), parts.label_of(thing)),
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def item_add(request: HttpRequest, slug: str, where: str) -> HttpResponse:
    """A new thing in a list."""
    call, one = call_for(request, slug, _permission(request)), list_part(where)
    things = things_of(call.rules, where)
    if call.state != Call.State.DRAFT:
        raise Http404(_("The rules are frozen: nothing can be added."))
    form = one.new(
        request.POST or None,
        rules=call.rules,
        taken=[thing.key for thing in things],
        initial={"version": call.version},
    )
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if _save(request, call, form, lambda: tree.added(call.rules, where, form.thing())):
            if one.new is one.form:
                return redirect("calls:items", slug, where)
            return redirect("calls:item", slug, where, form.thing().key)
    context = _context(call, form=form, heading=one.add, where=where, list=one, crumbs=_crumbs(call, where))
    return render(request, "calls/part.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, slug: str, where: str, key: str) -> HttpResponse:
    """One thing of a list."""
    call, one = call_for(request, slug, _permission(request)), list_part(where)
    try:
        old = tree.item(call.rules, where, key)
    except tree.Nowhere:
        raise Http404(_("The rules have no such part.")) from None
    form = one.form(
        request.POST or None, rules=call.rules, old=old, initial={"version": call.version}
    ).settle(call.state != Call.State.DRAFT)
    if request.method == "POST" and _save(
        request, call, form, lambda: tree.changed(call.rules, where, key, form.thing())
    ):
        return redirect("calls:items", slug, where)
    context = _context(
        call,
        form=form,
        heading=parts.label_of(old),
        about=_about(old),
        where=where,
        list=one,
        crumbs=_crumbs(call, where),
        inside=[
            (f"{where}.{key}.{name}", label, len(getattr(old, name)))
            for name, label in one.inside
            if _has(old, name)
        ],
        weights=f"{WEIGHTS}{key}" if where == "stages" and has_weights(call.rules, old) else "",
        preview=preview_of(request, call, old) if isinstance(old, Field) else None,
    )
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "calls/part.html", context, status=status)


def _has(thing: Any, name: str) -> bool:
    """Whether a thing's kind knows this list: choices where one chooses, criteria where one marks."""
    if name == "choices":
        return bool(field_kinds.kind(thing.kind).needs_choices or thing.choices)
    if name in {"criteria", "units"}:
        return bool(getattr(stage_kinds.kind(thing.kind), name) or getattr(thing, name))
    return True


def preview_of(request: HttpRequest, call: Call, field: Field | None = None, stage: str = "") -> AnswerForm:
    """The form as applicants will see it when they submit or at a stage, or one question of it; nothing in it
    can be sent."""
    rules = call.rules.asked(stage) if field is None else replace(call.rules, fields=(field,))
    context = Context((request.LANGUAGE_CODE or "").lower(), rules.languages)
    form = AnswerForm(rules, {}, context, auto_id="preview_%s")
    for one in form.fields.values():
        one.widget.attrs["disabled"] = True
    return form


def later_of(request: HttpRequest, call: Call) -> list[tuple[Any, AnswerForm]]:
    """The stages that ask for more, each with its form as applicants will see it."""
    return [(one, preview_of(request, call, stage=one.key)) for one, _fields in call.rules.asked_later()]


def found_problems(call: Call) -> list[Placed]:
    """What keeps a draft from being opened, now, and where it is put right."""
    if call.state != Call.State.DRAFT:
        return []
    return placed(call.slug, call.rules, checks.problems(call.rules, call, timezone.now()))
