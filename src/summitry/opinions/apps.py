from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class OpinionsConfig(AppConfig):
    name = "summitry.opinions"
    verbose_name = _("Opinion votes")

    def ready(self) -> None:
        from summitry import kept
        from summitry.people import erasure, export, scopes, waiting
        from summitry.record import registry

        from . import faces, permissions, personal, queries  # noqa: F401  (the permissions register themselves)
        from .models import Conversation, MapRun, Statement, Uptake

        kept.watch(Conversation, conversations="", unseen=("version", "links"))
        kept.watch(Statement, statements="conversation_id", unseen=("priority",))
        kept.watch(Uptake, statements="statement.conversation_id")
        kept.watch(MapRun, map="conversation_id", maps="")

        waiting.register(queries.waiting)
        waiting.register(queries.owing)
        scopes.offer_all(gettext_noop("Opinion votes"), "opinions.conversation")
        export.register("opinions", personal.give, personal.SCHEMA)
        erasure.register("opinions", personal.forget)
        for name, sentence, icon in (
            ("opened", gettext_noop("Opinion vote opened: %(title)s"), "opinion"),
            ("edited", gettext_noop("Facts of an opinion vote changed: %(title)s"), "opinion"),
            ("closed", gettext_noop("Opinion vote closed: %(title)s"), "opinion"),
            ("reopened", gettext_noop("Opinion vote opened again: %(title)s"), "opinion"),
            ("imported", gettext_noop("Opinion vote taken in from elsewhere: %(title)s"), "download"),
            ("removed", gettext_noop("Statement %(number)s removed from %(title)s: %(reason)s"), "cross"),
            ("shown_again", gettext_noop("Statement %(number)s shown again in %(title)s"), "check"),
            (
                "reported",
                gettext_noop(
                    "Report published of %(title)s: people %(people)s, votes %(votes)s, groups %(groups)s"
                ),
                "map",
            ),
            (
                "taken_up",
                gettext_noop("Statement %(number)s of %(title)s, with which all groups agree, was taken up"),
                "arrow",
            ),
        ):
            registry.kind(f"opinions.{name}", sentence, icon=icon)
        registry.subject("opinions.conversation", url=faces.url, faces=faces.faces, keys=faces.keys)
