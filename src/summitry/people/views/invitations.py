"""Behind the link of an invitation: nothing happens by opening it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from .. import acts, queries, scopes
from ..acts.invitations import is_for, why_not
from ..models import Role
from ..web import Request


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Show an offer, or why its link does not work; take it by POST."""
    found = queries.invitation(secret)
    user = request.user
    if request.method == "POST" and user.is_authenticated:
        try:
            mandate = acts.accept(user, secret)
        except (ValidationError, PermissionDenied) as problem:
            words = problem.messages[0] if isinstance(problem, ValidationError) else str(problem)
            return render(request, "people/invitation.html", {"problem": words}, status=422)
        messages.success(
            request, _("You have accepted. You now serve as %(role)s.") % {"role": Role(mandate.role).label}
        )
        return redirect("people:me")
    context: dict[str, Any] = {"problem": why_not(found)}
    if found and not context["problem"]:
        back = urlencode({"next": request.path})
        context |= {
            "invitation": found,
            "role": Role(found.role).label,
            "scope": scopes.names([found.scope])[found.scope],
            "mine": user.is_authenticated and is_for(found, user),
            "address": masked(found.email),
            "sign_in": f"{reverse('account_login')}?{back}",
            "sign_up": f"{reverse('account_signup')}?{back}",
        }
    response = render(request, "people/invitation.html", context, status=410 if context["problem"] else 200)
    # The address is the secret. "no-referrer" would hide it better, but browsers then send forms without an
    # origin, and the guard against forged forms refuses them; "same-origin" tells no other site.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


@login_required
@require_POST
def accept_own(request: Request, pk: int) -> HttpResponse:
    """Take an offer from "My page": it is to a confirmed address of this account, so no link is needed."""
    found = queries.invitations_for(request.user).filter(pk=pk).first()
    if found is None:
        messages.error(request, _("This invitation is no longer open."))
        return redirect("people:me")
    try:
        mandate = acts.accept_offered(request.user, found)
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
    else:
        messages.success(
            request, _("You have accepted. You now serve as %(role)s.") % {"role": Role(mandate.role).label}
        )
    return redirect("people:me")


def masked(address: str) -> str:
    """An address that its owner knows and nobody else learns: j•••@example.org."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"
