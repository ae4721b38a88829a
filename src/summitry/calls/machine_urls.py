"""Doors for machines: without a language in their address."""

from django.urls import path

from .views import rules_file

urlpatterns = [
    path("calls/rules.schema.json", rules_file.schema, name="calls-rules-schema"),
]
