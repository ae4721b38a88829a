from django.apps import AppConfig
from django.utils.translation import gettext_lazy, gettext_noop


class RecordConfig(AppConfig):
    name = "summitry.record"

    def ready(self) -> None:
        from summitry import kept

        from . import registry
        from .models import Checkpoint, Entry

        kept.watch(Checkpoint, record="")
        kept.watch(Entry, record="", about="subject")
        registry.kind(
            "record.unreadable",
            gettext_noop("This entry cannot be read: what is stored was changed after it was sealed"),
            icon="alert",
        )
        registry.kind(
            "record.face_renewed",
            gettext_noop("A public page was taken anew as version %(software)s of the software shows it"),
            icon="doc",
            link="software",
        )
        registry.role("operator", gettext_lazy("operator of the software"))
