from django.apps import AppConfig
from django.utils.translation import gettext_noop


class PeopleConfig(AppConfig):
    name = "summitry.people"

    def ready(self) -> None:
        from summitry import kept
        from summitry.record import registry

        from . import export, faces, personal, queries, scopes, signals, waiting
        from .models import Institution, Organisation, Person, Role

        kept.watch(Institution, institution="")
        kept.watch(Organisation, organisation="pk", unseen=("version",))
        kept.watch(Person, person="pk", unseen=("version",))

        signals.connect()
        waiting.register(queries.waiting)
        scopes.offer_all(gettext_noop("Organisations"), "people.organisation")
        export.register("people", personal.give, personal.SCHEMA)
        registry.kind(
            "people.mandate_granted", gettext_noop("Mandate given: %(role)s"), icon="key", link="role"
        )
        registry.kind(
            "people.mandate_ended", gettext_noop("Mandate ended: %(role)s"), icon="key", link="role"
        )
        registry.kind(
            "people.organisation_registered",
            gettext_noop("Organisation registered: %(name)s"),
            icon="users",
            link="name",
        )
        registry.kind(
            "people.organisation_renamed",
            gettext_noop("Organisation renamed: %(name)s"),
            icon="users",
            link="name",
        )
        registry.kind(
            "people.organisation_updated",
            gettext_noop("Organisation updated: %(name)s"),
            icon="users",
            link="name",
        )
        registry.kind(
            "people.institution_described",
            gettext_noop("The institution’s facts: %(name)s"),
            icon="users",
            link="name",
        )
        registry.subject("people.mandate", faces=faces.of_mandates, keys=faces.mandates)
        registry.subject("people.organisation", faces=faces.of_organisations, keys=faces.organisations)
        registry.subject("people.institution", faces=faces.of_institution, keys=faces.institution)
        for role in Role:
            registry.role(role.value, role.label)
