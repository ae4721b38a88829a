"""The secretariat's pages about people."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from summitry.record.act import require

from .. import acts, kinds, queries, scopes
from ..forms import AddressForm, GrantForm, InviteForm, MergeForm, OrganisationForm
from ..models import Invitation, Mandate, Organisation, Person, Role
from ..web import Request, done, page_of, posted

type View = Callable[..., HttpResponse]
GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def secretariat(view: View) -> View:
    """Only who may see the people's desk; everybody else is told what is missing."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        require(request.user, "people.see_desk")
        return view(request, *args, **kwargs)

    return guarded


def _render(request: Request, template: str, form: Any = None, **context: Any) -> HttpResponse:
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, f"people/desk/{template}.html", {"form": form, **context}, status=status)


@secretariat
def organisations(request: Request) -> HttpResponse:
    wanted, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    confirmed = {"yes": True, "no": False}.get(request.GET.get("confirmed", ""))
    page = page_of(request, queries.organisations(wanted, kind, confirmed))
    return _render(request, "organisations", page=page, wanted=wanted, kind=kind, kinds=kinds.choices())


@secretariat
@GET_POST
def new_organisation(request: Request) -> HttpResponse:
    form = OrganisationForm(posted(request))
    if request.method == "POST" and done(
        form, lambda: acts.register_organisation(request.user, **_said(form))
    ):
        messages.success(request, _("The organisation is registered."))
        return redirect("people:organisations")
    return _render(request, "organisation", form)


@secretariat
@GET_POST
def organisation(request: Request, slug: str) -> HttpResponse:
    one = get_object_or_404(Organisation, slug=slug)
    form = OrganisationForm(posted(request), instance=one)
    if request.method == "POST":
        version = form.data.get("version", "")
        number = int(version) if version.isdecimal() and len(version) < 10 else 0
        if done(form, lambda: acts.update_organisation(request.user, one, number, **_said(form))):
            messages.success(request, _("The organisation is saved."))
            return redirect("people:organisation", slug)
        one = get_object_or_404(Organisation, slug=slug)  # as it stands, not as the form left it
    people = page_of(request, queries.people_of(one))
    return _render(request, "organisation", form, organisation=one, page=people)


def _said(form: OrganisationForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "version"}


@secretariat
@require_POST
def confirm_organisation(request: Request, slug: str) -> HttpResponse:
    acts.confirm_organisation(request.user, get_object_or_404(Organisation, slug=slug))
    messages.success(request, _("The organisation is confirmed and entered in the record."))
    return redirect("people:organisation", slug)


@secretariat
def persons(request: Request) -> HttpResponse:
    wanted = request.GET.get("q", "").strip()
    page = page_of(request, queries.persons(wanted))
    return _render(request, "persons", page=page, wanted=wanted)


@secretariat
@GET_POST
def address(request: Request, slug: str) -> HttpResponse:
    """A person's short name, and the merging of two entries of one person."""
    person = get_object_or_404(Person, slug=slug, erased_at=None)
    what = request.POST.get("what", "")
    form = AddressForm(request.POST if what == "address" else None, initial={"slug": person.slug})
    merge = MergeForm(request.POST if what == "merge" else None)
    if what == "address" and done(
        form, lambda: acts.change_address(request.user, person, form.cleaned_data["slug"])
    ):
        messages.success(request, _("The short name is changed. The one before leads there."))
        return redirect("people:persons")
    if what == "merge" and done(
        merge, lambda: acts.merge_persons(request.user, person, merge.cleaned_data["into"])
    ):
        messages.success(request, _("The two entries are one now."))
        return redirect("people:persons")
    shown = merge if what == "merge" else form
    return _render(request, "address", shown, person=person, address=form, merge=merge)


@secretariat
@require_POST
def lead_address(request: Request, slug: str) -> HttpResponse:
    """A further short name that leads to an organisation."""
    one = get_object_or_404(Organisation, slug=slug)
    try:
        acts.lead_address(request.user, one, request.POST.get("slug", ""))
        messages.success(request, _("That short name leads to the organisation now."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("people:organisation", slug)


@secretariat
def mandates(request: Request) -> HttpResponse:
    wanted, role = request.GET.get("q", "").strip(), request.GET.get("role", "")
    ended = request.GET.get("ended") == "yes"
    page = page_of(request, queries.mandates(wanted, role, ended))
    names = scopes.names([one.scope for one in page])
    context = {"wanted": wanted, "role": role, "ended": ended, "roles": Role.choices, "scope_names": names}
    return _render(request, "mandates", page=page, **context)


@secretariat
@GET_POST
def grant(request: Request, slug: str) -> HttpResponse:
    """Give a person a mandate."""
    person = get_object_or_404(Person, slug=slug, erased_at=None)
    form = GrantForm(posted(request))

    def act() -> Any:
        said = form.cleaned_data
        return acts.grant(request.user, person, said["role"], said["scope"], label=said["label"])

    if request.method == "POST" and done(form, act):
        messages.success(request, _("The mandate is given and entered in the record."))
        return redirect("people:mandates")
    return _render(request, "grant", form, person=person)


@secretariat
@GET_POST
def end_mandate(request: Request, pk: int) -> HttpResponse:
    mandate = get_object_or_404(Mandate.objects.select_related("person__user"), pk=pk)
    problem = ""
    if request.method == "POST":
        try:
            acts.end_mandate(request.user, mandate)
        except ValidationError as refusal:
            problem = refusal.messages[0]
        else:
            messages.success(request, _("The mandate has ended."))
            return redirect("people:mandates")
    context = {
        "mandate": mandate,
        "scope_name": scopes.names([mandate.scope])[mandate.scope],
        "problem": problem,
    }
    return render(request, "people/desk/end_mandate.html", context, status=422 if problem else 200)


@secretariat
def invitations(request: Request) -> HttpResponse:
    state = request.GET.get("state", "open")
    page = page_of(request, queries.invitations(state))
    names = scopes.names([one.scope for one in page])
    return _render(request, "invitations", page=page, state=state, scope_names=names)


@secretariat
@GET_POST
def invite(request: Request) -> HttpResponse:
    form = InviteForm(posted(request))

    def act() -> Any:
        said = form.cleaned_data
        return acts.invite(
            request.user,
            said["email"],
            said["role"],
            said["scope"],
            name=said["name"],
            label=said["label"],
            language=said["language"],
        )

    if request.method == "POST" and done(form, act):
        messages.success(request, _("The invitation is on its way. It is open for 14 days."))
        return redirect("people:invitations")
    return _render(request, "invite", form)


@secretariat
@require_POST
def change_invitation(request: Request, pk: int, what: str) -> HttpResponse:
    """Revoke an invitation, or send a new link."""
    one = get_object_or_404(Invitation, pk=pk)
    try:
        if what == "revoke":
            acts.revoke_invitation(request.user, one)
            messages.success(request, _("The invitation is withdrawn; its link no longer works."))
        else:
            acts.renew_invitation(request.user, one)
            messages.success(request, _("A new letter is on its way; the old link no longer works."))
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
    return redirect("people:invitations")
