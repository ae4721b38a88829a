from django.apps import AppConfig
from django.utils.translation import gettext_lazy, gettext_noop


class GatheringsConfig(AppConfig):
    name = "summitry.gatherings"

    def ready(self) -> None:
        from summitry import kept
        from summitry.calls import debts
        from summitry.calls import outcomes as calls_outcomes
        from summitry.people import erasure, export, merging, scopes, waiting
        from summitry.record import registry

        from . import faces, outcomes, personal, queries
        from . import permissions as _permissions  # noqa: F401  (registers them)
        from .models import (
            Convener,
            Gathering,
            Link,
            OutcomeDocument,
            Release,
            ReleasedSlot,
            Room,
            Series,
            Session,
            SessionPerson,
            SessionReport,
            Speaker,
            Stance,
            Track,
        )

        kept.watch(Series, series="pk", gatherings="")
        kept.watch(
            Gathering,
            gathering="pk",
            gatherings="",
            m2m=["conveners"],
            unseen=("changed_at", "version", "demands"),
        )
        kept.watch(Room, room="pk", programme="gathering_id")
        kept.watch(Track, track="pk", programme="gathering_id")
        kept.watch(Release, programme="gathering_id", release="pk")
        kept.watch(ReleasedSlot, programme="release.gathering_id", row="session_id")
        kept.watch(Session, session="pk", sessions="gathering_id", unseen=("version", "minutes"))
        kept.watch(SessionPerson, cast="session_id", parts="person_id", sessions="session.gathering_id")
        kept.watch(Speaker, speaker="person_id", sessions="gathering_id")
        kept.watch(Link, links="session_id", sessions="session.gathering_id")
        kept.watch(Convener, sides="session_id")
        kept.watch(OutcomeDocument, outcome="session_id", m2m=["authors", "author_bodies"])
        kept.watch(Stance, outcome="document.session_id")
        kept.watch(SessionReport, report="session_id")

        waiting.register(queries.waiting)
        scopes.offer_all(gettext_noop("Gatherings"), "gatherings.gathering")
        export.register("gatherings", personal.give, personal.SCHEMA)
        erasure.register("gatherings", personal.forget)
        merging.register("gatherings", personal.move)
        debts.register("gatherings", personal.debts)
        registry.role("reporter", gettext_lazy("rapporteur or host of the session"))
        registry.role("session_host", gettext_lazy("those who lead the session"))
        calls_outcomes.register(
            "gatherings.session",
            gettext_lazy("A session of a gathering"),
            outcomes.make_session,
            ("title",),
            outcomes.cancel,
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
            ("outcome_proposed", gettext_noop("Outcome document put to the conveners: %(title)s"), "users"),
            (
                "outcome_confirmed",
                gettext_noop("%(organisation)s confirms the outcome document of %(title)s"),
                "check",
            ),
            (
                "outcome_refused",
                gettext_noop("%(organisation)s does not confirm the outcome document of %(title)s"),
                "cross",
            ),
            (
                "outcome_published",
                gettext_noop(
                    "Outcome document published: %(title)s; %(confirmed)s of %(sides)s conveners confirm it"
                ),
                "doc",
            ),
            ("outcome_withdrawn", gettext_noop("Outcome document withdrawn: %(title)s"), "cross"),
            ("report_delivered", gettext_noop("Report of a session delivered: %(title)s"), "doc"),
            ("report_waived", gettext_noop("Report of a session no longer owed: %(title)s"), "doc"),
        ):
            registry.kind(f"gatherings.{name}", sentence, icon=icon)
        registry.subject("gatherings.session", url=faces.session_page)
        registry.subject(
            "gatherings.gathering", url=faces.page, faces=faces.of_gatherings, keys=faces.gatherings
        )
