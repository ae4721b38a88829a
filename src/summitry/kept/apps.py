from django.apps import AppConfig


class KeptConfig(AppConfig):
    name = "summitry.kept"

    def ready(self) -> None:
        from . import watching

        watching.begin()
