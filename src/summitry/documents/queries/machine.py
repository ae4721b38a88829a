"""What machines have said, and what they have not been asked yet."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db.models import Max, Q

from summitry import kept
from summitry.text.value import Text

from ..models import Document, Provision, Version
from ..models.machine import MachineText, key_of

MOST = 50  # versions that are looked at, the newest first


def machine_words(target: str, texts: Iterable[Text]) -> Mapping[str, str]:
    """{source words: a machine's in this language} of those texts that nobody has translated. One query, none
    without a provider or where nothing lacks."""
    if not settings.SUMMITRY_TRANSLATOR:
        return {}
    lacking = {
        key_of(words): words for one in texts if target not in one.texts and (words := one.get(one.source))
    }
    if not lacking:
        return {}
    kept.depends(f"machine:{target}")
    rows = MachineText.objects.filter(target=target, key__in=lacking).exclude(words="")
    return {lacking[key]: words for key, words in rows.values_list("key", "words")}


def unsaid(target: str, texts: Iterable[Text]) -> dict[str, list[str]]:
    """{source language: words} of what nobody, and no machine, has translated into this language. One
    query."""
    wanted: dict[tuple[str, str], str] = {}
    for one in texts:
        if target not in one.texts and (words := one.get(one.source)):
            wanted[one.source, key_of(words)] = words
    if not wanted:
        return {}
    there = set(
        MachineText.objects.filter(target=target, key__in=[key for _source, key in wanted]).values_list(
            "source", "key"
        )
    )
    found: dict[str, list[str]] = {}
    for pair, words in wanted.items():
        if pair not in there:
            found.setdefault(pair[0], []).append(words)
    return found


def texts_of(version: Version, target: str) -> list[Text]:
    """All that is to be read of a version in a language: its provisions, if it is one of the document's. One
    query."""
    if target not in version.document.languages:
        return []
    return list(version.provisions.order_by("position").values_list("text", flat=True))


def to_translate() -> list[tuple[Version, str]]:
    """Of the newest published version of each document, the languages in which a provision is said neither by
    people nor by a machine. Two queries, and one a language of each version that lacks words."""
    newest = (
        Document.objects.annotate(
            newest=Max("versions__number", filter=Q(versions__published_at__isnull=False))
        )
        .filter(newest__isnull=False)
        .order_by("-pk")
        .values_list("pk", "newest")[:MOST]
    )
    wanted = Q(pk__in=[])
    for document, number in newest:
        wanted |= Q(document=document, number=number)
    versions = {one.pk: one for one in Version.objects.filter(wanted).select_related("document")}
    texts: dict[int, list[Text]] = {pk: [] for pk in versions}
    for pk, text in Provision.objects.filter(version__in=versions).values_list("version_id", "text"):
        texts[pk].append(text)
    return [
        (version, target)
        for pk, version in versions.items()
        for target in version.document.languages
        if unsaid(target, texts[pk])
    ]
