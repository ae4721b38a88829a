"""Addresses without a language: the root, and what machines ask of every site."""

from django.conf import settings
from django.urls import path, re_path

from . import sitemap
from .views import machine

_CODES = "|".join(code for code, _name in settings.LANGUAGES)

urlpatterns = [
    path("", machine.root, name="root"),
    path("robots.txt", machine.robots, name="robots"),
    path("favicon.ico", machine.favicon, name="favicon"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    re_path(rf"^sitemap-(?P<code>{_CODES})\.xml$", sitemap.language, name="sitemap_language"),
    path(".well-known/security.txt", machine.security, name="security"),
    path(".well-known/change-password", machine.change_password, name="change_password"),
]
