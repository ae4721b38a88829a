"""How the passages of a draft come into their rows, each under the anchor that it keeps."""

import re
import unicodedata
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from summitry import kept
from summitry.text import languages
from summitry.text.value import Text

from ..models import LONGEST, Document, Provision, Version
from ..structure import DEEPEST, MOST, Kind, Passage

_AWAY = 1_000_000  # beyond every position: rows that move are first taken there
_ANCHOR = re.compile(r"p[1-9][0-9]{0,9}\Z")
_SHOWN = ("kind", "depth", "number", "text", "position")


def line(words: str) -> str:
    """Words as a passage holds them: composed (NFC), in one line.

    >>> line(" One\\r\\n two ")
    'One two'
    """
    return " ".join(unicodedata.normalize("NFC", words).split())


def passages_of(provisions: Sequence[Provision]) -> list[Passage]:
    """Provisions as plain data."""
    return [Passage(Kind(one.kind), one.text.values, one.number, one.depth, one.anchor) for one in provisions]


def store(document: Document, version: Version, passages: Sequence[Passage]) -> bool:
    """Makes these the provisions of a draft. document and version are locked by the caller, who saves them.
    New passages get the document's next anchors. Languages that a passage leaves out stay as they were;
    empty words take one away. Whether anything changed.

    Raises ValidationError, whose messages name the passage by its place, counted from 1.
    """
    there = {one.anchor: one for one in version.provisions.all()}
    checked = _checked(document, passages, there)
    first, rows = document.anchors, []
    for position, passage in enumerate(checked, 1):
        anchor = passage.anchor
        if not anchor:
            document.anchors += 1
            anchor = f"p{document.anchors}"
        old = there.get(anchor)
        row = old or Provision(version=version, anchor=anchor)
        before = [getattr(row, name) for name in _SHOWN] if old else None
        row.kind, row.depth, row.number, row.position = passage.kind, passage.depth, passage.number, position
        row.text = (
            old.text.edited({**old.text.values, **passage.words}, document.source)
            if old
            else Text.from_values(passage.words, document.source)
        )
        rows.append((row, before != [getattr(row, name) for name in _SHOWN]))
    gone = there.keys() - {row.anchor for row, _changed in rows}
    changed = [row for row, altered in rows if altered]
    if not changed and not gone:
        return False
    with kept.only():  # nobody reads a draft
        _write(version, changed, gone)
    if document.anchors != first:
        document.save(update_fields=["anchors"])
    return True


def _write(version: Version, changed: list[Provision], gone: set[str]) -> None:
    version.provisions.filter(anchor__in=gone).delete()
    old = [row for row in changed if row.pk]
    if any(row.position != at for row, at in zip(old, _positions(old), strict=True)):
        version.provisions.filter(pk__in=[row.pk for row in old]).update(position=F("position") + _AWAY)
    Provision.objects.bulk_update(old, _SHOWN, batch_size=100)
    Provision.objects.bulk_create([row for row in changed if not row.pk], batch_size=100)


def _positions(rows: list[Provision]) -> list[int]:
    found = dict(Provision.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "position"))
    return [found[row.pk] for row in rows]


def _checked(document: Document, passages: Sequence[Passage], there: dict[str, Provision]) -> list[Passage]:
    """The passages tidied. Raises every fault at once, with the place of each passage."""
    faults: list[str] = []
    if len(passages) > MOST:
        raise ValidationError(
            _("At most %(most)d passages, this has %(count)d.") % {"most": MOST, "count": len(passages)}
        )
    seen: set[str] = set()
    tidy = []
    for place, one in enumerate(passages, 1):
        words = {code: line(said) for code, said in one.words.items()}
        tidy.append(Passage(Kind(one.kind), words, line(one.number), one.depth, one.anchor))
        for fault in _faults(document, tidy[-1], there, seen):
            faults.append(_("Passage %(place)d: %(fault)s") % {"place": place, "fault": fault})
        seen.add(one.anchor)
    if faults:
        raise ValidationError(faults[:20])
    return tidy


def _faults(document: Document, one: Passage, there: dict[str, Provision], seen: set[str]) -> list[str]:
    faults = []
    old = there.get(one.anchor)
    if one.anchor and one.anchor in seen:
        faults.append(_("the anchor %(anchor)s stands twice.") % {"anchor": one.anchor})
    elif one.anchor and not (_ANCHOR.match(one.anchor) and int(one.anchor[1:]) <= document.anchors):
        faults.append(_("there is no provision %(anchor)s in this document.") % {"anchor": one.anchor[:20]})
    if not 1 <= one.depth <= DEEPEST:
        faults.append(_("the depth is a number from 1 to %(most)d.") % {"most": DEEPEST})
    if len(one.number) > 20:
        faults.append(_("a number has at most %(most)d characters.") % {"most": 20})
    if not one.words.get(document.source, old.text.get(document.source) if old else ""):
        named = languages.local_name(document.source)
        faults.append(_("it has no words in %(language)s, the source.") % {"language": named})
    for code, said in one.words.items():
        if code not in document.languages:
            faults.append(_("the document has no language “%(code)s”.") % {"code": code[:20]})
        if len(said) > LONGEST:
            faults.append(
                _("%(language)s: at most %(most)d characters, this has %(count)d.")
                % {"language": languages.local_name(code), "most": LONGEST, "count": len(said)}
            )
        if any(unicodedata.category(sign) == "Cc" for sign in said + one.number):
            faults.append(_("it holds a control character."))
    return faults
