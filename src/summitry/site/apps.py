from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class SiteConfig(AppConfig):
    name = "summitry.site"
    label = "site"

    def ready(self) -> None:
        from summitry import kept
        from summitry.people import waiting
        from summitry.record import registry
        from summitry.text import parity

        from . import permissions, queries, uniting  # noqa: F401  (permissions register themselves)
        from .models import Page

        uniting.ready()
        kept.watch(Page, page="slug", pages="", unseen=("version",))

        registry.kind("site.page_published", gettext_noop("Page published: %(title)s"), icon="doc")
        registry.kind("site.page_changed", gettext_noop("Page changed: %(title)s"), icon="doc")
        registry.kind("site.page_withdrawn", gettext_noop("Page withdrawn: %(title)s"), icon="doc")
        registry.kind(
            "site.page_translated",
            gettext_noop("Translation of %(title)s changed: %(languages)s"),
            icon="lang",
        )
        registry.kind(
            "site.translation_reviewed",
            gettext_noop("Translation of %(title)s reviewed: %(languages)s"),
            icon="lang",
        )
        registry.subject(
            "site.page",
            url=lambda key: reverse("site:page", args=[key]),
            faces=queries.faces,
            keys=queries.public_keys,
        )
        waiting.register(queries.waiting)
        parity.register("site.pages", _("Pages"), queries.texts)
