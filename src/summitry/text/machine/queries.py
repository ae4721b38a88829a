"""What machines have said, and what they have not been asked yet."""

from collections.abc import Iterable, Mapping

from django.conf import settings

from summitry import kept

from ..languages import current
from ..value import Text
from .models import MachineText, key_of


def said(texts: Iterable[Text], target: str = "") -> Mapping[str, str]:
    """{source words: a machine's} of those texts that nobody has translated into this language, the reader's
    unless another is named. One query, none without a provider or where nothing lacks."""
    if not settings.SUMMITRY_TRANSLATOR:
        return {}
    target = target or current()
    lacking = {
        (one.source, key_of(words)): words
        for one in texts
        if target not in one.texts and (words := one.get(one.source))
    }
    if not lacking:
        return {}
    kept.depends(f"machine:{target}")
    rows = MachineText.objects.filter(target=target, key__in=[key for _source, key in lacking])
    return {
        lacking[source, key]: words
        for source, key, words in rows.exclude(words="").values_list("source", "key", "words")
        if (source, key) in lacking
    }


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
