from django.apps import AppConfig
from django.utils.translation import gettext_noop


class RecordConfig(AppConfig):
    name = "summitry.record"

    def ready(self) -> None:
        from . import registry

        registry.kind(
            "record.unreadable",
            gettext_noop("This entry cannot be read: what is stored was changed after it was sealed"),
            icon="alert",
        )
