"""Rooms and teams counted instead of chosen: by Hall's theorem the sessions of one slot can be given
resources exactly if, for each set of resources that is a union of what single sessions could have, no more
sessions are confined to it than it has.

P. Hall, On representatives of subsets, J. London Math. Soc. 10 (1935). For sessions of one slot this is
exact as long as all unions are looked at; for longer ones it is what must hold at least."""

from collections.abc import Iterable, Sequence

MOST = 160  # unions looked at; more would make the model larger than what they spare


def unions(sets: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """The unions of the sets, smallest first; with very many different ones, the sets themselves and as many
    more as there is place for, and the whole."""
    different = sorted(set(sets), key=lambda one: (len(one), sorted(one)))
    found = dict.fromkeys(different)
    for one in different:
        if len(found) > MOST:
            break
        found |= dict.fromkeys([one | other for other in found])
    found |= dict.fromkeys([frozenset().union(*different)])
    return sorted(found, key=lambda one: (len(one), sorted(one)))


def classes(resources: Sequence[int], sets: Sequence[frozenset[int]]) -> list[list[int]]:
    """Resources that stand in exactly the same sets, together."""
    alike: dict[tuple[bool, ...], list[int]] = {}
    for one in resources:
        alike.setdefault(tuple(one in among for among in sets), []).append(one)
    return list(alike.values())
