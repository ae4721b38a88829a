from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class DocumentsConfig(AppConfig):
    name = "summitry.documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        from summitry import kept
        from summitry.people import erasure, export, scopes, waiting
        from summitry.record import registry

        from . import (
            consulting_ready,
            faces,
            file_parts,
            permissions,  # noqa: F401  (they register themselves)
            personal,
            queries,
            signing_ready,
        )
        from .models import Document, Provision, Version

        kept.watch(Document, document="pk", documents="", unseen=("version", "anchors"))
        kept.watch(Version, document="document_id", documents="", unseen=("revision", "closing_told_at"))
        kept.watch(Provision, text="version_id")
        file_parts.ready()

        waiting.register(queries.waiting)
        scopes.offer_all(gettext_noop("Documents"), "documents.document")
        export.register("documents", personal.give, personal.SCHEMA)
        erasure.register("documents", personal.forget)
        for name, sentence, icon in (
            ("begun", gettext_noop("Document begun: %(title)s"), "doc"),
            ("edited", gettext_noop("Facts of a document changed: %(title)s"), "doc"),
            ("published", gettext_noop("Version %(number)s published: %(title)s"), "doc"),
            (
                "translated",
                gettext_noop("Translation changed of version %(number)s: %(title)s (%(language)s)"),
                "lang",
            ),
            (
                "reviewed",
                gettext_noop("Translation reviewed of version %(number)s: %(title)s (%(language)s)"),
                "lang",
            ),
        ):
            registry.kind(f"documents.{name}", sentence, icon=icon)
        registry.subject("documents.document", url=faces.url, faces=faces.faces, keys=faces.keys)
        registry.subject(
            "documents.version",
            url=faces.version_url,
            faces=faces.version_faces,
            keys=faces.version_keys,
        )
        consulting_ready.ready()
        signing_ready.ready()
