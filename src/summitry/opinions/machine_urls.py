"""Doors for machines: a conversation as Polis exports it."""

from django.urls import path

from .views import public

urlpatterns = [path("opinions/<slug:slug>/<slug:name>.csv", public.export, name="opinions-export")]
