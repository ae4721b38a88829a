"""What changed between two texts, in words, and which passage became which.

`differences(old, new)` gives the words that stayed, went and came; `pairs(old, new)` says which passage of
one text is which of another; `staying(old, new)` which of the things in two lists kept their order.
"""

from .passages import pairs, staying
from .words import Piece, differences, tokens

__all__ = ["Piece", "differences", "pairs", "staying", "tokens"]
