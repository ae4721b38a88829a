"""One search over what the public may read: pages, calls, gatherings, sessions, cases,
documents, in all languages.

What is searched is kept in memory, prepared as the library of cases prepares it, while the record does not
grow: a search then asks the database nothing. It is meant for thousands of things, not for millions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from threading import Lock

from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from summitry.atlas.queries import published as published_cases
from summitry.calls.models import Call
from summitry.documents.models import Document
from summitry.gatherings.models import ReleasedSlot
from summitry.gatherings.queries import editions
from summitry.opinions.models import Conversation
from summitry.record.models import Checkpoint
from summitry.text.search import prepared, terms
from summitry.text.value import Text

from . import queries
from .kinds import KINDS

MOST = 20_000  # things that are kept
CODE = "en"  # paths are kept in one language and shown in the reader's


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that can be found. `path` has no language; `title_words` and `words` are prepared."""

    kind: str | Promise
    icon: str
    path: str
    title: Text
    summary: Text
    title_words: str
    words: str

    @property
    def url(self) -> str:
        return f"/{translation.get_language()}{self.path}"


def _hit(kind: str | Promise, icon: str, url: str, title: Text, summary: Text, *more: Text) -> Hit:
    words = [one for text in (title, summary, *more) for one in text.values.values()]
    return Hit(
        kind=kind,
        icon=icon,
        path=url.removeprefix(f"/{CODE}"),
        title=title,
        summary=summary,
        title_words=prepared(*title.values.values()),
        words=prepared(*words),
    )


def _everything() -> Iterator[Hit]:
    """All of it, what is asked for most often first. Seven queries."""
    calls = Call.objects.public().order_by("-opens_at", "slug")
    for slug, *texts in calls.values_list("slug", "title", "summary", "body"):
        yield _hit(_("Call"), "call", reverse("calls:detail", args=[slug]), *texts)
    cases = published_cases().order_by("-year", "slug")
    for slug, *texts in cases.values_list("slug", "title", "summary", "carried_by"):
        yield _hit(_("Practice case"), "map", reverse("atlas:case", args=[slug]), *texts)
    for slug, *texts in editions().values_list("slug", "title", "summary", "subtitle", "place"):
        yield _hit(_("Gathering"), "calendar", reverse("gatherings:detail", args=[slug]), *texts)
    conversations = Conversation.objects.public().order_by("-opens_at", "slug")
    for slug, *texts in conversations.values_list("slug", "title", "description"):
        yield _hit(_("Opinion vote"), "opinion", reverse("opinions:detail", args=[slug]), *texts)
    documents = Document.objects.public().order_by("-pk")
    for slug, *texts in documents.values_list("slug", "title", "summary", "issued_by"):
        yield _hit(_("Document"), "doc", reverse("documents:detail", args=[slug]), *texts)
    pages = queries.shown().exclude(kind__in=["home", "milestone"])
    for slug, kind, *texts in pages.values_list("slug", "kind", "title", "lede", "body", "origin"):
        yield _hit(KINDS[kind].label, KINDS[kind].icon, reverse("site:page", args=[slug]), *texts)
    sessions = ReleasedSlot.objects.filter(
        release__gathering__in=editions(), release=F("release__gathering__released")
    ).order_by("-starts")
    for gathering, slug, *texts in sessions.values_list(
        "release__gathering__slug", "session__slug", "title", "release__gathering__title"
    ):
        yield _hit(_("Session"), "list", reverse("gatherings:session", args=[gathering, slug]), *texts)


_lock = Lock()
_kept: tuple[bytes, list[Hit]] = (b"", [])


def _index(checkpoint: Checkpoint | None) -> list[Hit]:
    global _kept
    root = bytes(checkpoint.root) if checkpoint else b""
    if not root:
        return []  # before the first entry nothing has been published
    if _kept[0] != root:
        with _lock, translation.override(CODE):
            if _kept[0] != root:
                _kept = (root, list(islice(_everything(), MOST)))
    return _kept[1]


def search(query: str, checkpoint: Checkpoint | None) -> list[Hit]:
    """What has every term of the query somewhere; those that have them in their title first."""
    wanted = terms(query)
    if not wanted:
        return []
    found = [one for one in _index(checkpoint) if all(term in one.words for term in wanted)]
    return sorted(found, key=lambda one: not all(term in one.title_words for term in wanted))
