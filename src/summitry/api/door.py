"""The door for machines: problems as RFC 9457, languages, caching. It wraps every address of the interface.

The answers are the same for everybody: no cookie is read, no account is asked for. So each may be kept by
anybody in between, and carries a strong ETag of its bytes.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from summitry import kept

log = logging.getLogger("django.request")
PROBLEM = "application/problem+json"
CACHING = "public, max-age=60"
ALLOWED = "GET, HEAD, OPTIONS"
# Answers to these are kept (`summitry.kept`); what is searched for in words is made anew each time.
PARAMETERS = (
    *("lang", "limit", "offset", "state", "partners", "kind", "subject", "sort"),
    *("day", "track", "room", "language", "tier", "topic", "year", "region", "country"),
)
TITLES: Mapping[int, Any] = {
    400: gettext_lazy("The request cannot be understood"),
    403: gettext_lazy("This is not open to everybody"),
    404: gettext_lazy("There is nothing at this address"),
    405: gettext_lazy("This address can only be read"),
    410: gettext_lazy("This was withdrawn"),
    422: gettext_lazy("A value does not fit"),
    500: gettext_lazy("Something went wrong here"),
}


def language_of(request: HttpRequest) -> str:
    """The language of names and messages: `lang`, else the best of Accept-Language, else the first."""
    asked = request.GET.get("lang", "").lower()
    known = dict(settings.LANGUAGES)
    if asked in known:
        return asked
    for code, _weight in parse_accept_lang_header(request.headers.get("accept-language", "").lower()):
        if code == "*":
            break
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def problem(status: int, detail: str = "", errors: Iterable[Mapping[str, Any]] = ()) -> HttpResponse:
    """An error as application/problem+json (RFC 9457): what happened, and which value is to blame."""
    said: dict[str, Any] = {
        "type": "about:blank",
        "title": str(TITLES.get(status, TITLES[400])),
        "status": status,
    }
    if detail:
        said["detail"] = detail
    if listed := list(errors):
        said["errors"] = listed
    return HttpResponse(json.dumps(said, ensure_ascii=False), status=status, content_type=PROBLEM)


def _wrong_values(error: Any) -> list[dict[str, Any]]:
    """Pydantic's complaints: where, and what. The value itself is not sent back."""
    return [{"where": [str(part) for part in one["loc"]], "what": str(one["msg"])} for one in error.errors]


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(error.status_code, str(error))


def tell_problems(api: NinjaAPI) -> None:
    """Makes the interface tell every error as a problem."""
    api.add_exception_handler(
        ValidationError,
        lambda request, error: problem(
            422, _("Some values of the address do not fit."), _wrong_values(error)
        ),
    )
    api.add_exception_handler(Http404, lambda request, error: problem(404, str(error)))
    api.add_exception_handler(PermissionDenied, lambda request, error: problem(403, str(error)))
    api.add_exception_handler(HttpError, _refused)


def _answer(view: Callable[..., HttpResponseBase], request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
    """What the view says; what it does not catch as a problem, told to the log as Django would."""
    try:
        return view(request, *args, **kwargs)
    except Http404:
        return problem(404, _("The description of this interface lists every address: /api/v1/openapi.json."))
    except Exception:
        got_request_exception.send(sender=None, request=request)
        log.exception("GET %s", request.path)
        return problem(500, _("It was told to the operators. Try again later."))


def public(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view of the interface as everybody may read it: GET and HEAD, from any origin, with validators."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = request.method
        with translation.override(language_of(request)):
            if asked == "OPTIONS":
                answer: Any = HttpResponse(status=204)
            elif asked not in {"GET", "HEAD"}:
                answer = problem(405, _("Use GET: this interface changes nothing."))
            else:
                request.method = "GET"
                answer = _answer(view, request, *args, **kwargs)
                request.method = asked
            answer.headers.setdefault(
                "Content-Language", translation.get_language() or settings.LANGUAGE_CODE
            )
        if answer.status_code in {204, 405}:
            answer["Allow"] = ALLOWED
        answer["Access-Control-Allow-Origin"] = "*"
        answer["Access-Control-Expose-Headers"] = "ETag, Content-Language"
        patch_vary_headers(answer, ["Accept-Language"])
        if answer.status_code != 200:
            return cast(HttpResponseBase, answer)
        answer["Cache-Control"] = CACHING
        tag = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
        answer["ETag"] = tag
        return get_conditional_response(request, etag=tag, response=answer) or answer

    return csrf_exempt(kept.page(*PARAMETERS, by_table=True)(door))  # nothing can be changed here


def nothing_here(request: HttpRequest, path: str = "") -> HttpResponse:
    """Every other address below the interface."""
    return problem(404, _("The description of this interface lists every address: /api/v1/openapi.json."))
