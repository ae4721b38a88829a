"""What happens later in conversations. Thin: it calls acts."""

from django.tasks import task

from summitry.text import machine

from . import acts, queries
from .models import Conversation


@task()
def draw(pk: int) -> bool:
    """Draws the map of a conversation; whether it is still there. Harmless when repeated."""
    conversation = Conversation.objects.filter(pk=pk, reported_at__isnull=True).first()
    if conversation is None:
        return False
    acts.draw_map(conversation)
    return True


def draw_due() -> int:
    """For the worker's schedule: a task for each conversation whose votes have changed. How many."""
    found = acts.due()
    for conversation in found:
        draw.enqueue(conversation.pk)
    return len(found)


@task()
def translate_conversation(pk: int, target: str) -> int:
    """Has a machine translate what nobody has translated of a conversation. How many texts; harmless when
    repeated."""
    return machine.translate(f"opinions.conversation:{pk}", target, lambda: queries.texts_of(pk))


def translate_due() -> int:
    """For the worker's schedule: a task for each conversation and language that lacks words, if there is a
    provider. How many."""
    return machine.begin(translate_conversation, queries.to_translate)
