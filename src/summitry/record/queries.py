"""What may be asked of the record."""

from collections.abc import Iterable

from django.db.models import QuerySet

from .models import Checkpoint, Entry


def head() -> Checkpoint | None:
    """The last checkpoint; None before the first entry. One query."""
    return Checkpoint.objects.order_by("-size").first()


def latest(n: int = 5) -> list[Entry]:
    """The newest entries, newest first. One query."""
    return list(Entry.objects.order_by("-index")[:n])


def entries_about(subject: str) -> QuerySet[Entry]:
    """The entries about one subject, oldest first."""
    return Entry.objects.filter(subject=subject).order_by("index")


def story(subjects: Iterable[str]) -> QuerySet[Entry]:
    """The entries about several subjects in the order they happened: how a thing came about."""
    return Entry.objects.filter(subject__in=list(subjects)).order_by("index")
