"""Differences in words.

Method: common beginnings and ends are set aside; what is left is cut at words that stand once in either text
and keep their order (patience diff, Bram Cohen), and each gap is compared by its longest matching blocks
(Ratcliff and Obershelp, as in Python's difflib). A gap without such words that is larger than `LARGEST` is
taken for rewritten. Then equal words that are fewer than the changes on both of their sides are taken for
chance, and join them (semantic clean-up, Neil Fraser's diff-match-patch), so that a reader sees phrases and
not crumbs.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, pairwise
from typing import Literal

type Kind = Literal["same", "removed", "added"]
type Span = tuple[int, int, int, int]  # old from, old to, new from, new to

LARGEST = 400_000  # pairs of tokens that are compared within one gap

# Thai, Lao, Tibetan, Myanmar, Khmer, kana, Han: written without spaces, compared by characters.
_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff"
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
)
_TOKEN = re.compile(rf"\s+|[{_UNSPACED}]|[^\W{_UNSPACED}]+|.", re.DOTALL)
_JOINERS = "\u200c\u200d\u2060"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words with one fate."""

    kind: Kind
    words: str


def tokens(text: str) -> list[str]:
    """Words, spaces and signs, in order; joined they are the text. Scripts without spaces come by character,
    each with its marks.

    >>> tokens("Data 数据!")
    ['Data', ' ', '数', '据', '!']
    """
    found: list[str] = []
    glued = False  # the last token ends in a mark: a word goes on after it
    for one in _TOKEN.findall(text):
        mark = one in _JOINERS or unicodedata.category(one[0])[0] == "M"
        if found and (mark or (glued and one[0].isalnum() and found[-1][0].isalnum() and not _alone(one))):
            found[-1] += one
        else:
            found.append(one)
        glued = mark and not _alone(found[-1])
    return found


def _alone(token: str) -> bool:
    return re.match(f"[{_UNSPACED}]", token) is not None


def differences(old: str, new: str) -> list[Piece]:
    """What stayed, went and came, in the order of reading; what went before what came. "same" and "removed"
    joined are the old text, "same" and "added" the new one. Time grows with the length of the texts; two of
    20,000 words that share a half take well under a second.

    >>> [(piece.kind, piece.words) for piece in differences("They should act.", "They will act.")]
    [('same', 'They '), ('removed', 'should'), ('added', 'will'), ('same', ' act.')]
    """
    before, after = tokens(old), tokens(new)
    spans = _cleaned(list(_matches(before, after)), before, after)
    return list(_pieces(spans, before, after))


def _matches(old: Sequence[str], new: Sequence[str]) -> Iterator[Span]:
    """Equal runs in order, longest possible at each end."""
    todo: list[Span] = [(0, len(old), 0, len(new))]
    found: list[Span] = []
    while todo:
        a, b, c, d = todo.pop()
        start = 0
        while a + start < b and c + start < d and old[a + start] == new[c + start]:
            start += 1
        end = 0
        while b - end > a + start and d - end > c + start and old[b - end - 1] == new[d - end - 1]:
            end += 1
        if start:
            found.append((a, a + start, c, c + start))
        if end:
            found.append((b - end, b, d - end, d))
        a, b, c, d = a + start, b - end, c + start, d - end
        if a == b or c == d:
            continue
        if anchors := _anchors(old[a:b], new[c:d]):
            marks = [(-1, -1), *anchors, (b - a, d - c)]
            found += [(a + i, a + i + 1, c + j, c + j + 1) for i, j in anchors]
            todo += [
                (a + i + 1, a + k, c + j + 1, c + m)
                for (i, j), (k, m) in pairwise(marks)
                if k > i + 1 and m > j + 1
            ]
        elif (b - a) * (d - c) <= LARGEST:
            matcher = SequenceMatcher(None, old[a:b], new[c:d], autojunk=False)
            found += [(a + i, a + i + n, c + j, c + j + n) for i, j, n in matcher.get_matching_blocks() if n]
    return iter(_joined(sorted(found)))


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Words that stand once in either, in the longest order that both share."""
    there, here = Counter(old), Counter(new)
    at = {word: j for j, word in enumerate(new) if here[word] == 1}
    shared = [
        (i, at[word]) for i, word in enumerate(old) if there[word] == 1 and word in at and word[0].isalnum()
    ]
    return [shared[k] for k in rising([j for _i, j in shared])]


def rising(values: Sequence[int]) -> list[int]:
    """Where the longest strictly rising subsequence stands (patience sorting), O(n log n)."""
    tops: list[int] = []
    ends: list[int] = []
    before = [-1] * len(values)
    for k, value in enumerate(values):
        pile = bisect_left(tops, value)
        if pile:
            before[k] = ends[pile - 1]
        if pile == len(tops):
            tops.append(value)
            ends.append(k)
        else:
            tops[pile], ends[pile] = value, k
    found, k = [], ends[-1] if ends else -1
    while k >= 0:
        found.append(k)
        k = before[k]
    return found[::-1]


def _joined(spans: list[Span]) -> list[Span]:
    found: list[Span] = []
    for a, b, c, d in spans:
        if found and found[-1][1] == a and found[-1][3] == c:
            found[-1] = (found[-1][0], b, found[-1][2], d)
        else:
            found.append((a, b, c, d))
    return found


def _cleaned(spans: list[Span], old: Sequence[str], new: Sequence[str]) -> list[Span]:
    """Without equal runs that are smaller than the changes on both sides."""

    before, after = (list(accumulate((word[0].isalnum() for word in one), initial=0)) for one in (old, new))
    kept: list[Span] = []
    queue = deque(spans)
    while queue:
        a, b, c, d = queue.popleft()
        _a, i, _c, j = kept[-1] if kept else (0, 0, 0, 0)
        k, _b, m, _d = queue[0] if queue else (len(old), 0, len(new), 0)
        left = max(before[a] - before[i], after[c] - after[j])
        right = max(before[k] - before[b], after[m] - after[d])
        size = before[b] - before[a]
        changed = (a > i or c > j) and (k > b or m > d)
        if changed and size <= min(left, right) and size < max(left, right, 1):
            if kept:
                queue.appendleft(kept.pop())  # look again: the change after it has grown
        else:
            kept.append((a, b, c, d))
    return kept


def _pieces(spans: list[Span], old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    i = j = 0
    for a, b, c, d in [*spans, (len(old), len(old), len(new), len(new))]:
        if a > i:
            yield Piece("removed", "".join(old[i:a]))
        if c > j:
            yield Piece("added", "".join(new[j:c]))
        if b > a:
            yield Piece("same", "".join(old[a:b]))
        i, j = b, d
