"""What a person sees when something is wrong: what happened, and what to do."""

import logging
import re
import secrets
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils import timezone
from django.utils.translation import gettext as _

from ..context import QuietFrame

log = logging.getLogger("summitry.errors")


def _page(request: HttpRequest, status: int, **words: Any) -> HttpResponse:
    return render(request, "site/error.html", {"status": status, **words}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return _page(
            request,
            413,
            title=_("This is too much at once"),
            lede=_("What was sent is larger than this address takes. Nothing of it was kept."),
            todo=_("Send less text at once, or put it into a file where a file is asked for."),
        )
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        return _page(
            request,
            413,
            title=_("This is too much at once"),
            lede=_(
                "The form that was sent has more fields or files than any of ours. Nothing of it was kept."
            ),
            todo=_("Open the form again and send it as it is."),
        )
    return _page(
        request,
        400,
        title=_("This request does not make sense here"),
        lede=_("Something in the address or in what was sent is not as it should be. Nothing was changed."),
        todo=_("Follow a link of this site instead of an address that was changed or cut."),
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    said = str(exception) if exception else ""
    return _page(
        request,
        403,
        title=_("This door is not yours"),
        lede=said or _("Your mandates do not allow this."),
        todo=_("If it should be, ask the secretariat for the mandate. Nothing was changed.")
        if request.user.is_authenticated
        else _("Sign in with the account that holds the mandate, then come back to this page."),
        sign_in=not request.user.is_authenticated,
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that does not carry this visit's token: expired, sent from elsewhere, or cookies are off."""
    return _page(
        request,
        403,
        title=_("This form has expired"),
        lede=_("It was opened in another visit, or your browser keeps no cookies. Nothing was sent."),
        todo=_("Go back, copy what you have written, load the page again, and send it once more."),
        again=request.get_full_path() if request.method in {"GET", "HEAD"} else request.path,
    )


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        404,
        title=_("There is no page at this address"),
        lede=_("It may have been moved, withdrawn or mistyped."),
        address=request.path[:200],
        q=" ".join(re.findall(r"[^\W_]+", request.path[:200])[1:])[:80],
        todo=_(
            "Check the address, or start from the home page. Whatever was published is still in the record."
        ),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Touches no database, no session and no account: any of them may be what broke."""
    now = timezone.now()
    reference = f"E-{secrets.token_hex(2).upper()}-{now:%H%M}"
    log.error("%s: %s %s", reference, request.method, request.path)
    words = {
        "status": 500,
        "title": _("Something broke on our side"),
        "lede": _("The page could not be made. What was to be done is done whole or not at all."),
        "todo": _(
            "Try again in a minute. If a deadline is near, tell the secretariat now and name the reference."
        ),
        "reference": f"{reference} · {now:%Y-%m-%d %H:%M} UTC",
        "again": request.path if request.method in {"GET", "HEAD"} else "",
        "request": request,
        "frame": QuietFrame(request),
    }
    return HttpResponse(loader.get_template("site/error.html").render(words), status=500)
