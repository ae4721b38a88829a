"""Couples of sessions that nobody has stated yet: alike by their words, or in the same readers' agendas."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .. import kinds
from ..models import AgendaWatch, Couple, Gathering, Session

MOST = 30  # offered of each kind
TIMES = 2  # that one session is among the similar ones: words of welcome would fill the list
COMPARED = 2_000  # sessions; what is compared grows with their square
LONGEST = 2_000  # characters of a session's words
READERS = 3  # fewer would tell what somebody has in her agenda


@dataclass(frozen=True, slots=True)
class Offer:
    """Two sessions that might be kept apart. amount: of similar ones how alike they are, in hundredths; of
    joint ones how many readers have both in their agendas."""

    kind: str
    first: Session
    second: Session
    amount: int

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.first.pk}:{self.second.pk}"


def offers(gathering: Gathering) -> list[Offer]:
    """Similar sessions of different tracks (one track is kept apart by a rule of its own), the most alike
    first; then those that at least `READERS` readers who watch their agendas have both. Three queries."""
    from summitry.calls import alike  # numpy is loaded where something is computed

    accepted = gathering.sessions.filter(state=Session.State.ACCEPTED).exclude(kind=kinds.PAUSE)
    sessions = list(accepted.only("pk", "title", "abstract", "track").order_by("pk")[:COMPARED])
    stated = {
        (kind, first, second): amount
        for kind, first, second, amount in Couple.objects.filter(gathering=gathering).values_list(
            "kind", "first", "second", "amount"
        )
    }
    told = [_words(one) for one in sessions]
    found = []
    seen: Counter[int] = Counter()
    for one, other, score in alike.pairs(told, MOST * 50):
        first, second = sessions[one], sessions[other]
        together = first.track_id is not None and first.track_id == second.track_id
        if together or (Couple.Kind.SIMILAR, first.pk, second.pk) in stated:
            continue
        if max(seen[first.pk], seen[second.pk]) < TIMES:
            seen.update((first.pk, second.pk))
            found.append(Offer(Couple.Kind.SIMILAR, first, second, round(score * 100)))
    by_key = {one.pk: one for one in sessions}
    through = AgendaWatch.sessions.through.objects.filter(agendawatch__gathering=gathering)
    watched = through.filter(session__in=accepted).values_list("agendawatch", "session")
    both = [
        Offer(Couple.Kind.JOINT, by_key[first], by_key[second], readers)
        for first, second, readers in _wanted_together(row for row in watched if row[1] in by_key)
        if readers > stated.get((Couple.Kind.JOINT, first, second), 0)
    ]
    return found[:MOST] + both[:MOST]


def _words(session: Session) -> str:
    """A session's title and abstract in all their languages; of long ones the beginning."""
    return "\n".join([*session.title.values.values(), *session.abstract.values.values()])[:LONGEST]


def _wanted_together(rows: Iterable[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """From (reader, session): each two sessions, the smaller key first, that at least `READERS` readers have,
    and how many; those that most have first."""
    import numpy as np
    from scipy.sparse import csr_array, triu

    listed = np.array(list(rows), dtype=np.int64).reshape(-1, 2)
    if not len(listed):
        return []
    _readers, row = np.unique(listed[:, 0], return_inverse=True)
    keys, column = np.unique(listed[:, 1], return_inverse=True)
    table = csr_array((np.ones(len(listed), np.int64), (row, column)))
    together = triu(table.T @ table, 1).tocoo()
    found = [
        (int(keys[one]), int(keys[other]), int(readers))
        for one, other, readers in zip(together.row, together.col, together.data, strict=True)
        if readers >= READERS
    ]
    return sorted(found, key=lambda two: (-two[2], two[0], two[1]))
