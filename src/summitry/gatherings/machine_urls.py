"""Doors for machines: files that other systems read. Without a language in the address; `?lang=` chooses
one. Every format with a public address has one here, under the name of its key."""

from django.urls import path

from . import formats
from .views import machine

app_name = "programmes"
urlpatterns = [
    *(
        path(
            f"g/<slug:slug>/{one.file}",
            machine.in_language_file if one.by_language else machine.programme_file,
            {"file": one.file},
            name=one.key,
        )
        for one in formats.public()
    ),
    path("agenda-worker.js", machine.worker, name="worker"),
    path("g/<slug:slug>/sessions/<slug:session_slug>.ics", machine.session_ics, name="session_ics"),
    path("g/<slug:slug>/agenda/<str:code>.ics", machine.agenda_ics, name="agenda_ics"),
]
