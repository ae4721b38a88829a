"""What the public sees of comments, amendments and answers, as plain data: the record keeps its digest. What
somebody wrote is not in it, since she may take it back."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from . import evidence
from .consulting import is_open_to_all
from .models import Amendment, Comment, Contribution, Version


def _parts(key: str) -> tuple[str, int, int] | None:
    slug, _slash, rest = key.partition("/")
    version, _slash, number = rest.partition("/")
    if all(one.isdecimal() and len(one) < 10 for one in (version, number)):
        return slug, int(version), int(number)
    return None


def url(name: str) -> Callable[[str], str | None]:
    """The page of a comment or an amendment ("comment", "amendment") by its key."""

    def give(key: str) -> str | None:
        found = _parts(key)
        return reverse(f"documents:{name}", args=found) if found else None

    return give


def _face(said: Contribution) -> dict[str, Any]:
    return {
        "version": said.version.key,
        "number": said.number,
        "anchor": said.anchor,
        "organised": said.organisation_id is not None,
        "state": said.state,
        "reason": said.reason.to_json() if said.reason else None,
    }


def _amendment_face(said: Amendment) -> dict[str, Any]:
    return {
        **_face(said),
        "change": said.change,
        "language": said.language,
        "evidence": evidence.digest(said.evidence),
        "supports": said.number_of_supports,  # type: ignore[attr-defined]
        "combined_into": said.combined_into.number if said.combined_into else None,
        "taken": said.taken_into_id is not None,
    }


def wanted(keys: Iterable[str]) -> Q:
    """Comments, or amendments, by key ("initiative/2/14")."""
    found = Q(pk__in=[])
    numbers: dict[tuple[str, int], list[int]] = defaultdict(list)
    for slug, version, number in filter(None, map(_parts, keys)):
        numbers[slug, version].append(number)
    for (slug, version), listed in numbers.items():
        found |= Q(version__document__slug=slug, version__number=version, number__in=listed)
    return found


def comment_faces(keys: Iterable[str]) -> Mapping[str, Any]:
    """The faces of many comments by key. One query."""
    found = Comment.objects.filter(wanted(keys)).select_related("version__document")
    return {one.key: _face(one) for one in found}


def amendment_faces(keys: Iterable[str]) -> Mapping[str, Any]:
    """The faces of many amendments by key. One query."""
    found = Amendment.objects.filter(wanted(keys)).select_related("version__document", "combined_into")
    return {one.key: _amendment_face(one) for one in found.annotate(number_of_supports=Count("supports"))}


def keys(model: type[Contribution]) -> Callable[[], Iterator[str]]:
    """The keys of all comments, or of all amendments."""

    def give() -> Iterator[str]:
        rows = model._default_manager.order_by("pk")
        for row in rows.values_list("version__document__slug", "version__number", "number").iterator():
            yield "/".join(map(str, row))

    return give


def answers_of(version: Version) -> dict[str, Any] | None:
    """The published answers to a version, and the replies to reported errors; None while nobody is to see
    them. Three queries."""
    if not is_open_to_all(version):
        return None
    said = {
        f"{model._meta.model_name}s": [
            [number, outcome, answer.to_json(), anchor]
            for number, outcome, answer, anchor in model._default_manager.filter(
                version=version, answer_published_at__isnull=False
            )
            .order_by("number")
            .values_list("number", "outcome", "answer", "answer_anchor")
        ]
        for model in (Comment, Amendment)
    }
    reports = version.reports.filter(replied_at__isnull=False).order_by("number")
    said["reports"] = [
        [number, corrected, reply.to_json()]
        for number, corrected, reply in reports.values_list("number", "corrected", "reply")
    ]
    return said if any(said.values()) else None


def disposition_url(key: str) -> str | None:
    """The page of the answers to a version by its key."""
    slug, _slash, number = key.partition("/")
    return reverse("documents:disposition", args=[slug, number])


def disposition_faces(keys: Iterable[str]) -> Mapping[str, Any]:
    """The answers to several versions by key. Four queries a version: they are few at a time."""
    found = {}
    for key in keys:
        slug, _slash, number = key.partition("/")
        if not number.isdecimal() or len(number) > 9:
            continue
        version = Version.objects.filter(document__slug=slug, number=number).first()
        if version is not None and (face := answers_of(version)) is not None:
            found[key] = face
    return found


def disposition_keys() -> Iterator[str]:
    """The keys of all versions of which answers are public."""
    answered = Q(comments__answer_published_at__isnull=False) | Q(
        amendments__answer_published_at__isnull=False
    )
    open_to_all = ~Q(commenters=Version.Commenters.MEMBERS) | Q(disposed_at__isnull=False)
    rows = Version.objects.filter(answered, open_to_all).distinct().order_by("pk")
    for slug, number in rows.values_list("document__slug", "number").iterator():
        yield f"{slug}/{number}"
