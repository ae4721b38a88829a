from django.urls import path

from .views import agenda, desk, desk_import, desk_programme, public

app_name = "gatherings"
urlpatterns = [
    path("gatherings/", public.archive, name="archive"),
    path("gatherings/<slug:slug>/", public.detail, name="detail"),
    path("gatherings/<slug:slug>/programme/", public.programme, name="programme"),
    path("gatherings/<slug:slug>/changes/", public.changes, name="changes"),
    path("gatherings/<slug:slug>/sessions/<slug:session_slug>/", public.session, name="session"),
    path("gatherings/<slug:slug>/people/<slug:person_slug>/", public.person, name="person"),
    path("gatherings/<slug:slug>/agenda/", agenda.agenda, name="agenda"),
    path("gatherings/<slug:slug>/agenda/<str:code>/", agenda.shared, name="shared_agenda"),
    path("desk/gatherings/", desk.gatherings, name="desk"),
    path("desk/gatherings/new/", desk.new, name="desk_new"),
    path("desk/gatherings/import/", desk_import.upload, name="desk_import_new"),
    path("desk/gatherings/<slug:slug>/", desk.edition, name="desk_edition"),
    path("desk/gatherings/<slug:slug>/facts/", desk.facts, name="desk_facts"),
    path("desk/gatherings/<slug:slug>/announce/", desk.announce, name="desk_announce"),
    path("desk/gatherings/<slug:slug>/rooms/", desk.rooms, name="desk_rooms"),
    path("desk/gatherings/<slug:slug>/tracks/", desk.tracks, name="desk_tracks"),
    path("desk/gatherings/<slug:slug>/import/", desk_import.upload, name="desk_import"),
    path("desk/gatherings/<slug:slug>/release/", desk_programme.release, name="desk_release"),
    path("desk/gatherings/<slug:slug>/sessions/new/", desk_programme.new_session, name="desk_new_session"),
    path(
        "desk/gatherings/<slug:slug>/sessions/<slug:session_slug>/",
        desk_programme.session,
        name="desk_session",
    ),
]
