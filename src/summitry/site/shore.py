"""The navigation of every page: only what there is something to see of."""

from dataclasses import dataclass

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _

from summitry.record.models import Checkpoint

from . import queries

KEPT = 60  # seconds: what opens or ends by the clock alone appears this late at most


@dataclass(frozen=True, slots=True)
class Facts:
    """What the navigation and the foot depend on, the same for every reader and language."""

    pages: queries.InFrame


@dataclass(frozen=True, slots=True)
class Item:
    label: str
    url: str
    current: bool = False


def facts(checkpoint: Checkpoint | None) -> Facts:
    """Kept as long as the record does not grow: what is published is entered there."""
    key = f"site.shore.{checkpoint.root.hex()}" if checkpoint else ""
    if key and (kept := cache.get(key)):
        return kept  # type: ignore[no-any-return]
    found = Facts(pages=queries.in_frame())
    if key:
        cache.set(key, found, KEPT)
    return found


def items(known: Facts, path: str) -> list[Item]:
    """The links, in the reader's language; the one that this path lies under is current."""
    links = []
    if known.pages.documents:
        links.append((_("Documents"), reverse("site:documents")))
    links.append((_("Public record"), reverse("record:index")))
    if known.pages.about:
        links.append((_("About"), reverse("site:page", args=["about"])))
    return [Item(label, url, path.startswith(url)) for label, url in links]
