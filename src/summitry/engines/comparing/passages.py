"""Which passage of one text is which of another, and what has moved."""

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np

from .words import rising, tokens

ALIKE = 0.5  # share of common words from which two passages may be the same one
BETWEEN = 0.25  # the same for the only two left between two neighbours that are


def pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """(place in old, place in new) of passages that are the same one, reworded or moved; each at most once,
    by their place in new.

    Alikeness is Dice's coefficient of the words of two passages, counted as often as they stand. The most
    alike pair comes first, of equally alike ones the one that moves least. What then stands alone between two
    such neighbours in either text is a pair if it shares at least a quarter.

    >>> pairs(["We act.", "They watch."], ["New.", "They watch.", "We do act."])
    [(1, 1), (0, 2)]
    """
    if not old or not new:
        return []
    alike = _alike(old, new)
    rows, columns = np.nonzero(alike >= ALIKE)
    away = np.abs(rows / max(len(old), 1) - columns / max(len(new), 1))
    there: dict[int, int] = {}
    back: dict[int, int] = {}
    for k in np.lexsort((columns, rows, away, -alike[rows, columns])):
        i, j = int(rows[k]), int(columns[k])
        if i not in there and j not in back:
            there[i], back[j] = j, i
    for j in range(len(new)):
        if j in back:
            continue
        i = back.get(j - 1, -1 if j == 0 else len(old)) + 1
        alone = (j + 1 == len(new) and i + 1 == len(old)) or back.get(j + 1, -1) == i + 1
        if i < len(old) and i not in there and alone and alike[i, j] >= BETWEEN:
            there[i], back[j] = j, i
    return sorted(there.items(), key=lambda pair: pair[1])


def _alike(old: Sequence[str], new: Sequence[str]) -> np.ndarray:
    """Dice's coefficient of each passage of old with each of new; two that are equal to the letter come
    before all, with 2."""
    from scipy import sparse  # scipy is loaded where something is computed

    known: dict[tuple[str, int], int] = {}

    def bags(texts: Sequence[str]) -> sparse.csr_array:
        rows, columns = [], []
        for row, text in enumerate(texts):
            counts = Counter(word.casefold() for word in tokens(text) if word[0].isalnum()) or Counter([text])
            for word, often in counts.items():
                for n in range(often):  # the n-th of a word meets the n-th
                    rows.append(row)
                    columns.append(known.setdefault((word, n), len(known)))
        return sparse.csr_array(
            (np.ones(len(rows), np.float64), (rows, columns)), shape=(len(texts), len(known))
        )

    a, b = bags(old), bags(new)
    a.resize((len(old), len(known)))
    common = (a @ b.T).toarray()
    sizes = a.sum(axis=1)[:, None] + b.sum(axis=1)[None, :]
    found = np.divide(2 * common, sizes, out=np.zeros_like(common), where=sizes > 0)
    found[np.equal.outer(np.array(old, object), np.array(new, object))] = 2
    return found


def staying[T: Hashable](old: Sequence[T], new: Sequence[T]) -> set[T]:
    """Which of the distinct things in both lists keep their order: as many as possible. The others have
    moved.

    >>> sorted(staying(["a", "b", "c", "d"], ["a", "c", "d", "b"]))
    ['a', 'c', 'd']
    """
    at = {one: place for place, one in enumerate(new)}
    shared = [one for one in old if one in at]
    return {shared[k] for k in rising([at[one] for one in shared])}
