"""The editor of a draft: a provision a row, without scripts."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from summitry.people.web import Request
from summitry.record.act import require

from .. import acts, editing
from ..editing import NEW, START, Row
from ..models import Provision, Version
from ..structure import DEEPEST, Kind
from .desk import draft_at

PAGE = 40  # rows


@login_required
def draft(request: Request, slug: str) -> HttpResponse:
    """The draft's provisions; POST saves the rows that were altered, and does what the button says."""
    version = draft_at(slug)
    require(request.user, "documents.see_document", version)
    if request.method == "POST":
        return _saved(request, version)
    rows = _stored(version)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = [editing.stored(one) for one in page]
    insert = request.GET.get("insert", "" if rows else START)
    return _render(request, version, page, _with_new(shown, insert), len(rows))


def _stored(version: Version) -> list[Provision]:
    return list(version.provisions.order_by("position"))


def _with_new(rows: list[Row], insert: str) -> list[Row]:
    """The rows with an empty one after that of an anchor, or before all."""
    after = "" if insert == START else insert
    empty = Row(NEW, Kind.PARAGRAPH, 1, "", "", after=after)
    if insert == START:
        return [empty, *rows]
    found = []
    for row in rows:
        found.append(row)
        if row.anchor == insert:
            found.append(empty)
    return found


def _saved(request: Request, version: Version) -> HttpResponse:
    number = request.GET.get("page", "1")[:9]
    do = request.POST.get("do", "save")[:40]
    before = _stored(version)
    sent: list[Row] = []
    try:
        sent = editing.sent(request.POST)
        changes = editing.changes(sent, do, [one.anchor for one in before], version.document.source)
        version = acts.change_draft(request.user, version, changes)
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
        now = {one.anchor: one for one in before}
        rows = [editing.again(row, now.get(row.anchor)) for row in sent]
        page = Paginator(before, PAGE).get_page(number)
        return _render(request, version, page, rows, len(before), status=422)
    messages.success(request, _("Saved."))
    _action, _colon, target = do.partition(":")
    place = f"#{target}" if version.provisions.filter(anchor=target).exists() else ""
    return redirect(f"{reverse('documents:draft', args=[version.document.slug])}?page={number}{place}")


def _render(
    request: Request, version: Version, page: Any, rows: list[Row], total: int, status: int = 200
) -> HttpResponse:
    context = {
        "document": version.document,
        "draft": version,
        "tab": "draft",
        "page": page,
        "rows": rows,
        "total": total,
        "kinds": Kind.choices,
        "depths": range(1, DEEPEST + 1),
        "may_keep": request.user.has_perm("documents.keep_document", version),
    }
    return render(request, "documents/desk/draft.html", context, status=status)
