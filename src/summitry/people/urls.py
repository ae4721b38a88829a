from django.urls import path

from .views import desk, invitations, own

app_name = "people"
urlpatterns = [
    path("me/", own.me, name="me"),
    path("me/profile/", own.profile, name="profile"),
    path("me/preferences/", own.preferences, name="preferences"),
    path("me/affiliations/new/", own.add_affiliation, name="add_affiliation"),
    path("me/affiliations/<int:pk>/", own.affiliation, name="affiliation"),
    path("me/affiliations/<int:pk>/remove/", own.remove_affiliation, name="remove_affiliation"),
    path("me/invitations/<int:pk>/accept/", invitations.accept_own, name="accept_own"),
    path("me/data.json", own.own_data, name="export"),
    path("me/erase/", own.erase, name="erase"),
    path("invitation/<str:secret>/", invitations.invitation, name="invitation"),
    path("desk/organisations/", desk.organisations, name="organisations"),
    path("desk/organisations/new/", desk.new_organisation, name="new_organisation"),
    path("desk/organisations/<slug:slug>/", desk.organisation, name="organisation"),
    path("desk/organisations/<slug:slug>/confirm/", desk.confirm_organisation, name="confirm_organisation"),
    path("desk/organisations/<slug:slug>/address/", desk.lead_address, name="lead_address"),
    path("desk/persons/", desk.persons, name="persons"),
    path("desk/persons/<slug:slug>/mandate/", desk.grant, name="grant"),
    path("desk/persons/<slug:slug>/address/", desk.address, name="address"),
    path("desk/mandates/", desk.mandates, name="mandates"),
    path("desk/mandates/<int:pk>/end/", desk.end_mandate, name="end_mandate"),
    path("desk/invitations/", desk.invitations, name="invitations"),
    path("desk/invitations/new/", desk.invite, name="invite"),
    path(
        "desk/invitations/<int:pk>/revoke/",
        desk.change_invitation,
        {"what": "revoke"},
        name="revoke_invitation",
    ),
    path(
        "desk/invitations/<int:pk>/renew/", desk.change_invitation, {"what": "renew"}, name="renew_invitation"
    ),
]
