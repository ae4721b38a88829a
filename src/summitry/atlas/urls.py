from django.urls import path

from .views import desk, public

app_name = "atlas"
urlpatterns = [
    path("cases/", public.cases, name="cases"),
    path("cases/<slug:slug>/", public.case, name="case"),
    path("cases/<slug:slug>.json", public.case_json, name="case_json"),
    path("desk/cases/", desk.cases, name="desk"),
    path("desk/cases/new/", desk.add, name="add"),
    path("desk/cases/<slug:slug>/", desk.edit, name="edit"),
    path("desk/cases/<slug:slug>/review/", desk.review, name="review"),
    path("desk/cases/<slug:slug>/withdraw/", desk.withdraw, name="withdraw"),
]
