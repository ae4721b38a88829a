"""Rules as files: taken out of a call, put into a draft after a look at what would change, and the schema."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from summitry.text.value import Text

from .. import acts, exchange, rulesets
from ..compare import Change, is_text
from ..models import Call
from ..rules import RuleSet
from .base import UNPROCESSABLE, actor_of, call_for, number, press, said
from .places import place_of, placed, sentences

SHOWN = 300  # characters of a value beside a change


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of rule sets, under its own address."""
    found = {**rulesets.schema(), "$id": settings.BASE_URL + reverse("calls-rules-schema")}
    return JsonResponse(
        found,
        content_type="application/schema+json",
        headers={"Access-Control-Allow-Origin": "*"},
        json_dumps_params={"indent": 1},
    )


@never_cache
@login_required
@require_safe
def download(request: HttpRequest, slug: str) -> HttpResponse:
    """The rules as they stand: of a draft as they are being written."""
    call = call_for(request, slug, "calls.edit_rules")
    return HttpResponse(
        exchange.write(call.rules),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{slug}-rules.json"'},
    )


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File with rules"),
        help_text=gettext_lazy("JSON, as this page gives it. What it would change is shown first."),
        widget=forms.ClearableFileInput({"accept": ".json,application/json"}),
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Rules from a file into a draft: a look at what would change, then the button that does it."""
    call = call_for(request, slug, "calls.edit_rules")
    if call.state != Call.State.DRAFT:
        raise Http404(_("The rules are frozen: nothing can be put in their place."))
    if request.method != "POST":
        return _page(request, call, FileForm())
    content = request.POST.get("content")
    form = FileForm(request.POST, request.FILES) if content is None else FileForm()
    if content is None and not form.is_valid():
        return _page(request, call, form, status=UNPROCESSABLE)
    try:
        given = form.cleaned_data["file"] if content is None else None
        if given is not None and given.size > exchange.LARGEST:
            raise exchange.too_large()
        data = exchange.read(given.read() if given is not None else str(content).encode())
    except ValidationError as error:
        return _page(request, call, form, trouble=said(error), status=UNPROCESSABLE)
    look = exchange.look(call, data, timezone.now())
    if look.rules is None or request.POST.get("do") != "apply":
        status = 200 if look.rules is not None else UNPROCESSABLE
        return _page(request, call, FileForm(), look=look, status=status)
    rules, version = look.rules, number(request.POST.get("version"))
    return press(
        request,
        lambda: acts.edit_rules(actor_of(request), call, rules, version),
        lambda why: _page(request, call, FileForm(), look=look, trouble=why),
        reverse("calls:manage", args=[slug]),
        _("The rules of the file are in place."),
        lambda error: sentences(slug, rules, error),
    )


def _page(
    request: HttpRequest,
    call: Call,
    form: FileForm,
    *,
    look: exchange.Look | None = None,
    trouble: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "call": call,
        "form": form,
        "look": look,
        "open": placed(call.slug, look.rules, look.open) if look and look.rules else [],
        "trouble": trouble,
        "content": exchange.write(look.rules) if look and look.rules else "",
        "rows": [_row(call, look.rules, one) for one in look.changes] if look and look.rules else [],
    }
    return render(request, "calls/rules_upload.html", context, status=status)


def _row(call: Call, rules: RuleSet, change: Change) -> dict[str, Any]:
    """A change as the page shows it: its place by the words of the file's rules, of what is gone by the
    call's."""
    words = {True: _("order"), False: ""}[change.moved]
    if not words:
        words = _("new") if change.added else _("removed") if change.removed else _("changed")
    return {
        "place": place_of(call.slug, call.rules if change.removed else rules, change.path),
        "what": words,
        "before": _shown(change.before),
        "after": _shown(change.after),
    }


def _shown(value: Any) -> Any:
    """A value in words: a thing of the rules by its name and key, anything else as it is, cut short."""
    if is_text(value):
        return Text.from_json(value)
    if isinstance(value, Mapping) and "key" in value:
        named = next((value[name] for name in ("name", "label", "text", "subject") if name in value), None)
        return f"{Text.from_json(named)} ({value['key']})" if named else str(value["key"])
    if isinstance(value, list):
        return ", ".join(str(_shown(one)) for one in value)[:SHOWN]
    words = {None: "", True: _("yes"), False: _("no")}
    found = words[value] if value is None or isinstance(value, bool) else str(value)
    return found if len(found) <= SHOWN else found[: SHOWN - 1] + "…"
