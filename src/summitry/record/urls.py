from django.urls import path

from . import views

app_name = "record"
urlpatterns = [
    path("record/", views.index, name="index"),
    path("record/how/", views.how, name="how"),
    path("record/<int:index>/", views.entry, name="entry"),
]
