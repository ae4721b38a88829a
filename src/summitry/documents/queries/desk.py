"""What those who work on documents read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from summitry.people.waiting import Waiting
from summitry.text.parity import Owed

from ..models import Document, Provision, Version

MOST = 100  # documents that are looked at for translations


def desk_documents() -> QuerySet[Document]:
    """All documents, the newest first, with the numbers of their newest published version and of their
    draft. One query a page."""
    public = Q(versions__published_at__isnull=False)
    return Document.objects.annotate(
        newest=Max("versions__number", filter=public),
        draft=Max("versions__number", filter=~public),
        adopted=Max("versions__adopted_at"),
    ).order_by("-pk")


def draft_of(document: Document) -> Version | None:
    """The draft of a document, if there is one. One query."""
    found = document.versions.filter(published_at__isnull=True).first()
    if found is not None:
        found.document = document
    return found


def any_version(slug: str, number: int) -> Version | None:
    """A version, published or not, with its document. One query."""
    asked = Version.objects.filter(document__slug=slug, number=min(number, 2**31 - 1))
    return asked.select_related("document").first()


@dataclass(frozen=True, slots=True)
class Debt:
    """What one version owes in one language."""

    version: Version
    language: str
    owed: Owed
    provisions: int
    since: datetime  # when the version was published, or begun

    @property
    def percent(self) -> int:
        """How much of it is there and up to date, reviewed or not."""
        done = self.provisions - self.owed.missing - self.owed.behind
        return round(100 * done / self.provisions) if self.provisions else 100


def owed(language: str = "") -> list[Debt]:
    """What translators owe: of the newest published version of each document and of its draft, in each of
    its languages or in one; the oldest first. Two queries."""
    newest = (
        Document.objects.annotate(
            newest=Max("versions__number", filter=Q(versions__published_at__isnull=False))
        )
        .order_by("-pk")
        .values_list("pk", "newest")[:MOST]
    )
    wanted = Q(published_at__isnull=True)
    for document, number in newest:
        if number:
            wanted |= Q(document=document, number=number)
    versions = {one.pk: one for one in Version.objects.filter(wanted).select_related("document")}
    others = {
        pk: [code for code in one.document.languages[1:] if language in ("", code)]
        for pk, one in versions.items()
    }
    codes = sorted({code for each in others.values() for code in each})
    rows: Any = Provision.objects.filter(version__in=versions).order_by().values("version")
    found = []
    for row in rows.annotate(n=Count("pk"), **_states(codes)):
        version = versions[row["version"]]
        since = version.published_at or version.created_at
        for code in others[version.pk]:
            at = codes.index(code)
            one = Owed(code, row["n"] - row[f"there_{at}"], row[f"draft_{at}"], row[f"behind_{at}"])
            if one.total:
                found.append(Debt(version, code, one, row["n"], since))
    return sorted(found, key=lambda one: (one.since, one.version.pk, one.language))


def _states(codes: list[str]) -> dict[str, Count]:
    """How many provisions are there in each language (by its place), are behind their source, or are not
    reviewed: `Text.state`, counted by the database."""
    counts: dict[str, Count] = {}
    for at, code in enumerate(codes):
        there = Q(**{f"text__texts__{code}__isnull": False})
        behind = Q(**{f"text__texts__{code}__revision__lt": F("text__revision")})
        draft = Q(**{f"text__texts__{code}__reviewed": False}) & ~behind
        counts |= {
            f"there_{at}": Count("pk", filter=there),
            f"behind_{at}": Count("pk", filter=there & behind),
            f"draft_{at}": Count("pk", filter=there & draft),
        }
    return counts


def passages_to_translate(version: Version, language: str, only_owed: bool = False) -> list[Provision]:
    """The provisions of a version, or only those that lack a reviewed translation of what the source says.
    One query."""
    rows = list(version.provisions.order_by("position"))
    if not only_owed:
        return rows
    return [one for one in rows if one.text.state(language) != "reviewed"]


def waiting(user: Any) -> Iterable[Waiting]:
    """Translations that are owed, a line for all of them. Two queries, none for who does not translate."""
    if not user.has_perm("documents.translate"):
        return
    debts = owed()
    if not debts:
        return
    count = sum(one.owed.total for one in debts)
    yield Waiting(
        title=ngettext(
            "%(count)d provision to translate or to review",
            "%(count)d provisions to translate or to review",
            count,
        )
        % {"count": count},
        url=reverse("documents:translations"),
        icon="lang",
        area="documents",
        count=count,
    )
