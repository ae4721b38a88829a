"""What may be asked of the record."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from summitry import kept
from summitry.engines.merkle import tree
from summitry.text.ordering import sort_key

from . import canonical, log, publish, sentences
from .models import Checkpoint, Entry

PER_PAGE = 25
_SEPARATORS = re.compile(r"[\s,.’٬'_]")  # between thousands
_NUMBER = re.compile(r"(?:no|#)?([0-9]{1,18})\Z")
_HASH = re.compile(r"([0-9a-f]{8,64})(?:(?:…|\.\.\.)([0-9a-f]{0,64}))?\Z")


def head() -> Checkpoint | None:
    """The last checkpoint; None before the first entry. One query."""
    return Checkpoint.objects.order_by("-size").first()


def latest(n: int = 5) -> list[Entry]:
    """The newest entries, newest first. One query."""
    kept.depends("record")
    return list(Entry.objects.order_by("-index")[:n])


def entry(index: int) -> Entry | None:
    """The entry at a place of the log. One query."""
    kept.depends("record")
    return Entry.objects.filter(index=index).first()


def entries_about(subject: str) -> QuerySet[Entry]:
    """The entries about one subject, oldest first."""
    kept.depends(f"about:{subject}")
    return Entry.objects.filter(subject=subject).order_by("index")


def story(subjects: Iterable[str]) -> QuerySet[Entry]:
    """The entries about several subjects in the order they happened: how a thing came about."""
    named = list(subjects)
    kept.depends(*(f"about:{one}" for one in named))
    return Entry.objects.filter(subject__in=named).order_by("index")


def page(kind: str = "", number: int | str = 1) -> Page[Entry]:
    """A page of entries, newest first, of one kind of act if one is named. Two queries."""
    kept.depends("record")
    found = Entry.objects.order_by("-index")
    return Paginator(found.filter(kind=kind) if kind else found, PER_PAGE).get_page(number)


def kinds() -> list[tuple[str, str]]:
    """(name, label in the reader's language) of each kind of act that was ever entered. One query."""
    names = Entry.objects.order_by("kind").values_list("kind", flat=True).distinct()
    return sorted(((name, sentences.kind_label(name)) for name in names), key=lambda pair: sort_key(pair[1]))


def find(words: str) -> Entry | None:
    """The entry with this number, else with this hash (whole, its first 8 digits or more, or "first…last").

    Two queries at most.
    """
    text = words.strip().lower()
    if (number := _NUMBER.match(_SEPARATORS.sub("", text))) and (found := entry(int(number[1]))):
        return found
    if not (digits := _HASH.match(text)):
        return None
    first, last = digits[1], digits[2] or ""
    lowest, highest = bytes.fromhex(first.ljust(64, "0")), bytes.fromhex(first.ljust(64, "f"))
    among = Entry.objects.filter(leaf__gte=lowest, leaf__lte=highest).order_by("index")[:50]
    return next((entry for entry in among if entry.leaf.hex().endswith(last)), None)


@dataclass(frozen=True, slots=True)
class State:
    """What the checkpoint sheet says."""

    head: Checkpoint
    since_yesterday: int
    before: int | None  # size of the checkpoint before


def state() -> State | None:
    """The last checkpoint and how it grew; None before the first entry. Two queries."""
    kept.depends("record")
    two = list(Checkpoint.objects.order_by("-size")[:2])
    if not two:
        return None
    day = timedelta(days=1)
    recent = Entry.objects.filter(at__gte=timezone.now() - day).aggregate(n=Count("pk"), first=Min("at"))
    if recent["first"]:
        kept.until(recent["first"] + day)
    return State(two[0], recent["n"], two[1].size if len(two) > 1 else None)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a proof: the hash that is put beside what we have, and on which side."""

    left: bool
    hash: bytes


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry with its way to the root of the last checkpoint."""

    entry: Entry
    head: Checkpoint
    steps: tuple[Step, ...]
    holds: bool  # whether the way leads there: if not, what is stored was changed
    opened: frozenset[str]  # the commitments that can still be opened


def proven(index: int) -> Proven | None:
    """An entry with its proof; None if there is no such entry. Five queries at most."""
    last = head()
    found = entry(index)
    if last is None or found is None or found.index >= last.size:
        return None
    opened = frozenset(found.openings.values_list("name", flat=True))
    try:
        hashes = publish.proof(index, last.size)
        root = tree.root_from_inclusion(tree.hash_leaf(bytes(found.body)), index, last.size, hashes)
    except (log.BrokenLog, tree.ProofError):
        return Proven(found, last, (), False, opened)
    sides = tree.proof_sides(index, last.size)
    steps = tuple(Step(left, step) for left, step in zip(sides, hashes, strict=True))
    return Proven(found, last, steps, root == last.root, opened)


def changed_faces() -> list[str]:
    """The subjects whose public face is not as the last entry about each left it. Reads the whole log."""
    left: dict[str, str | None] = {}
    for body in Entry.objects.order_by("index").values_list("body", flat=True).iterator():
        said = canonical.decode(bytes(body))
        if "face" in said:
            left[said["subject"]] = said["face"]
    now = {subject: log.digest(face, subject) for subject, face in publish.present_faces()}
    gone = {subject for subject, digest in left.items() if digest is not None} - now.keys()
    return sorted(gone | {subject for subject, digest in now.items() if left.get(subject) != digest})
