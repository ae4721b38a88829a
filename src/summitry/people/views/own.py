"""One's own pages."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from .. import acts, export, queries, scopes, waiting
from ..forms import AffiliationForm, EraseForm, PreferencesForm, ProfileForm
from ..models import Affiliation
from ..web import Request, done, posted

GET_POST = ["GET", "HEAD", "POST"]
LISTED = 100  # organisations in a select; a search leads to the others


@never_cache
@login_required
def me(request: Request) -> HttpResponse:
    """ "My page": what waits, mandates, profile, security, data."""
    user = request.user
    person = queries.person_of(user)
    mandates = list(queries.mandates_of(user))
    invitations = list(queries.invitations_for(user))
    context = {
        "person": person,
        "waiting": waiting.everything(user),
        "mandates": mandates,
        "scope_names": scopes.names([*(one.scope for one in mandates), *(one.scope for one in invitations)]),
        "invitations": invitations,
        "affiliations": queries.affiliations_of(person),
        "security": queries.security_of(user),
    }
    return render(request, "people/me.html", context)


@never_cache
@login_required
@require_http_methods(GET_POST)
def profile(request: Request) -> HttpResponse:
    person = queries.person_of(request.user)
    form = ProfileForm(posted(request), instance=person)
    if request.method == "POST":
        said = form.cleaned_data if form.is_valid() else {}

        def act() -> Any:
            return acts.update_profile(
                request.user,
                person,
                said["version"],
                name=said["name"],
                biography=said["biography"],
                country=said["country"],
                languages=said["languages"],
            )

        if done(form, act):
            messages.success(request, _("Your profile is saved."))
            return redirect("people:me")
    return _form(request, form, "people/profile.html", person=person)


@never_cache
@login_required
@require_http_methods(GET_POST)
def preferences(request: Request) -> HttpResponse:
    user = request.user
    form = PreferencesForm(posted(request), initial={"language": user.language, "time_zone": user.time_zone})
    if request.method == "POST" and done(
        form,
        lambda: acts.prefer(
            user, language=form.cleaned_data["language"], time_zone=form.cleaned_data["time_zone"]
        ),
    ):
        messages.success(request, _("Your preferences are saved."))
        with translation.override(user.language or translation.get_language()):
            response = redirect("people:me")
        if user.language:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, user.language, max_age=31536000, samesite="Lax"
            )
        return response
    return _form(request, form, "people/preferences.html")


@never_cache
@login_required
@require_http_methods(GET_POST)
def add_affiliation(request: Request) -> HttpResponse:
    """Choose an organisation (?q= searches) or name one."""
    person = queries.person_of(request.user)
    wanted = request.GET.get("q", "").strip()
    listed = list(queries.organisations_to_choose(person, wanted)[: LISTED + 1])
    form = AffiliationForm(
        posted(request), organisations=queries.organisations_to_choose(person), listed=listed[:LISTED]
    )
    if request.method == "POST" and done(
        form, lambda: acts.add_affiliation(request.user, person, **form.cleaned_data)
    ):
        messages.success(request, _("The affiliation is saved."))
        return redirect("people:me")
    context = {"wanted": wanted, "found": listed[:LISTED], "more": len(listed) > LISTED}
    return _form(request, form, "people/affiliation.html", **context)


@never_cache
@login_required
@require_http_methods(GET_POST)
def affiliation(request: Request, pk: int) -> HttpResponse:
    one = get_object_or_404(Affiliation.objects.select_related("organisation", "person"), pk=pk)
    if one.person.user_id != request.user.pk:
        raise Http404
    form = AffiliationForm(
        posted(request), initial={"title": one.title, "since": one.since, "until": one.until}
    )
    form.fields["title"].initial = one.title
    if request.method == "POST" and done(
        form, lambda: acts.change_affiliation(request.user, one, **form.cleaned_data)
    ):
        messages.success(request, _("The affiliation is saved."))
        return redirect("people:me")
    return _form(request, form, "people/affiliation.html", affiliation=one)


@login_required
@require_POST
def remove_affiliation(request: Request, pk: int) -> HttpResponse:
    one = Affiliation.objects.select_related("person").filter(pk=pk, person__user=request.user).first()
    if one:
        acts.remove_affiliation(request.user, one)
        messages.success(request, _("The affiliation is gone."))
    return redirect("people:me")


@never_cache
@login_required
def own_data(request: Request) -> StreamingHttpResponse:
    """All that the house keeps about the user, as a file."""
    response = StreamingHttpResponse(export.stream(request.user), content_type="application/json")
    name = f"my-data-{timezone.now():%Y-%m-%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@never_cache
@login_required
@reauthentication_required
@require_http_methods(GET_POST)
def erase(request: Request) -> HttpResponse:
    form = EraseForm(posted(request))
    if request.method == "POST" and done(form, lambda: acts.erase(request.user)):
        logout(request)
        messages.success(request, _("Your account and your data have been erased. Goodbye."))
        return redirect("site:home")
    return _form(request, form, "people/erase.html", mandates=list(queries.mandates_of(request.user)))


def _form(request: Request, form: Any, template: str, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
