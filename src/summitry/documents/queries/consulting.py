"""What is asked about comments, amendments and answers by those who read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from summitry import kept
from summitry.engines.comparing import Piece, differences
from summitry.people.models import Organisation
from summitry.text import languages

from .. import consulting, dispositions, proposals
from ..models import (
    Amendment,
    Comment,
    Contribution,
    Provision,
    Said,
    Support,
    Version,
)
from ..parts import Visit
from .machine import said_by_machines

State = Contribution.State
SHOWN = (State.SHOWN, State.COMBINED)
IN_ROW = 20  # comments, and amendments, that the row of a provision shows itself
KINDS: dict[str, type[Comment] | type[Amendment]] = {"comments": Comment, "amendments": Amendment}


def version_of(slug: str, number: int) -> Version | None:
    """A published version with its document. One query."""
    found = (
        Version.objects.filter(document__slug=slug, number=number, published_at__isnull=False)
        .select_related("document")
        .first()
    )
    if found is not None:
        kept.depends(f"document:{found.document_id}")
    return found


def depend(version: Version) -> None:
    """The page that is being made shows what was said of a version."""
    kept.depends(f"comments:{version.pk}", f"amendments:{version.pk}", f"reports:{version.pk}")


def answer_of(said: Said) -> dispositions.Disposition | None:
    """The published answer's kind."""
    return dispositions.get(said.outcome) if said.has_public_answer else None


# -- a version's consultation as a whole ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Consultation:
    """Where the comments on a version stand. readable: this reader may read what was said."""

    version: Version
    open: bool
    ahead: bool
    readable: bool
    comments: int = 0
    amendments: int = 0
    organisations: int = 0
    persons: int = 0
    answered: int = 0

    @property
    def said(self) -> int:
        return self.comments + self.amendments


def consultation(version: Version, user: Any) -> Consultation:
    """The period and the figures of a version. Two queries; none for one on which nobody was ever asked."""
    depend(version)
    now = timezone.now()
    ahead = version.comments_from is not None and now < version.comments_from
    stands = Consultation(version, consulting.takes(version, now), ahead, consulting.may_read(user, version))
    if not stands.readable:
        return stands
    figures = []
    for model in (Comment, Amendment):
        figures.append(
            model._default_manager.filter(version=version, state__in=SHOWN).aggregate(
                all=Count("pk"),
                organisations=Count("organisation", distinct=True),
                persons=Count("person", distinct=True, filter=Q(organisation=None)),
                answered=Count("pk", filter=Q(answer_published_at__isnull=False)),
            )
        )
    comments, amendments = figures
    return Consultation(
        version,
        stands.open,
        ahead,
        True,
        comments["all"],
        amendments["all"],
        comments["organisations"],
        comments["persons"],
        comments["answered"] + amendments["answered"],
    )


def aside(visit: Visit) -> dict[str, Any] | None:
    """Beside the heading of a version: until when one comments. No query."""
    version = visit.version
    if not version.is_public:
        return None
    now = timezone.now()
    depend(version)
    open_now = consulting.takes(version, now)
    ahead = version.comments_from is not None and now < version.comments_from
    return {"version": version, "open": open_now, "ahead": ahead}


def foot(visit: Visit) -> dict[str, Any] | None:
    """After the text: the figures, and the ways to what was said. Two queries at most."""
    if not visit.version.is_public or visit.version.comments_from is None:
        found = visit.version.is_public and visit.version.amendments.exists()
        if not found:
            return None
    stands = consultation(visit.version, visit.user)
    return {"consultation": stands, "version": visit.version}


@dataclass(slots=True)
class Row:
    """What stands at one provision. `said` only in the row that is open."""

    version: Version
    anchor: str
    open: bool
    comments: int = 0
    amendments: int = 0
    at: bool = False
    said: "list[Shown]" = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.comments + self.amendments


def at_provisions(visit: Visit) -> dict[str, Row]:
    """What stands at each provision of a version, by its anchor; while comments run every provision has a
    row. Three queries at most, six with an open row."""
    version = visit.version
    if not version.is_public:
        return {}
    depend(version)
    open_now = consulting.takes(version)
    rows: dict[str, Row] = {}
    if open_now:
        for anchor in version.provisions.values_list("anchor", flat=True):
            rows[anchor] = Row(version, anchor, True)
    if consulting.may_read(visit.user, version):
        for name, model in KINDS.items():
            counted = model._default_manager.filter(version=version, state__in=SHOWN).exclude(anchor="")
            for anchor, count in counted.order_by().values_list("anchor").annotate(Count("pk")):
                row = rows.setdefault(anchor, Row(version, anchor, open_now))
                setattr(row, name, count)
        if visit.at in rows:
            said: list[Said] = [
                *comments(version, visit.at)[:IN_ROW],
                *amendments(version, visit.at)[:IN_ROW],
            ]
            rows[visit.at].said = shown(said, version)
    if visit.at in rows:
        rows[visit.at].at = True
    return rows


# -- lists and single ones -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """A comment or an amendment as a page shows it. `name`: "comments" or "amendments"; `pieces`: tracked
    words of an amendment; `supports`: how many stand behind it; `machine`: what a machine says in the
    reader's language of its "text", its "words", its "answer"."""

    said: Said
    name: str
    answer: dispositions.Disposition | None
    pieces: list[Piece] = field(default_factory=list)
    kind: proposals.Proposal | None = None
    supports: int = 0
    machine: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_comment(self) -> bool:
        return self.name == "comments"

    @property
    def given(self) -> dispositions.Disposition | None:
        """The answer's kind for the house, published or not."""
        return dispositions.get(self.said.outcome)


def comments(version: Version, anchor: str | None = None) -> QuerySet[Comment]:
    """All comments on a version, or those at one provision ("" for the whole version), those taken out and
    withdrawn too: their words are not to be shown."""
    depend(version)
    found = version.comments.by_place()
    return found if anchor is None else found.filter(anchor=anchor)


def amendments(version: Version, anchor: str | None = None) -> QuerySet[Amendment]:
    """All amendments to a version, or those at one provision, with the number of their supports."""
    depend(version)
    found = version.amendments.by_place().select_related("combined_into", "taken_into")
    found = found if anchor is None else found.filter(anchor=anchor)
    return found.annotate(number_of_supports=Count("supports"))


def shown(rows: Iterable[Said], version: Version, *, machines: bool = True) -> list[Shown]:
    """Ready for a page. One query if machines translate and one of them is not there in the reader's
    language; none where what `machines` said is not wanted."""
    listed = list(rows)
    made = said_by_machines(languages.current(), listed) if machines else [{} for _one in listed]
    return [_shown(said, version, machine) for said, machine in zip(listed, made, strict=True)]


def _shown(said: Said, version: Version, machine: Mapping[str, str]) -> Shown:
    said.version = version
    if isinstance(said, Comment):
        return Shown(said, "comments", answer_of(said), machine=machine)
    kind = proposals.get(said.change)
    return Shown(
        said,
        "amendments",
        answer_of(said),
        kind.pieces(said.base, said.words),
        kind,
        getattr(said, "number_of_supports", 0),
        machine,
    )


def one_of(version: Version, name: str, number: int) -> Shown | None:
    """A comment or an amendment by its number. One query."""
    if name not in KINDS:
        return None
    rows = comments(version) if name == "comments" else amendments(version)
    found = rows.select_related("person__user", "organisation").filter(number=number).first()
    return shown([found], version)[0] if found is not None else None


def supporters(said: Amendment) -> QuerySet[Support]:
    """Who stands behind an amendment, in the order of their coming. One query."""
    return said.supports.select_related("person", "organisation")


def parts_of(said: Amendment) -> QuerySet[Amendment]:
    """The amendments that were combined into this one. One query."""
    return Amendment.objects.filter(combined_into=said).by_place()


@dataclass(frozen=True, slots=True)
class Later:
    """What a later version says at the same anchor: nothing if the provision does not stand there."""

    version: Version
    language: str
    pieces: list[Piece]
    stands: bool
    same: bool


def language_for(version: Version, wanted: str = "") -> str:
    """In which of the document's languages a text is read here: the one named, else the reader's, else its
    source."""
    spoken = version.document.languages
    return wanted if wanted in spoken else languages.choose(spoken) or version.document.source


def what_became(said: Said) -> list[Later]:
    """The provision that was spoken of in each later published version, compared with what it was. Two
    queries."""
    if not said.anchor:
        return []
    version = said.version
    code = said.quote_language if isinstance(said, Comment) else said.language
    code = language_for(version, code)
    kept.depends(f"document:{version.document_id}")
    later = list(
        version.document.versions.filter(published_at__isnull=False, number__gt=version.number).order_by(
            "number"
        )
    )
    rows = Provision.objects.filter(anchor=said.anchor, version__in=[version, *later])
    kept.depends(*(f"text:{one.pk}" for one in [version, *later]))
    texts = {one.version_id: one.text.best(code).value for one in rows}
    before = texts.get(version.pk, "")
    return [
        Later(
            one,
            code,
            differences(before, texts[one.pk]) if one.pk in texts else [Piece("removed", before)],
            one.pk in texts,
            texts.get(one.pk) == before,
        )
        for one in later
    ]


def quoted_in(said: Comment, provision: Provision | None) -> tuple[str, str, str]:
    """What stands before the quoted words, the words, and what stands after them."""
    if provision is None or said.quote_start is None:
        return "", said.quote, ""
    text, ends = provision.text.get(said.quote_language), said.quote_start + len(said.quote)
    return text[: said.quote_start], said.quote, text[ends:]


def following(version: Version) -> Version | None:
    """The published version that comes after. One query."""
    later = version.document.versions.filter(published_at__isnull=False, number__gt=version.number)
    return later.order_by("number").first()


def provision_at(version: Version, anchor: str) -> Provision | None:
    """One query."""
    kept.depends(f"text:{version.pk}")
    return version.provisions.filter(anchor=anchor).first() if anchor else None


# -- one's own ---------------------------------------------------------------------------------------


def stands_for(user: Any, said: Amendment) -> list[Organisation | None]:
    """For whom this user supports an amendment: None is herself. One query."""
    if not user.is_authenticated:
        return []
    hers = said.supports.filter(person__user=user).select_related("organisation")
    return [one.organisation for one in hers]
