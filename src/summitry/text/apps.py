from django.apps import AppConfig
from django.db.models import fields

# Django's own words for no choice, "- Select an option -", are not translated. Said here and not in `ready`:
# some apps that are ready earlier load forms then, and a form takes the words with it.
fields.BLANK_CHOICE_LABEL = "–"


class TextConfig(AppConfig):
    name = "summitry.text"

    def ready(self) -> None:
        from summitry import kept

        from . import ordering
        from .models import MachineText

        ordering.begin()
        kept.watch(MachineText, machine="target")
