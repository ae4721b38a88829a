"""Adoption and positions: what everybody reads, objections, the desk."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from rules.permissions import has_perm

from summitry import kept
from summitry.people.web import Request, done, file_out, posted
from summitry.record.act import require

from .. import acts, queries, ways
from ..models import Adoption, Document, Position, Version
from ..queries import adopting, speakers
from ..signing_forms import AdoptionForm, ObjectionForm, PositionForm


def public_document(slug: str) -> Document:
    """A document of which something is published. Raises Http404."""
    kept.depends("documents")
    found = Document.objects.public().filter(slug=slug).first()
    if found is None:
        raise Http404(_("There is no document at this address."))
    kept.depends(f"document:{found.pk}")
    return found


def final_version(document: Document) -> Version:
    """The latest final text. Raises Http404."""
    found = adopting.final_versions(document).first()
    if found is None:
        raise Http404(_("This document has no final text yet."))
    return found


@require_safe
@kept.page()
def adoption(request: HttpRequest, slug: str) -> HttpResponse:
    """How the text was, or is being, adopted; who objects, and why."""
    document = public_document(slug)
    pages = adopting.adoptions_of(document)
    if not pages:
        raise Http404(_("This text has not been put to adoption."))
    mine = adopting.may_object(request.user, pages[0].adoption) if pages[0].open_now else []
    may = bool(pages and adopting.without_objection(pages[0], mine))
    context = {"document": document, "pages": pages, "mine": {one.pk for one in mine}, "may_object": may}
    return render(request, "documents/signing/adoption.html", context)


@never_cache
@login_required
def object_to(request: Request, slug: str) -> HttpResponse:
    """An objection, for an organisation for which one speaks."""
    now = timezone.now()
    document = public_document(slug)
    pages = adopting.adoptions_of(document)
    if not pages:
        raise Http404(_("This text has not been put to adoption."))
    one = pages[0]
    bodies = adopting.may_object(request.user, one.adoption)
    form = ObjectionForm(bodies, posted(request))
    if done(
        form,
        lambda: acts.object_to_adoption(
            request.user,
            one.adoption,
            form.cleaned_data["organisation"],
            form.cleaned_data["reason"],
            now=now,
        ),
    ):
        messages.success(request, _("The objection stands, and is entered in the record."))
        return redirect("documents:adoption", slug)
    free = bodies if form.is_bound else adopting.without_objection(one, bodies)
    why = "" if one.open_now else _("Objections are not taken now.")
    if not why and not bodies:
        why = _("You speak for none of the organisations that may object.")
    elif not why and not free:
        why = _("Your organisation has objected already. Withdraw that first.")
    context = {"document": document, "page": one, "form": form, "why": "" if form.is_bound else why}
    status = 422 if form.is_bound else 200
    return render(request, "documents/signing/object.html", context, status=status)


@login_required
@require_POST
def withdraw_objection(request: Request, slug: str, pk: int) -> HttpResponse:
    """Takes an objection back."""
    document = public_document(slug)
    found = next(
        (
            one
            for page in adopting.adoptions_of(document)
            if pk < 2**31 and (one := adopting.objection_of(page.adoption, pk))
        ),
        None,
    )
    if found is None:
        raise Http404(_("There is no such objection."))
    try:
        acts.withdraw_objection(request.user, found)
        messages.success(request, _("The objection is withdrawn, and this is entered in the record."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("documents:adoption", slug)


# -- positions ------------------------------------------------------------------------------------


@require_safe
@kept.page()
def positions(request: HttpRequest, slug: str) -> HttpResponse:
    """What organisations stated about the final text; withdrawn words stay readable."""
    document = public_document(slug)
    version = final_version(document)
    bodies = speakers.voices(request.user)
    context = {
        "document": document,
        "version": version,
        "positions": adopting.positions_of(version),
        "mine": {one.pk for one in bodies},
    }
    return render(request, "documents/signing/positions.html", context)


@never_cache
@login_required
def state(request: Request, slug: str) -> HttpResponse:
    """States a position."""
    document = public_document(slug)
    version = final_version(document)
    bodies = speakers.voices(request.user)
    form = PositionForm(bodies, posted(request), initial={"anchors": request.GET.get("at", "")[:12]})
    if done(form, lambda: acts.state_position(request.user, version, **form.cleaned_data)):
        messages.success(request, _("The position stands with the text, and is entered in the record."))
        return redirect("documents:positions", slug)
    context = {"document": document, "version": version, "form": form, "bodies": bodies}
    return render(
        request, "documents/signing/state_position.html", context, status=422 if form.is_bound else 200
    )


@never_cache
@login_required
def withdraw_position(request: Request, slug: str, uid: Any) -> HttpResponse:
    """Withdraws a position; first it is asked."""
    rows = Position.objects.select_related("organisation", "version__document")
    found = get_object_or_404(rows, uid=uid, version__document__slug=slug)
    require(request.user, "documents.speak_for", found.organisation)
    if request.method == "POST":
        acts.withdraw_position(request.user, found)
    elif found.withdrawn_at is None:
        context = {"document": found.version.document, "version": found.version, "one": found}
        return render(request, "documents/signing/withdraw_position.html", context)
    messages.success(request, _("The position is withdrawn; its words stay readable."))
    return redirect("documents:positions", slug)


# -- the desk -------------------------------------------------------------------------------------


@login_required
def desk(request: Request, slug: str) -> HttpResponse:
    """The ways in which the final text can be put to adoption, and what became of it."""
    document = get_object_or_404(Document, slug=slug)
    require(request.user, "documents.see_document", document)
    version = adopting.final_versions(document).first()
    context = {
        "tab": "adoption",
        "draft": queries.draft_of(document),
        "may_see": request.user.has_perm("documents.see_evidence", document),
        "may_keep": request.user.has_perm("documents.keep_document", document),
        "document": document,
        "version": version,
        "ways": ways.every(),
        "pages": adopting.adoptions_of(document),
        "may": request.user.has_perm("documents.adopt", document),
    }
    return render(request, "documents/signing/desk_adoption.html", context)


@login_required
def begin(request: Request, slug: str, way: str) -> HttpResponse:
    """Puts the final text to adoption in one way."""
    document = get_object_or_404(Document, slug=slug)
    require(request.user, "documents.adopt", document)
    version = adopting.final_versions(document).first()
    if version is None or not ways.known(way):
        raise Http404(_("This document has no final text yet."))
    if request.method != "POST" and hasattr(version, "adoption"):
        messages.info(
            request,
            _("This version has been put to adoption already. A new version opens the question again."),
        )
        return redirect("documents:adoption_desk", slug)
    kind = ways.way(way)
    offered = {one["key"]: one for one in kind.choices(document)}
    initial = {**kind.initial(document, timezone.now()), **offered.get(request.GET.get("from", ""), {})}
    form = AdoptionForm(kind, posted(request), request.FILES or None, initial=initial)
    made: list[Adoption] = []
    if done(form, lambda: made.append(acts.begin_adoption(request.user, version, way, **form.facts()))):
        messages.success(
            request,
            _("It is put to adoption, and entered in the record.")
            if kind.window
            else _("The text is adopted, and this is entered in the record."),
        )
        return redirect("documents:adoption_desk", slug)
    context = {
        "document": document,
        "version": version,
        "way": kind,
        "form": form,
        "offered": offered.values(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "documents/signing/begin.html", context, status=status)


@login_required
@require_POST
def close(request: Request, slug: str, number: int) -> HttpResponse:
    """Decides at the end of a window, where the worker has not done so yet."""
    found = get_object_or_404(
        Adoption.objects.select_related("version__document"),
        version__document__slug=slug,
        version__number=number if number < 2**31 else 0,
    )
    try:
        acts.close_adoption(request.user, found)
        messages.success(request, _("Decided, and entered in the record."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("documents:adoption_desk", slug)


@never_cache
@login_required
@require_safe
def evidence(request: Request, slug: str, number: int) -> FileResponse:
    """The file behind an adoption, for those who work here."""
    found = Adoption.objects.filter(
        version__document__slug=slug, version__number=number if number < 2**31 else 0
    ).first()
    if found is None or not found.file or not has_perm("documents.see_evidence", request.user, found):
        raise Http404(_("There is no such file."))
    return file_out(found.file, found.file_name)
