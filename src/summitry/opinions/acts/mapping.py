"""Keeping the map of a conversation."""

from datetime import timedelta

from django.db.models import DateTimeField, Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from summitry import kept
from summitry.record.act import act

from .. import drawing
from ..models import Conversation, MapRun, Statement, Vote

EVERY = timedelta(seconds=60)  # a map at most
KEPT_RUNS = 20  # maps of a conversation, the published one among them


def draw_map(conversation: Conversation) -> MapRun:
    """Draws the map of the votes as they are, and keeps it. The computing is done outside of the
    transaction."""
    return keep_map(drawing.draw(conversation))


@act
def keep_map(drawn: drawing.Drawn, *, always: bool = False) -> MapRun:
    """Keeps a map, and with it what is shown next. If the votes are those of the last map, that one is given
    back with its time moved on, unless `always`."""
    conversation = Conversation.objects.select_for_update(of=("self",)).get(pk=drawn.conversation.pk)
    last = conversation.runs.first()
    if last is not None and last.made_at > drawn.made_at:
        return last  # another worker was faster, and has seen later votes
    with kept.only():
        rows = conversation.statements.in_bulk(drawn.priorities)
        for pk, one in rows.items():
            one.priority = drawn.priorities[pk]
        Statement.objects.bulk_update(rows.values(), ["priority"], batch_size=200)
    if last is not None and last.digest == drawn.digest and not always:
        last.made_at = drawn.made_at
        last.save(update_fields=["made_at"])
        return last
    made = MapRun.objects.create(
        conversation=conversation,
        digest=drawn.digest,
        made_at=drawn.made_at,
        people=drawn.people,
        votes=drawn.votes,
        statements=drawn.statements,
        groups=drawn.groups,
        shown=drawn.shown,
        table=drawn.table,
        seats=drawn.seats,
    )
    old = conversation.runs.values_list("pk", flat=True)[KEPT_RUNS:]
    MapRun.objects.filter(pk__in=list(old)).delete()
    return made


def due() -> list[Conversation]:
    """Conversations with votes or moderation since their last map, which is old enough. One query."""
    last = Subquery(
        MapRun.objects.filter(conversation=OuterRef("pk")).values("made_at")[:1], output_field=DateTimeField()
    )
    of = {"statement__conversation": OuterRef("pk")}
    return list(
        Conversation.objects.public()
        .filter(reported_at__isnull=True)
        .annotate(drawn_at=last)
        .filter(Q(drawn_at__isnull=True) | Q(drawn_at__lt=timezone.now() - EVERY))
        .filter(
            Q(drawn_at__isnull=True) & Exists(Vote.objects.filter(**of))
            | Exists(Vote.objects.filter(**of, at__gte=OuterRef("drawn_at")))
            | Exists(
                Statement.objects.filter(conversation=OuterRef("pk"), decided_at__gte=OuterRef("drawn_at"))
            )
        )
        .order_by(F("drawn_at").asc(nulls_first=True), "pk")
    )
