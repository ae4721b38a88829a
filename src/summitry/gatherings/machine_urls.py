"""Doors for machines: files that other systems read. Without a language in the address; `?lang=` chooses
one."""

from django.urls import path

from .views import machine

app_name = "programmes"
urlpatterns = [
    path("g/<slug:slug>/schedule.xml", machine.schedule_xml, name="xml"),
    path("g/<slug:slug>/schedule.ics", machine.schedule_ics, name="ics"),
    path("g/<slug:slug>/sessions/<slug:session_slug>.ics", machine.session_ics, name="session_ics"),
    path("g/<slug:slug>/agenda/<str:code>.ics", machine.agenda_ics, name="agenda_ics"),
]
