from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class AtlasConfig(AppConfig):
    name = "summitry.atlas"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from summitry import kept
        from summitry.calls import outcomes
        from summitry.documents import lineage
        from summitry.people import waiting
        from summitry.record import registry

        from . import faces, permissions, queries  # noqa: F401  (the permissions register themselves)
        from .models import Case, CaseCountry, CaseLanguage
        from .outcome import make, take_back

        kept.watch(
            Case, case="slug", cases="", m2m=["topics", "organisations", "documents"], unseen=("version",)
        )
        kept.watch(CaseCountry, case="case.slug", cases="")
        kept.watch(CaseLanguage, case="case.slug", cases="")

        registry.kind("atlas.published", gettext_noop("Case published from a call: %(title)s"), icon="globe")
        registry.kind("atlas.added", gettext_noop("Case added from a public source: %(title)s"), icon="globe")
        registry.kind("atlas.edited", gettext_noop("Case changed: %(title)s"), icon="doc")
        registry.kind(
            "atlas.reviewed", gettext_noop("Translation of a case reviewed: %(title)s"), icon="lang"
        )
        registry.kind("atlas.withdrawn", gettext_noop("Case withdrawn: %(title)s"), icon="cross")
        registry.subject("atlas.case", url=faces.url, faces=faces.faces, keys=faces.keys)
        waiting.register(queries.waiting)
        lineage.claim("atlas", queries.claims)
        outcomes.register("atlas.case", _("A case in the library"), make, ["title"], take_back)
