"""What a juror says so that entries find her: her own page, and the manager's for each of the jury."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from summitry.people.models import Person
from summitry.people.queries import person_of
from summitry.people.web import done, posted

from .. import acts, queries_pages
from ..forms.profiles import ProfileForm
from ..models import Call
from .base import UNPROCESSABLE, actor_of, call_for

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@login_required
@GET_POST
def own(request: HttpRequest, slug: str) -> HttpResponse:
    """A juror's own."""
    call = call_for(request, slug, "calls.see_jury")
    return _profile(request, call, person_of(actor_of(request)), reverse("calls:marking", args=[slug]), True)


@never_cache
@login_required
@GET_POST
def juror(request: HttpRequest, slug: str, person: str) -> HttpResponse:
    """Anybody's on the jury, for whoever assigns."""
    call = call_for(request, slug, "calls.assign")
    found = queries_pages.juror_of(call, person)
    if found is None:
        raise Http404(_("There is no such juror in this call."))
    return _profile(request, call, found, reverse("calls:assignments", args=[slug]), False)


def _profile(request: HttpRequest, call: Call, person: Person, back: str, hers: bool) -> HttpResponse:
    found = call.juror_profiles.filter(person=person).first()
    form = ProfileForm(call, found, posted(request))

    def save() -> None:
        given = form.cleaned_data
        acts.save_juror_profile(
            actor_of(request),
            call,
            person,
            topics=given.get("topics", []),
            languages=given["languages"],
            region=given["region"],
            most=given["most"],
            statement=given["statement"],
            version=given["version"] or 0,
        )

    if request.method == "POST" and done(form, save):
        messages.success(request, _("Saved."))
        return redirect(back)
    context = {"call": call, "person": person, "form": form, "back": back, "hers": hers}
    return render(request, "calls/profile.html", context, status=UNPROCESSABLE if form.errors else 200)
