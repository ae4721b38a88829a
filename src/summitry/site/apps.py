from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "summitry.site"
    label = "site"
