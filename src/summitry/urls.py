"""Addresses. Pages for people live under a language; doors for machines do not."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from summitry.site.views import errors

# What is asked most stands first: an address is looked for from the top, and votes come in thousands.
urlpatterns = [
    *i18n_patterns(
        path("", include("summitry.opinions.urls")),
        path("", include("summitry.site.urls")),
        path("", include("summitry.desk.urls")),
        path("", include("summitry.people.urls")),
        path("", include("summitry.record.urls")),
        path("", include("summitry.calls.urls")),
        path("", include("summitry.gatherings.urls")),
        path("", include("summitry.atlas.urls")),
        path("", include("summitry.documents.urls")),
        path("", include("summitry.api.page_urls")),
        path("", include("summitry.demo.urls")),
        path("account/", include("allauth.urls")),
    ),
    path("", include("summitry.site.machine_urls")),
    path("", include("summitry.record.machine_urls")),
    path("", include("summitry.calls.machine_urls")),
    path("", include("summitry.gatherings.machine_urls")),
    path("", include("summitry.documents.machine_urls")),
    path("", include("summitry.opinions.machine_urls")),
    path("api/", include("summitry.api.urls")),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
