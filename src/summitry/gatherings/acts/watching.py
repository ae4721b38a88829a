"""Readers with an account who want a letter when sessions of their agenda change."""

from collections.abc import Iterable

from summitry.people.models import User
from summitry.record.act import act, require

from .. import agenda, queries
from ..models import AgendaWatch, Gathering


@act
def watch_agenda(actor: User, gathering: Gathering, keys: Iterable[int]) -> AgendaWatch:
    """Keeps which sessions of the released programme this reader wants letters about; these replace the ones
    before. The same again changes nothing."""
    require(actor, "gatherings.watch_agenda", gathering)
    watch, _made = AgendaWatch.objects.select_for_update(of=("self",)).get_or_create(
        gathering=gathering, user=actor
    )
    watch.sessions.set(queries.published_keys(gathering, list(keys)[: agenda.MOST]))
    return watch


@act
def unwatch_agenda(actor: User, gathering: Gathering) -> None:
    """No more letters about this agenda. Twice changes nothing."""
    AgendaWatch.objects.filter(gathering=gathering, user=actor).delete()
