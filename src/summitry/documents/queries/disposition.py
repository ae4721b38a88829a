"""What is asked of the answers: the disposition table, on a page and for a spreadsheet."""

from collections.abc import Callable, Iterable, Iterator

from django.db.models import QuerySet

from summitry import kept

from ..models import Amendment, Comment, Report, Said, Version
from .consulting import KINDS, SHOWN, Shown, amendments, comments, depend, shown


def disposition_keys(
    version: Version, *, name: str = "", outcome: str = "", anchor: str = ""
) -> list[tuple[str, int]]:
    """(name, key) of everything that was said, by its place in the text: first of the whole, then provision
    by provision, comments before amendments. Three queries."""
    depend(version)
    kept.depends(f"text:{version.pk}")
    place = dict(version.provisions.values_list("anchor", "position"))
    found = []
    for kind, model in KINDS.items():
        if name and kind != name:
            continue
        rows = model._default_manager.filter(version=version)
        if outcome == "none":
            rows = rows.filter(answer_published_at=None, state__in=SHOWN)
        elif outcome:
            rows = rows.filter(outcome=outcome, answer_published_at__isnull=False)
        if anchor:
            rows = rows.filter(anchor=anchor)
        for pk, at, number in rows.values_list("pk", "anchor", "number"):
            found.append((place.get(at, 0), kind != "comments", number, kind, pk))
    return [(kind, pk) for _place, _later, _number, kind, pk in sorted(found)]


def _said(version: Version, wanted: Iterable[tuple[str, int]]) -> list[Said]:
    """These, in this order. Two queries."""
    listed = list(wanted)
    found: dict[tuple[str, int], Said] = {}
    for name, rows in (("comments", comments(version)), ("amendments", amendments(version))):
        keys = [pk for kind, pk in listed if kind == name]
        if keys:
            found |= {(name, one.pk): one for one in rows.filter(pk__in=keys)}
    return [found[key] for key in listed if key in found]


def disposition_rows(version: Version, wanted: Iterable[tuple[str, int]]) -> list[Shown]:
    """These, ready for a page, in this order. Two queries, three if machines translate."""
    return shown(_said(version, wanted), version)


def numbers(version: Version) -> dict[str, str]:
    """What stands before each provision, by its anchor. One query."""
    kept.depends(f"text:{version.pk}")
    return dict(version.provisions.values_list("anchor", "number"))


def replied_reports(version: Version) -> QuerySet[Report]:
    """Reported errors that have their reply. One query."""
    depend(version)
    return version.reports.filter(replied_at__isnull=False)


type Address = Callable[[str, int], str]  # of "comments" or "amendments", by number
HEADINGS = (
    *(
        "kind",
        "number",
        "provision",
        "provision_number",
        "language",
        "quoted",
        "words",
        "proposed",
        "on_behalf_of",
    ),
    *("state", "supports", "answer", "why", "where", "address", "part_of"),
)


def table(version: Version, address: Address) -> Iterator[list[object]]:
    """The disposition table as rows for a spreadsheet, headings first; read in steps. What was taken out or
    withdrawn has no words; an answer that is not public is not there; nor is what machines said.
    `address(name, number)`."""
    yield list(HEADINGS)
    shown_numbers, keys = numbers(version), disposition_keys(version)
    for at in range(0, len(keys), 500):
        for row in shown(_said(version, keys[at : at + 500]), version, machines=False):
            yield _line(row, shown_numbers, address)


def _line(row: Shown, numbers: dict[str, str], address: Address) -> list[object]:
    said = row.said
    seen = said.is_shown
    is_comment = isinstance(said, Comment)
    return [
        said._meta.model_name,
        said.number,
        said.anchor,
        numbers.get(said.anchor, ""),
        said.text.source if isinstance(said, Comment) else said.language,
        said.quote if isinstance(said, Comment) else said.base,
        said.text.get(said.text.source) if seen else "",
        said.words if isinstance(said, Amendment) and seen else "",
        str(said.by or "") if seen else "",
        said.state,
        "" if is_comment else row.supports,
        said.outcome if row.answer else "",
        str(said.answer) if row.answer else "",
        said.answer_anchor if row.answer else "",
        address(row.name, said.number),
        said.combined_into.number if isinstance(said, Amendment) and said.combined_into else "",
    ]
