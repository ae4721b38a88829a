"""How alike two texts are: TF-IDF with cosine (Salton and Buckley, 1988), over words that are merely split.

No stemming and no list of stop words: rare words weigh more by themselves, and every language is treated
alike. Runs of Han characters are taken in pairs, since nothing separates their words."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from .problem import Floats

_WORD = re.compile(r"[^\W\d_]+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")


def tokens(text: str) -> list[str]:
    """The words of a text, folded: letters without marks, Han characters in pairs.

    >>> tokens("Données d’eau, 2027")
    ['donnees', 'd', 'eau']
    >>> tokens("人工智能 AI")
    ['人工', '工智', '智能', 'ai']
    """
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign)
    )
    return [token for word in _WORD.findall(plain) for token in _split(word)]


def _split(word: str) -> Iterator[str]:
    at = 0
    for run in _HAN.finditer(word):
        if run.start() > at:
            yield word[at : run.start()]
        han = run.group()
        yield from (han[start : start + 2] for start in range(max(len(han) - 1, 1)))
        at = run.end()
    if at < len(word):
        yield word[at:]


def similarity(entries: Sequence[str], jurors: Sequence[str]) -> Floats:
    """The cosine of each entry's text with each juror's, n x m from 0 to 1. A text without words is like
    none.

    A word weighs 1 + log of its count, times log((1 + texts) / (1 + texts with it)) + 1."""
    from scipy.sparse import csr_array  # scipy is loaded where something is computed

    counts = [Counter(tokens(text)) for text in (*entries, *jurors)]
    columns = {word: at for at, word in enumerate(sorted({word for count in counts for word in count}))}
    if not columns:
        return np.zeros((len(entries), len(jurors)))
    within = np.zeros(len(columns))
    for count in counts:
        within[[columns[word] for word in count]] += 1
    rarity = np.log((1 + len(counts)) / (1 + within)) + 1
    rows = np.repeat(np.arange(len(counts)), [len(count) for count in counts])
    at = np.array([columns[word] for count in counts for word in count])
    often = np.array([number for count in counts for number in count.values()], float)
    weights = (1 + np.log(often)) * rarity[at]
    length = np.sqrt(np.bincount(rows, weights**2, len(counts)))
    table = csr_array((weights / length[rows], (rows, at)), shape=(len(counts), len(columns)))
    alike = table[: len(entries)] @ table[len(entries) :].T
    return np.clip(alike.toarray(), 0, 1)
