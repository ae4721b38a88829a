"""What machines ask of every site, and the address without a language."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from summitry.people.queries import institution
from summitry.text.languages import bcp47


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """To the home page in the reader's language: her choice in a cookie, else what her browser asks for."""
    response = HttpResponseRedirect(reverse("site:home"))
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


@require_safe
@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    """Public pages are open to all; what is personal or endless is not for crawlers."""
    closed = ("desk", "account", "me", "display", "search", "demo", "invitations")
    lines = ["User-agent: *", *(f"Disallow: /*/{one}/" for one in closed), ""]
    lines.append(f"Sitemap: {settings.BASE_URL}{reverse('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116."""
    contact = institution().contact or settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">")
    expires = (timezone.now() + timedelta(days=180)).replace(microsecond=0)
    lines = [
        f"Contact: mailto:{contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(bcp47(code) for code, _name in settings.LANGUAGES)}",
        f"Canonical: {settings.BASE_URL}{reverse('security')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(static("summitry/mark.svg"))


@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """Where password managers send people: https://w3c.github.io/webappsec-change-password-url/."""
    response = HttpResponseRedirect(reverse("account_change_password"))
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response
