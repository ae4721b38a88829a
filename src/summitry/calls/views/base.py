"""What every view of calls does: find, or say 404; press a button, or say why not."""

from collections.abc import Callable
from typing import Any, cast

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from summitry.people.models import User
from summitry.record.act import require

from ..models import Call

UNPROCESSABLE = 422


def actor_of(request: HttpRequest) -> User:
    """Whoever asks: acts themselves refuse a visitor who has not signed in."""
    return cast(User, request.user)


def call_or_404(slug: str) -> Call:
    """The call of this address. Raises Http404."""
    found = Call.objects.filter(slug=slug).first()
    if found is None:
        raise Http404(_("There is no such call."))
    return found


def call_for(request: HttpRequest, slug: str, permission: str) -> Call:
    """The call, if this user may do this with it. A draft that she may not see does not exist for her.

    Raises Http404, PermissionDenied.
    """
    call = call_or_404(slug)
    if call.state == Call.State.DRAFT and not may(request.user, "calls.view_call", call):
        raise Http404(_("There is no such call."))
    require(request.user, permission, call)
    return call


def may(user: Any, permission: str, thing: Any = None) -> bool:
    """Whether a mandate allows it; the same question that `require` asks."""
    return bool(user.is_authenticated and user.is_active and rules.has_perm(permission, user, thing))


def blame(form: BaseForm, error: ValidationError) -> None:
    """Put what an act refused beside the inputs that are to blame, the rest on top of the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def said(error: ValidationError) -> list[str]:
    """What an act refused, as sentences."""
    return list(dict.fromkeys(error.messages))


def press(
    request: HttpRequest,
    deed: Callable[[], Any],
    page: Callable[[list[str]], HttpResponse],
    to: str,
    done: str = "",
    tell: Callable[[ValidationError], list[str]] = said,
) -> HttpResponse:
    """One button: do it, say so and go on; or show the page again with the reason why not (status 422), in
    the words of `tell`."""
    try:
        deed()
    except ValidationError as error:
        answer = page(tell(error))
        answer.status_code = UNPROCESSABLE
        return answer
    if done:
        messages.success(request, done)
    return redirect(to)


def number(words: Any) -> int | None:
    """A whole number from a request, None if it is none."""
    try:
        found = int(str(words))
    except ValueError:
        return None
    return found if abs(found) < 2**31 else None


def wrong_button() -> HttpResponse:
    raise PermissionDenied(_("This page does not know that button. Go back and try again."))
