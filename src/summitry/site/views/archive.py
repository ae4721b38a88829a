"""Persons and organisations at addresses that last, whatever the edition and whatever they were called."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from summitry import kept
from summitry.people import countries, kinds
from summitry.people.models import Organisation, Person
from summitry.people.queries import at_address

from .. import archive


@require_safe
@kept.page("page")
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """A person's whole public history; 404, as if she had never been here, without one."""
    found, moved = at_address(Person, slug)
    if found is None or found.erased_at:
        raise Http404
    history = archive.of_person(found, request.GET.get("page"))
    if not history:
        raise Http404
    if moved:
        return redirect("site:person", found.slug, permanent=True)
    context = {"person": found, "history": history, "page": history.page}
    return render(request, "site/person.html", context)


@require_safe
@kept.page("page")
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """An organisation's whole public history; it is public once the secretariat has confirmed it."""
    found, moved = at_address(Organisation, slug)
    if found is None or not found.confirmed:
        raise Http404
    if moved:
        return redirect("site:organisation", found.slug, permanent=True)
    history = archive.of_organisation(found, request.GET.get("page"))
    context = {
        "organisation": found,
        "kind": kinds.name(found.kind),
        "country": countries.name(found.country) if found.country else "",
        "history": history,
        "page": history.page,
    }
    return render(request, "site/organisation.html", context)
