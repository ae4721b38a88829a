"""Which statement to show next: new ones, those that divide, those agreed with; by chance in proportion."""

import numpy as np
from numpy.typing import NDArray

from .statistics import chance
from .votes import Floats

METADATA = 49.0  # of statements about the person herself: asked of everybody early


def priorities(
    agree: Floats,
    disagree: Floats,
    seen: Floats,
    extremity: Floats,
    metadata: NDArray[np.bool_] | None = None,
) -> Floats:
    """(M,), each above 0, from the counts (M,) over everybody and the extremity (M,) of `Components`:

    [(1 - p_pass) (extremity + 1) p_agree (1 + 8 2^(-seen / 5))]^2, or METADATA.
    """
    passed = chance(seen - agree - disagree, seen)
    news = 1 + 8 * 2.0 ** (-np.asarray(seen, np.float64) / 5)
    found = ((1 - passed) * (extremity + 1) * chance(agree, seen) * news) ** 2
    return found if metadata is None else np.where(metadata, METADATA, found)


def draw(priority: Floats, open_to: NDArray[np.bool_], chance_of: float) -> int | None:
    """One of the statements that are open to somebody, each as likely as its priority says. chance_of is a
    number from 0 (included) to 1 (excluded), drawn by the caller. None if nothing is open."""
    if not open_to.any():
        return None
    if not 0 <= chance_of < 1:
        raise ValueError("a chance lies between 0 and 1")
    edges = np.cumsum(np.where(open_to, priority, 0.0))
    return int(np.searchsorted(edges, chance_of * edges[-1], side="right"))
