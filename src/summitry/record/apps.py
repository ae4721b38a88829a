from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "summitry.record"
