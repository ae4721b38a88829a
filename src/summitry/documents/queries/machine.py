"""What machines have said of texts and of what is said to them, and what they have not been asked yet."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db.models import Max, Q

from summitry.text import machine
from summitry.text.value import Text

from .. import consulting
from ..models import Amendment, Comment, Document, Provision, Said, Version

MOST = 50  # versions that are looked at, the newest first


def spoken(said: Said) -> dict[str, Text]:
    """What a comment or an amendment says to its readers: "text", the "words" that it proposes, and its
    published "answer". Nothing of one that is not shown but the answer."""
    found = {}
    if said.is_shown:
        found["text"] = said.text
        if isinstance(said, Amendment):
            found["words"] = Text.of(said.words, said.language)
    if said.has_public_answer:
        found["answer"] = said.answer
    return {name: text for name, text in found.items() if text}


def said_by_machines(target: str, rows: Sequence[Said]) -> list[dict[str, str]]:
    """Of each row what a machine says in this language for `spoken`, where nobody has said it there. One
    query, none without a provider or where nothing lacks."""
    parts = [spoken(one) for one in rows]
    made = machine.said([text for one in parts for text in one.values()], target)
    return [
        {
            name: made[text.get(text.source)]
            for name, text in one.items()
            if target not in text.texts and text.get(text.source) in made
        }
        for one in parts
    ]


def texts_of(version: Version, target: str) -> list[Text]:
    """All that is to be read of a version in a language: its provisions, if it is one of the document's, and
    what was said of it, where everybody reads that. Three queries."""
    return _wanted(version, target, *_texts([version])[version.pk])


def _wanted(version: Version, target: str, provisions: list[Text], said: list[Text]) -> list[Text]:
    return [*(provisions if target in version.document.languages else []), *said]


def _texts(versions: Iterable[Version]) -> dict[int, tuple[list[Text], list[Text]]]:
    """Of each of these versions, by its key, its provisions and what was said of it. Three queries."""
    listed = list(versions)
    texts: dict[int, tuple[list[Text], list[Text]]] = {one.pk: ([], []) for one in listed}
    rows = Provision.objects.filter(version__in=listed).order_by("version", "position")
    for pk, text in rows.values_list("version_id", "text"):
        texts[pk][0].append(text)
    read_by_all = [one for one in listed if consulting.is_open_to_all(one)]
    for model in (Comment, Amendment):
        for said in model._default_manager.filter(version__in=read_by_all).order_by("version", "number"):
            texts[said.version_id][1].extend(spoken(said).values())
    return texts


def to_translate() -> list[tuple[int, str]]:
    """(key, language) of the newest published version of each document, where something of it, or of what was
    said of it, is said in this language neither by people nor by a machine. Five queries, and one a
    language of each version that lacks words."""
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
    texts = _texts(versions.values())
    return [
        (pk, target)
        for pk, version in versions.items()
        for target in dict.fromkeys([*version.document.languages, *dict(settings.LANGUAGES)])
        if machine.unsaid(target, _wanted(version, target, *texts[pk]))
    ]
