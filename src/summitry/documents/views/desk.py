"""The secretariat's desk: documents, their facts, and the publication of versions."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from summitry.people.web import Request, done, page_of, posted
from summitry.record.act import require
from summitry.text import parity

from .. import acts, queries
from ..forms import DocumentForm, PublishForm, VersionForm
from ..models import Document, Version
from ..queries.answering import left_behind


def document_at(slug: str) -> Document:
    """A document, whether public or not. Raises Http404."""
    return get_object_or_404(Document.objects.select_related("derives_from"), slug=slug)


def draft_at(slug: str) -> Version:
    """The draft of a document. Raises Http404."""
    draft = queries.draft_of(document_at(slug))
    if draft is None:
        raise Http404(_("There is no draft of this document."))
    return draft


@login_required
def documents(request: Request) -> HttpResponse:
    """All documents, also those of which nothing is published."""
    require(request.user, "documents.see_desk")
    page = page_of(request, queries.desk_documents())
    may = request.user.has_perm("documents.keep_document")
    return render(request, "documents/desk/list.html", {"page": page, "may_keep": may})


@login_required
def new(request: Request) -> HttpResponse:
    """A document without a version yet."""
    require(request.user, "documents.keep_document")
    form = DocumentForm(posted(request))
    made: list[Document] = []
    if done(form, lambda: made.append(acts.create_document(request.user, **form.columns()))):
        messages.success(request, _("The document is there. Begin its first version now."))
        return redirect("documents:edit", made[0].slug)
    return render(request, "documents/desk/edit.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
def edit(request: Request, slug: str) -> HttpResponse:
    """What a document is, its versions, and what can be done next."""
    document = document_at(slug)
    require(request.user, "documents.see_document", document)
    form = DocumentForm(posted(request), instance=document, initial={"version": document.version})
    if request.method == "POST":
        require(request.user, "documents.keep_document", document)
    if done(
        form,
        lambda: acts.edit_document(
            request.user, document, form.cleaned_data["version"] or 0, **form.columns()
        ),
    ):
        messages.success(request, _("Saved."))
        return redirect("documents:edit", slug)
    return _edited(request, slug, form, VersionForm())


def _edited(request: Request, slug: str, form: DocumentForm, start: VersionForm) -> HttpResponse:
    """The page of a document, with what was sent of it and refused, or of its next version."""
    stands = document_at(slug)  # a form that failed leaves its words in its instance
    if form.has_error(NON_FIELD_ERRORS, "stale"):
        form.meet(stands)
    versions = list(stands.versions.order_by("-number"))
    start.initial = {"stage": versions[0].following if versions else Version.Stage.ZERO}
    context = {
        "form": form,
        "document": stands,
        "tab": "edit",
        "versions": versions,
        "draft": queries.draft_of(stands),
        "start": start,
        "may_keep": request.user.has_perm("documents.keep_document", stands),
    }
    status = 422 if form.is_bound or start.is_bound else 200
    return render(request, "documents/desk/edit.html", context, status=status)


@login_required
def start(request: Request, slug: str) -> HttpResponse:
    """Begins the next version. Whoever only looks is led to the page of the document."""
    document, form = document_at(slug), VersionForm(posted(request))
    require(request.user, "documents.keep_document", document)
    if not form.is_bound:
        return redirect("documents:edit", slug)
    if done(form, lambda: acts.start_draft(request.user, document, **form.cleaned_data)):
        messages.success(request, _("The draft is there. Nobody but those who work on documents sees it."))
        return redirect("documents:draft", slug)
    if queries.draft_of(document):  # there is no place for the form any more
        messages.error(request, " ".join(str(one) for one in form.non_field_errors()))
        return redirect("documents:edit", slug)
    facts = DocumentForm(instance=document, initial={"version": document.version})
    return _edited(request, slug, facts, form)


@login_required
def about(request: Request, slug: str) -> HttpResponse:
    """What a draft is: its stage, and a note for its readers."""
    draft = draft_at(slug)
    require(request.user, "documents.keep_document", draft)
    form = VersionForm(posted(request), instance=draft)
    del form.fields["empty"]
    if done(
        form,
        lambda: acts.edit_version(
            request.user, draft, stage=form.cleaned_data["stage"], note=form.cleaned_data["note"]
        ),
    ):
        messages.success(request, _("Saved."))
        return redirect("documents:draft", slug)
    context = {"form": form, "document": draft.document, "draft": draft, "tab": "draft", "may_keep": True}
    return render(request, "documents/desk/about.html", context, status=422 if form.is_bound else 200)


@login_required
def preview(request: Request, slug: str) -> HttpResponse:
    """The draft as its readers will see it."""
    draft = draft_at(slug)
    require(request.user, "documents.see_document", draft)
    page = queries.page(draft, request.GET.get("text", ""), request.GET.get("with", ""))
    context = {
        "document": draft.document,
        "version": draft,
        "draft": draft,
        "tab": "preview",
        "may_keep": request.user.has_perm("documents.keep_document", draft),
        "page": page,
        "leaf": page.leaf(request.GET.get("page", "")[:10]),
    }
    return render(request, "documents/desk/preview.html", context)


@login_required
def publish(request: Request, slug: str) -> HttpResponse:
    """Publishes the draft, with or without a time for comments."""
    draft = draft_at(slug)
    require(request.user, "documents.keep_document", draft)
    form = PublishForm(posted(request), initial={"revision": draft.revision})
    if done(
        form,
        lambda: acts.publish_version(
            request.user,
            draft,
            form.cleaned_data["revision"],
            comments_from=form.cleaned_data["comments_from"],
            comments_until=form.cleaned_data["comments_until"],
        ),
    ):
        messages.success(request, _("It is published, and entered in the record."))
        return redirect("documents:version", slug, draft.number)
    if form.has_error(NON_FIELD_ERRORS, "stale"):  # what is pressed next speaks of what stands now
        draft = draft_at(slug)
        form.data = {**{name: form[name].value() for name in form.fields}, "revision": draft.revision}
    rows = list(draft.provisions.all())
    context: dict[str, Any] = {
        "may_keep": True,
        "form": form,
        "document": draft.document,
        "draft": draft,
        "tab": "publish",
        "provisions": len(rows),
        "behind": left_behind(draft),
        "owed": parity.owed([row.text for row in rows], draft.document.languages[1:]),
    }
    return render(request, "documents/desk/publish.html", context, status=422 if form.is_bound else 200)


@login_required
def discard(request: Request, slug: str) -> HttpResponse:
    """Throws the draft away, after asking."""
    draft = draft_at(slug)
    require(request.user, "documents.keep_document", draft)
    if request.method == "POST":
        asked = request.POST.get("revision", "")
        revision = int(asked) if asked.isdecimal() and len(asked) < 10 else 0
        try:
            acts.discard_draft(request.user, draft, revision)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The draft is gone."))
        return redirect("documents:edit", slug)
    context = {"document": draft.document, "draft": draft, "tab": "draft", "may_keep": True}
    return render(request, "documents/desk/discard.html", context)
