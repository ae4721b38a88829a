"""What was said of a version, and what became of it: for all who may read it."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from summitry import kept
from summitry.people.web import page_of, table_out

from .. import consulting, dispositions, evidence
from ..models import Amendment, Comment, Version
from ..queries import consulting as queries
from ..queries import disposition as answers

UNPROCESSABLE = 422


def found(slug: str, number: int) -> Version:
    """A published version. Raises Http404."""
    version = queries.version_of(slug, number)
    if version is None:
        raise Http404(_("There is no such version at this address."))
    return version


def read(request: HttpRequest, version: Version) -> None:
    """Raises PermissionDenied unless this reader may read what was said of it."""
    if not consulting.may_read(request.user, version):
        raise PermissionDenied(
            _("Only members read what is said of this version, until the answers are published.")
        )


def base(request: HttpRequest, version: Version, tab: str) -> dict[str, Any]:
    """What every page of a consultation shows. Two queries."""
    return {
        "version": version,
        "document": version.document,
        "consultation": queries.consultation(version, request.user),
        "tab": tab,
    }


def _listed(request: HttpRequest, slug: str, number: int, name: str) -> HttpResponse:
    version = found(slug, number)
    read(request, version)
    anchor = request.GET.get("provision")
    rows = queries.comments(version, anchor) if name == "comments" else queries.amendments(version, anchor)
    page = page_of(request, rows)
    context = {
        **base(request, version, name),
        "page": page,
        "rows": queries.shown(page, version),
        "anchor": anchor,
        "provision": queries.provision_at(version, anchor or ""),
    }
    return render(request, f"documents/consulting/{name}.html", context)


@require_safe
@kept.page("page", "provision")
def comments(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """All comments, or those at one provision."""
    return _listed(request, slug, number, "comments")


@require_safe
@kept.page("page", "provision")
def amendments(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """All amendments, or those at one provision."""
    return _listed(request, slug, number, "amendments")


def one(request: HttpRequest, slug: str, number: int, name: str, k: int) -> queries.Shown:
    """A comment or an amendment that this reader may read. Raises Http404, PermissionDenied."""
    version = found(slug, number)
    read(request, version)
    row = queries.one_of(version, name, k)
    if row is None:
        raise Http404(_("There is no such comment or amendment."))
    return row


def _context(request: HttpRequest, row: queries.Shown) -> dict[str, Any]:
    said, version = row.said, row.said.version
    own = said.person is not None and said.person.user_id is not None
    return {
        **base(request, version, row.name),
        "row": row,
        "said": said,
        "provision": queries.provision_at(version, said.anchor),
        "later": queries.what_became(said),
        "own": own and said.person is not None and said.person.user_id == request.user.pk,
        "may_translate": request.user.has_perm("documents.translate", version),
    }


@require_safe
@kept.page()
def comment(request: HttpRequest, slug: str, number: int, k: int) -> HttpResponse:
    """One comment, and what became of it."""
    row = one(request, slug, number, "comments", k)
    said, context = cast(Comment, row.said), _context(request, row)
    context |= {
        "quoted": queries.quoted_in(said, context["provision"]),
        "translated": bool(said.text) and said.text.best().language != said.text.source,
        "original": said.text.get(said.text.source),
    }
    return render(request, "documents/consulting/comment.html", context)


@require_safe
@kept.page()
def amendment(request: HttpRequest, slug: str, number: int, k: int) -> HttpResponse:
    """One amendment, who stands behind it, and what became of it."""
    row = one(request, slug, number, "amendments", k)
    said = cast(Amendment, row.said)
    context = {
        **_context(request, row),
        "supporters": page_of(request, queries.supporters(said), 200),
        "parts": queries.parts_of(said),
        "evidence": said.evidence,
        "evidence_template": evidence.template_of(said.evidence),
        "facts": evidence.facts(said.evidence),
        "stands_for": queries.stands_for(request.user, said),
    }
    return render(request, "documents/consulting/amendment.html", context)


@require_safe
@kept.page("page", "kind", "answer", "provision")
def disposition(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Every comment and amendment with its answer, provision by provision."""
    version = found(slug, number)
    read(request, version)
    asked = {name: request.GET.get(name, "") for name in ("kind", "answer", "provision")}
    keys = answers.disposition_keys(
        version, name=asked["kind"], outcome=asked["answer"], anchor=asked["provision"]
    )
    page = page_of(request, keys)
    context = {
        **base(request, version, "disposition"),
        "asked": asked,
        "page": page,
        "rows": answers.disposition_rows(version, page.object_list),
        "numbers": answers.numbers(version),
        "next": queries.following(version),
        "outcomes": dispositions.every(),
        "reports": answers.replied_reports(version),
    }
    return render(request, "documents/consulting/disposition.html", context)


@require_safe
def export(request: HttpRequest, slug: str, number: int, kind: str) -> HttpResponse:
    """The disposition table for a spreadsheet: csv, xlsx."""
    if kind not in {"csv", "xlsx"}:
        raise Http404(_("There is no such file."))
    version = found(slug, number)
    read(request, version)

    def address(name: str, k: int) -> str:
        view = "documents:comment" if name == "comments" else "documents:amendment"
        return request.build_absolute_uri(reverse(view, args=[slug, number, k]))

    widths = [12, 8, 10, 10, 10, 40, 60, 60, 30, 12, 10, 16, 60, 10, 40]
    options = {"widths": widths} if kind == "xlsx" else {}
    return table_out(f"{slug}-{number}-disposition", kind, answers.table(version, address), **options)
