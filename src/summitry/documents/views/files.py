"""Texts as files, in every registered format; and files into drafts, after a look at what they change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from summitry import kept
from summitry.people.shelf import Shelf
from summitry.people.web import Request
from summitry.record.act import require

from .. import exporting, formats, importing, queries
from ..file_forms import FileForm
from ..formats.pdf import NoPrinter
from ..models import Version
from ..structure import Draft
from .public import found_version

FILES = Shelf("documents/drafts", timedelta(days=1))


@require_safe
@kept.page("text", "with")
def file(request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    """A published version in a registered format, in `?text=ar`; `&with=en` beside it where the format holds
    several. The same text makes the same bytes."""
    one = formats.known(key)
    if one is None or one.write is None:
        raise Http404
    version = found_version(slug, number)
    languages = exporting.chosen(version, one, request.GET.get("text", ""), request.GET.getlist("with"))
    made = exporting.sheet(version, queries.provisions(version), queries.publication(version), languages)
    try:
        data = one.write(made)
    except NoPrinter as error:
        with translation.override(languages[0]):
            return render(request, "documents/no_file.html", {"version": version, "why": error}, status=503)
    response = HttpResponse(data, content_type=one.content_type)
    name = exporting.file_name(version, one, languages)
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Content-Language"] = ", ".join(languages)
    return response


@login_required
def take_in(request: Request, slug: str, number: int) -> HttpResponse:
    """First the file, then what it would change, then the taking of the same bytes: into a draft, or as
    translations of any version."""
    version = queries.any_version(slug, number)
    if version is None:
        raise Http404
    require(request.user, "documents.translate", version)
    form = FileForm(request.POST or None, request.FILES or None, version=version)
    word = request.POST.get("kept", "")
    if request.method == "POST" and word:
        return _taken(request, version, word)
    context: dict[str, Any] = {"document": version.document, "version": version, "tab": "file"}
    context["draft"] = None if version.is_public else version
    context["may_keep"] = request.user.has_perm("documents.keep_document", version)
    if request.method == "POST" and form.is_valid():
        data, asked = form.cleaned_data["file"].read(), _Asked.of(form.cleaned_data, version)
        try:
            context["look"] = importing.look(version, asked.read(data))
        except ValidationError as error:
            form.add_error("file", error)
        else:
            context |= {"kept": FILES.put(data, request.user.pk, asked.purpose(version)), "asked": asked}
            return render(request, "documents/desk/file_look.html", context)
    context |= {"form": form, "readers": formats.readers(), "writers": formats.writers()}
    return render(request, "documents/desk/file.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class _Asked:
    """How a file is to be read, and how old the draft was for which it was looked at."""

    language: str
    format: str
    revision: str

    @classmethod
    def of(cls, data: Mapping[str, str], version: Version | None = None) -> "_Asked":
        revision = str(version.revision) if version else data.get("revision", "")
        return cls(data.get("language", ""), data.get("format", ""), revision)

    def read(self, data: bytes) -> Draft:
        return formats.read(data, self.language, self.format)

    def purpose(self, version: Version) -> str:
        return f"{version.pk}:{self.revision}:{self.language}:{self.format}"


def _taken(request: Request, version: Version, word: str) -> HttpResponse:
    slug, number = version.document.slug, version.number
    asked = _Asked.of(request.POST.dict())
    data = FILES.get(word, request.user.pk, asked.purpose(version))
    if data is None:
        messages.error(request, _("The file is no longer there. Choose it again."))
        return redirect("documents:file", slug, number)
    try:
        importing.take(request.user, version, asked.read(data), int(asked.revision))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("documents:file", slug, number)
    FILES.drop(word)
    messages.success(request, _("The file is taken in."))
    if version.is_public:
        return redirect("documents:translations")
    return redirect("documents:draft", slug)
