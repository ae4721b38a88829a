from collections.abc import Iterable
from itertools import chain

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from summitry.text.value import Text

MOST = 500  # rows of each kind that are looked at


def _calls() -> Iterable[Text]:
    from summitry.calls.models import Call

    return chain.from_iterable(Call.objects.public().values_list("title", "summary", "body")[:MOST])


def _gatherings() -> Iterable[Text]:
    from summitry.gatherings.queries import editions

    return chain.from_iterable(editions().values_list("title", "subtitle", "summary", "place")[:MOST])


def _cases() -> Iterable[Text]:
    from summitry.atlas.queries import published

    return chain.from_iterable(published().values_list("title", "summary", "body", "evidence")[:MOST])


def _opinions() -> Iterable[Text]:
    from summitry.opinions.models import Conversation

    return chain.from_iterable(
        Conversation.objects.public().values_list("title", "description", "policy")[:MOST]
    )


def _documents() -> Iterable[Text]:
    from summitry.documents.models import Document

    return chain.from_iterable(Document.objects.public().values_list("title", "summary", "issued_by")[:MOST])


class DeskConfig(AppConfig):
    name = "summitry.desk"

    def ready(self) -> None:
        from summitry.text import parity

        parity.register("calls", _("Calls"), _calls)
        parity.register("gatherings", _("Gatherings"), _gatherings)
        parity.register("documents", _("Documents"), _documents)
        parity.register("opinions", _("Opinion votes"), _opinions)
        parity.register("cases", _("Practice cases"), _cases)
