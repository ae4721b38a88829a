"""Addresses of documents, in a language. The list at documents/ is the site's, which puts pages beside it."""

from django.urls import path

from . import consulting_urls, signing_urls
from .views import desk, drafting, files, public, translating

app_name = "documents"
urlpatterns = [
    path("documents/<slug:slug>/", public.detail, name="detail"),
    path("documents/<slug:slug>/changes/", public.changes, name="changes"),
    path("documents/<slug:slug>/<int:number>/", public.version, name="version"),
    path("documents/<slug:slug>/<int:number>/since/", public.since, name="since"),
    path("documents/<slug:slug>/<int:number>/compare/<int:other>/", public.compare, name="compare"),
    path("desk/documents/", desk.documents, name="desk"),
    path("desk/documents/new/", desk.new, name="new"),
    path("desk/documents/translations/", translating.translations, name="translations"),
    path("desk/documents/<slug:slug>/", desk.edit, name="edit"),
    path("desk/documents/<slug:slug>/start/", desk.start, name="start"),
    path("desk/documents/<slug:slug>/draft/", drafting.draft, name="draft"),
    path("desk/documents/<slug:slug>/about/", desk.about, name="about"),
    path("desk/documents/<slug:slug>/preview/", desk.preview, name="preview"),
    path("desk/documents/<slug:slug>/publish/", desk.publish, name="publish"),
    path("desk/documents/<slug:slug>/discard/", desk.discard, name="discard"),
    path("desk/documents/<slug:slug>/<int:number>/file/", files.take_in, name="file"),
    path(
        "desk/documents/<slug:slug>/<int:number>/translate/<slug:language>/",
        translating.translate,
        name="translate",
    ),
    *consulting_urls.urlpatterns,
    *signing_urls.urlpatterns,
]
