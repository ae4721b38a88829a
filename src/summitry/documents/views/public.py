"""What everybody reads: a document's way, its versions, what changed between them."""

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from summitry import kept
from summitry.people.models import User

from .. import acts, parts, queries, source
from ..forms import ReadersForm
from ..models import Document, Version
from ..queries.reading import ALL


def found(slug: str) -> Document:
    """A document that everybody may read. Raises Http404, also where nothing is published yet."""
    document = queries.by_slug(slug)
    if document is None:
        raise Http404(_("There is no document at this address."))
    return document


def found_version(slug: str, number: int) -> Version:
    """A published version. Raises Http404, for drafts too."""
    version = queries.version(slug, number) if number < 2**31 else None
    if version is None:
        raise Http404(_("There is no published version at this address."))
    return version


@require_safe
@kept.page()
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The way of a document: its versions, where it comes from, what came of it."""
    document = found(slug)
    context = {"lineage": queries.lineage(document), "reader": queries.reader_of(request.user, document)}
    return render(request, "documents/detail.html", {"document": document, **context})


@require_safe
@kept.page("text", "with", "at", "page")
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A version: in the reader's language, or in several side by side."""
    one = found_version(slug, number)
    beside = request.GET.getlist("with")
    if len(beside) > 1:  # as a form with boxes to tick asks: the page of one address is kept
        return redirect(f"{request.path}?{urlencode(_asked(request, beside))}")
    visit = parts.Visit(one, request.user, request.GET.get("at", "")[:12])
    versions = queries.published(one.document)
    page = queries.page(one, request.GET.get("text", ""), "".join(beside))
    context = {
        "document": one.document,
        "version": one,
        "versions": versions,
        "earlier": [other for other in versions if other.number < number],
        "page": page,
        "leaf": page.leaf(request.GET.get("page", "")[:10], visit.at),
        "entry": queries.publication(one),
        "at": visit.at,
        "aside": parts.shown(parts.Place.ASIDE, visit),
        "foot": parts.shown(parts.Place.FOOT, visit),
        "at_provisions": parts.by_provision(visit),
    }
    return render(request, "documents/version.html", context)


def _asked(request: HttpRequest, beside: list[str]) -> dict[str, str]:
    """The parameters of the page of a version, in one form."""
    codes = ALL if ALL in beside else ",".join(code for code in beside if code)
    given = {"text": request.GET.get("text", ""), "with": codes, "at": request.GET.get("at", "")}
    return {name: value for name, value in given.items() if value}


@require_safe
@kept.page("text")
def compare(request: HttpRequest, slug: str, number: int, other: int) -> HttpResponse:
    """What one version says differently from another, in words."""
    older, newer = found_version(slug, number), found_version(slug, other)
    return _compared(request, older, newer)


@require_safe
@kept.page("text")
def since(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What the newest version says differently: an address to keep for who has read this one."""
    older = found_version(slug, number)
    newest = queries.published(older.document)[-1]
    return _compared(request, older, newest, since=True)


def _compared(request: HttpRequest, older: Version, newer: Version, since: bool = False) -> HttpResponse:
    context = {
        "document": older.document,
        "older": older,
        "newer": newer,
        "since": since,
        "versions": queries.published(older.document),
        "comparison": queries.comparison(older, newer, request.GET.get("text", "")),
    }
    return render(request, "documents/compare.html", context)


@login_required
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """What changed since a reader with an account has read it; POST says that she has, or follows."""
    document, user = found(slug), cast(User, request.user)
    if request.method == "POST":
        form = ReadersForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("That form was not complete; nothing was changed."))
        elif form.cleaned_data["do"] == "read":
            acts.mark_read(user, found_version(slug, form.cleaned_data["number"] or 0))
            messages.success(request, _("Noted. What changes from now on stands here."))
        else:
            follows = form.cleaned_data["do"] == "follow"
            acts.follow(user, document, follows)
            messages.success(
                request, _("You get a letter about each new version.") if follows else _("No more letters.")
            )
        return redirect("documents:changes", slug)
    reader = queries.reader_of(user, document)
    read = reader.version if reader else None
    newest = queries.published(document)[-1]
    context = {
        "document": document,
        "reader": reader,
        "newest": newest,
        "comparison": _since_read(document, read, newest, request.GET.get("text", "")),
    }
    return render(request, "documents/changes.html", context)


def _since_read(
    document: Document, read: Version | None, newest: Version, text: str
) -> "queries.Comparison | None":
    if read is None or read.pk == newest.pk:
        return None
    read.document = document
    return queries.comparison(read, newest, text)


@require_safe
def source_json(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The words in the source language, as the bytes of which the record holds the digest."""
    one = found_version(slug, number)
    words = source.written(one, one.provisions.order_by("position"))
    return HttpResponse(words, content_type="application/json")
