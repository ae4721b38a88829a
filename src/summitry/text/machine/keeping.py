"""Having words translated, keeping what machines made of them, and forgetting it.

None of it is an act: no person does it, nothing enters the record, and what is lost is asked for again. So
each is one transaction by itself."""

from collections.abc import Callable, Iterable, Mapping

from django.core.cache import cache
from django.db import transaction
from django.tasks import Task

from summitry import kept

from ..value import Text
from .asking import configured, translated
from .models import MachineText, key_of
from .queries import unsaid

AT_ONCE = 40  # texts that a provider is asked for in one call
WORKING = 600  # seconds for which nobody else begins the same


def translate(what: str, target: str, texts: Callable[[], Iterable[Text]]) -> int:
    """Has a machine translate what nobody has translated of these texts, which everybody reads, and keeps it.
    what: names them, so that two workers do not ask for the same. How many it was asked for; harmless when
    repeated. Raises BadTranslator, and what the provider raises."""
    provider, busy = configured(), f"machine:{what}:{target}"
    if provider is None or not cache.add(busy, 1, WORKING):
        return 0
    count = 0
    try:
        for source, words in unsaid(target, texts()).items():
            for at in range(0, len(words), AT_ONCE):
                made = translated(provider, words[at : at + AT_ONCE], source, target)
                # Providers are slow: in the meantime somebody may have taken words back.
                stands = {one.get(source) for one in texts()}
                keep(provider.name, source, target, {one: made[one] for one in made if one in stands})
                count += len(made)
    finally:
        cache.delete(busy)
    return count


def begin(task: Task[..., int], lacking: Callable[[], Iterable[tuple[int, str]]]) -> int:
    """For the worker's schedule: a room's task for each (key, language) of what lacks words, if there is a
    provider. How many."""
    if configured() is None:
        return 0
    found = list(lacking())
    for key, target in found:
        task.enqueue(key, target)
    return len(found)


def keep(provider: str, source: str, target: str, made: Mapping[str, str]) -> None:
    """Keeps {words: a machine's translation}; those that are kept already stay."""
    rows = [
        MachineText(source=source, target=target, key=key_of(words), words=said, provider=provider[:100])
        for words, said in made.items()
    ]
    with transaction.atomic(), kept.only(f"machine:{target}"):
        MachineText.objects.bulk_create(rows, ignore_conflicts=True, batch_size=100)


def forget(*texts: Text) -> None:
    """What machines made of words that are taken back goes with them; part of the act that takes them."""
    keys = [key_of(words) for one in texts for words in one.values.values()]
    MachineText.objects.filter(key__in=keys).delete()
