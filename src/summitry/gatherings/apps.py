from django.apps import AppConfig
from django.utils.translation import gettext_lazy, gettext_noop


class GatheringsConfig(AppConfig):
    name = "summitry.gatherings"

    def ready(self) -> None:
        from summitry.calls import outcomes as calls_outcomes
        from summitry.people import erasure, export, scopes, waiting
        from summitry.record import registry

        from . import faces, outcomes, personal, queries
        from . import permissions as _permissions  # noqa: F401  (registers them)

        waiting.register(queries.waiting)
        scopes.offer_all(gettext_noop("Gatherings"), "gatherings.gathering")
        export.register("gatherings", personal.give, personal.SCHEMA)
        erasure.register("gatherings", personal.forget)
        calls_outcomes.register(
            "gatherings.session", gettext_lazy("A session of a gathering"), outcomes.make_session, ("title",)
        )
        for name, sentence, icon in (
            ("announced", gettext_noop("Gathering announced: %(title)s"), "calendar"),
            ("edited", gettext_noop("Facts of a gathering changed: %(title)s"), "calendar"),
            ("cancelled", gettext_noop("Gathering cancelled: %(title)s"), "cross"),
            (
                "released",
                gettext_noop(
                    "Programme of %(title)s released as version %(version)s: "
                    "%(new)s new, %(moved)s moved, %(cancelled)s cancelled"
                ),
                "bridge",
            ),
        ):
            registry.kind(f"gatherings.{name}", sentence, icon=icon)
        registry.subject("gatherings.session", url=faces.session_page)
        registry.subject(
            "gatherings.gathering", url=faces.page, faces=faces.of_gatherings, keys=faces.gatherings
        )
