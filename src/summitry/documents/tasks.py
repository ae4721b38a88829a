"""What happens later with documents. Thin: it calls acts."""

from django.tasks import task

from summitry.text import machine

from . import queries
from .models import Version


@task()
def translate_version(pk: int, target: str) -> int:
    """Has a machine translate what nobody has translated of a version and of what is said to it. How many
    texts; harmless when repeated."""
    version = Version.objects.filter(pk=pk, published_at__isnull=False).select_related("document").first()
    if version is None:
        return 0
    return machine.translate(f"documents.version:{pk}", target, lambda: queries.texts_of(version, target))


def translate_due() -> int:
    """For the worker's schedule: a task for each version and language that lacks words, if there is a
    provider. How many."""
    return machine.begin(translate_version, queries.to_translate)
