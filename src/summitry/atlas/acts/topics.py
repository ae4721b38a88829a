"""The vocabulary of topics."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from summitry.people.models import User
from summitry.record.act import act, require
from summitry.text.value import Text

from ..models import Topic


@act
def add_topic(actor: User | None, slug: str, name: Text) -> Topic:
    """Adds a topic, the last in order. Once only: a slug that is there gives the topic as it stands.

    None as the actor is the operator at the command line.
    """
    if actor is not None:
        require(actor, "atlas.keep_topics")
    if not name:
        raise ValidationError({"name": _("Write the name in at least one language.")})
    return ensured({slug: name})[0]


def ensured(names: Mapping[str, Text]) -> list[Topic]:
    """The topics of these slugs; those that are new come last, with the names given. Inside an act only."""
    found = {topic.slug: topic for topic in Topic.objects.filter(slug__in=names)}
    position = Topic.objects.aggregate(last=Max("position"))["last"] or 0
    for slug, name in names.items():
        if slug not in found:
            position += 1
            topic = Topic(slug=slug, name=name or Text.of(slug), position=position)
            topic.full_clean()
            topic.save()
            found[slug] = topic
    return list(found.values())


def existing(slugs: Iterable[str]) -> list[Topic]:
    """Topics by slug. Raises ValidationError that names those that do not exist."""
    wanted = list(dict.fromkeys(slugs))
    found = list(Topic.objects.filter(slug__in=wanted))
    if missing := set(wanted) - {topic.slug for topic in found}:
        raise ValidationError(
            {"topics": _("There is no topic called %(names)s.") % {"names": ", ".join(sorted(missing))}}
        )
    return found
