from django.urls import path

from . import views

app_name = "site"
urlpatterns = [
    path("", views.home, name="home"),
    path("documents/", views.documents, name="documents"),
    path("lists/<slug:kind>/", views.listing, name="list"),
    path("pages/<slug:slug>/", views.page, name="page"),
    path("people/<slug:slug>/", views.person, name="person"),
    path("organisations/<slug:slug>/", views.organisation, name="organisation"),
    path("search/", views.search, name="search"),
    path("display/", views.display, name="display"),
    path("desk/pages/", views.desk_pages, name="desk_pages"),
    path("desk/pages/new/", views.desk_new_page, name="desk_new_page"),
    path("desk/pages/<slug:slug>/", views.desk_page, name="desk_page"),
    path("desk/pages/<slug:slug>/reviewed/<str:language>/", views.desk_reviewed, name="desk_reviewed"),
]
