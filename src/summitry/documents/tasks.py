"""What happens later with documents. Thin: it calls acts."""

from django.core.cache import cache
from django.tasks import task

from . import queries, translators
from .acts.machine import keep_machine_words
from .models import Version

AT_ONCE = 40  # texts that a provider is asked for in one call
WORKING = 600  # seconds for which nobody else begins the same


@task()
def translate_version(pk: int, target: str) -> int:
    """Has a machine translate what nobody has translated of a version and of what is said to it. How many
    texts; harmless when repeated."""
    provider = translators.configured()
    version = Version.objects.filter(pk=pk, published_at__isnull=False).select_related("document").first()
    busy = f"documents:translating:{pk}:{target}"
    if provider is None or version is None or not cache.add(busy, 1, WORKING):
        return 0
    count = 0
    try:
        for source, words in queries.unsaid(target, queries.texts_of(version, target)).items():
            for at in range(0, len(words), AT_ONCE):
                said = translators.translated(provider, words[at : at + AT_ONCE], source, target)
                count += keep_machine_words(provider.name, source, target, said)
    finally:
        cache.delete(busy)
    return count


def translate_due() -> int:
    """For the worker's schedule: a task for each version and language that lacks words, if there is a
    provider. How many."""
    if translators.configured() is None:
        return 0
    found = queries.to_translate()
    for version, target in found:
        translate_version.enqueue(version.pk, target)
    return len(found)
