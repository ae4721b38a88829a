"""How a reader wants the pages: light or dark, and in which language. Kept in two cookies."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from ..context import THEMES, Frame

YEAR = 365 * 24 * 3600  # seconds


class DisplayForm(forms.Form):
    theme = forms.ChoiceField(
        label=_("Light or dark"),
        choices=[("system", _("as my device")), ("light", _("light")), ("dark", _("dark"))],
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
        help_text=_("Addresses without a language open in this one."),
    )
    next = forms.CharField(widget=forms.HiddenInput, required=False)


@never_cache
def display(request: HttpRequest) -> HttpResponse:
    """Choose, and go back to where one came from."""
    if request.method != "POST":
        initial = {
            "theme": Frame(request).theme or "system",
            "language": request.LANGUAGE_CODE,
            "next": request.GET.get("next", ""),
        }
        return render(request, "site/display.html", {"form": DisplayForm(initial=initial)})
    form = DisplayForm(request.POST)
    if not form.is_valid():
        return render(request, "site/display.html", {"form": form}, status=422)
    language, theme = form.cleaned_data["language"], form.cleaned_data["theme"]
    onward = form.cleaned_data["next"]
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, request.is_secure()):
        onward = reverse("site:home")
    response = HttpResponseRedirect(translate_url(onward, language))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, samesite="Lax", secure=request.is_secure()
    )
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response
