"""The mailbox of a demonstration. Anywhere else there is no such page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from . import queries
from .accounts import ACCOUNTS
from .models import Mail


def only_in_demo[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@only_in_demo
def mailbox(request: HttpRequest) -> HttpResponse:
    to = request.GET.get("to", "").strip()[:320]
    page = Paginator(queries.mails(to), 50).get_page(request.GET.get("page"))
    return render(request, "demo/mailbox.html", {"page": page, "to": to, "accounts": ACCOUNTS})


@require_safe
@only_in_demo
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "demo/mail.html", {"mail": get_object_or_404(Mail, pk=pk)})
