"""What machines are asked to translate of conversations."""

from collections.abc import Iterable

from django.conf import settings

from summitry.text import machine
from summitry.text.value import Text

from ..models import Conversation, Statement

State = Statement.State
MOST = 50  # conversations that are looked at, the newest first


def texts_of(pk: int) -> list[Text]:
    """All that is to be read of a conversation: what it is about, the statements that are shown, why others
    were removed. Nothing of one that is not open to all. Two queries."""
    return _texts(Conversation.objects.open_to_all().filter(pk=pk)).get(pk, [])


def _texts(conversations: Iterable[Conversation]) -> dict[int, list[Text]]:
    """By the key of each of these. Two queries."""
    texts = {one.pk: [one.title, one.description, one.policy] for one in conversations}
    rows = Statement.objects.filter(conversation__in=texts).exclude(state=State.WAITING)
    for pk, state, text, reason in rows.order_by("conversation", "number").values_list(
        "conversation", "state", "text", "reason"
    ):
        texts[pk].append(reason if state == State.REMOVED else text)
    return texts


def to_translate() -> list[tuple[int, str]]:
    """(key, language) of the newest conversations in which something is said in this language neither by
    people nor by a machine. Two queries, and one a language."""
    texts = _texts(Conversation.objects.open_to_all().order_by("-pk")[:MOST])
    everything = [text for listed in texts.values() for text in listed]
    found = []
    for target, _name in settings.LANGUAGES:
        lacking = {
            (source, words)
            for source, listed in machine.unsaid(target, everything).items()
            for words in listed
        }
        found += [
            (pk, target)
            for pk, listed in texts.items()
            if any(
                target not in text.texts and (text.source, text.get(text.source)) in lacking
                for text in listed
            )
        ]
    return found
