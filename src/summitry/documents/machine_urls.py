"""Doors for machines: texts as data and files."""

from django.urls import path

from . import formats
from .views import consulting, files, public, signing

urlpatterns = [
    *(
        path(
            f"documents/<slug:slug>/<int:number>/text.{one.extension}",
            files.file,
            {"key": one.key},
            name=f"documents-{one.key}",
        )
        for one in formats.writers()
    ),
    path("documents/<slug:slug>/<int:number>/source.json", public.source_json, name="documents-source"),
    path(
        "documents/<slug:slug>/<int:number>/disposition.<slug:kind>",
        consulting.export,
        name="documents-disposition",
    ),
    path("documents/<slug:slug>/signatures.csv", signing.table, name="documents-signatures"),
    path("documents/<slug:slug>/certified-copy.json", signing.copy_json, name="documents-copy"),
]
