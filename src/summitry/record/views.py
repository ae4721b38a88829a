"""Pages of the record for people."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from summitry import kept

from . import publish, queries, registry, sentences


@kept.page("kind", "page")
def index(request: HttpRequest) -> HttpResponse:
    """The newest entries, the last checkpoint, and the search for one entry."""
    words, kind = request.GET.get("q", "")[:200], request.GET.get("kind", "")[:80]
    if words and (found := queries.find(words)):
        return redirect(found)
    context = {
        "state": queries.state(),
        "page": queries.page(kind, request.GET.get("page", "1")[:20]),
        "kinds": queries.kinds(),
        "kind": kind,
        "words": words,
        "site": request.build_absolute_uri("/"),
    }
    return render(request, "record/index.html", context)


@kept.page()
def entry(request: HttpRequest, index: int) -> HttpResponse:
    """One entry: what it says, and how anyone can verify that it stands where it stands."""
    proven = queries.proven(index)
    if proven is None:
        raise Http404(_("There is no entry with this number."))
    said = proven.entry.said
    context = {
        "proven": proven,
        "entry": proven.entry,
        "said": said,
        "icon": registry.kinds[said["kind"]].icon if said["kind"] in registry.kinds else "ledger",
        "role": sentences.role_label(said["by"]),
        "facts": [(name, sentences.readings(value)) for name, value in said["facts"].items()],
        "commitments": [(name, value, name in proven.opened) for name, value in said["commitments"].items()],
        "subject_url": registry.url_of(said["subject"]),
        "text": bytes(proven.entry.body).decode(errors="replace"),
        "key": publish.key().strip(),
    }
    return render(request, "record/entry.html", context)


@kept.page()
def how(request: HttpRequest) -> HttpResponse:
    """How to verify the record with our command and with other tools."""
    context = {
        "site": request.build_absolute_uri("/"),
        "key": publish.key().strip(),
        "state": queries.state(),
    }
    return render(request, "record/how.html", context)
