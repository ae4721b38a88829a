"""The page about the interface; it stands under a language, as all pages for people do."""

from django.urls import path

from . import views

app_name = "api"
urlpatterns = [path("api/", views.docs, name="docs")]
