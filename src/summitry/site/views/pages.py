"""Home and the standing pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from ..models import Page


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "site/home.html")


def page(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "site/page.html", {"page": get_object_or_404(Page, slug=slug)})
