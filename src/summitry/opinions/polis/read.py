"""Reads an export of Polis: a folder, or a zip of one. Every fault names the file and the line."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.text.sheets import unguard

from ..models import LONGEST_IMPORTED

MOST = 20  # faults told at once
MOST_BYTES = 400_000_000  # of one file, unpacked
HIGHEST = 2**31 - 1
LATEST = 4_102_444_800_000  # milliseconds: 2100
_DIGITS = re.compile("[0-9]{1,18}")
COMMENTS, VOTES, SUMMARY = "comments.csv", "votes.csv", "summary.csv"
_OF_COMMENTS = ("timestamp", "comment-id", "author-id", "moderated", "comment-body")
_OF_VOTES = ("timestamp", "comment-id", "voter-id", "vote")
_MODERATED = {"-1", "0", "1"}


class PolisError(ValidationError):
    """An export that cannot be taken in. Nothing was changed."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__([ValidationError(one, code="polis") for one in faults[:MOST]])


@dataclass(frozen=True, slots=True)
class Comment:
    number: int
    author: int | None  # None: not told, as in our own exports
    body: str
    moderated: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Cast:
    """The vote that holds of a participant on a comment; changes: how many it took the place of."""

    voter: int
    comment: int
    value: int
    at: datetime
    changes: int


@dataclass(slots=True)
class Export:
    """What an export says. `casts` holds one vote a participant and comment: the last line of the file."""

    topic: str = ""
    description: str = ""
    url: str = ""
    comments: list[Comment] = field(default_factory=list)
    casts: list[Cast] = field(default_factory=list)
    lines: int = 0  # of votes in the file

    @property
    def people(self) -> int:
        return len({one.voter for one in self.casts})


def read(source: Path | bytes) -> Export:
    """What a folder, a zip's path or a zip's bytes hold. Raises PolisError."""
    texts = _texts(source)
    found, faults = Export(), list[str]()
    for key, value in _pairs(texts.get(SUMMARY, ""), faults):
        if key in {"topic", "url"}:
            setattr(found, key, unguard(value).strip())
        elif key == "conversation-description":
            found.description = unguard(value).strip()
    lines: dict[int, datetime] = {}
    for line, row in _numbered(COMMENTS, texts[COMMENTS], _OF_COMMENTS, faults):
        if comment := _comment(line, row, lines, faults):
            found.comments.append(comment)
            lines[comment.number] = comment.at
    cells: dict[tuple[int, int], Cast] = {}
    for line, row in _numbered(VOTES, texts[VOTES], _OF_VOTES, faults):
        found.lines += 1
        if cast := _cast(line, row, lines, faults):
            before = cells.pop((cast.voter, cast.comment), None)
            changes = 0 if before is None else before.changes + 1
            cells[cast.voter, cast.comment] = Cast(cast.voter, cast.comment, cast.value, cast.at, changes)
        if len(faults) > MOST:
            break
    if not found.comments and not faults:
        faults.append(_("%(file)s has no statement.") % {"file": COMMENTS})
    if faults:
        raise PolisError(faults)
    found.casts = list(cells.values())
    return found


def _fault(file: str, line: int, what: str) -> str:
    return _("%(file)s, line %(line)d: %(problem)s") % {"file": file, "line": line, "problem": what}


def _comment(line: int, row: dict[str, str], known: dict[int, datetime], faults: list[str]) -> Comment | None:
    number, told = _number(row["comment-id"]), row["author-id"].strip()
    author = _number(told)
    at, body, moderated = (
        _moment(row["timestamp"]),
        unguard(row["comment-body"]).strip(),
        row["moderated"].strip(),
    )
    what = ""
    if number is None:
        what = _("“%(value)s” is not the number of a statement") % {"value": row["comment-id"][:40]}
    elif number in known:
        what = _("statement %(number)d comes a second time") % {"number": number}
    elif told and author is None:
        what = _("“%(value)s” is not the number of a participant") % {"value": told[:40]}
    elif at is None:
        what = _("“%(value)s” is not a time in milliseconds") % {"value": row["timestamp"][:40]}
    elif moderated not in _MODERATED:
        what = _("moderated is -1, 0 or 1, not “%(value)s”") % {"value": moderated[:40]}
    elif not body and moderated != "-1":  # words that were taken out may be left out
        what = _("the statement is empty")
    elif len(body) > LONGEST_IMPORTED:
        what = _("the statement is longer than %(most)d characters") % {"most": LONGEST_IMPORTED}
    if what or number is None or at is None:
        faults.append(_fault(COMMENTS, line, what))
        return None
    return Comment(number, author, body, int(moderated), at)


def _cast(line: int, row: dict[str, str], known: dict[int, datetime], faults: list[str]) -> Cast | None:
    number, voter = _number(row["comment-id"]), _number(row["voter-id"])
    at, value, what = _moment(row["timestamp"]), row["vote"].strip(), ""
    if number is None or number not in known:
        what = _("a vote on statement “%(value)s”, which is not in comments.csv") % {
            "value": row["comment-id"][:40]
        }
    elif voter is None:
        what = _("“%(value)s” is not the number of a participant") % {"value": row["voter-id"][:40]}
    elif value not in {"-1", "0", "1"}:
        what = _("a vote is 1, 0 or -1, not “%(value)s”") % {"value": value[:40]}
    elif at is None:
        what = _("“%(value)s” is not a time in milliseconds") % {"value": row["timestamp"][:40]}
    elif at < known[number]:
        what = _("the vote is older than its statement %(number)d") % {"number": number}
    if what or number is None or voter is None or at is None:
        faults.append(_fault(VOTES, line, what))
        return None
    return Cast(voter, number, int(value), at, 0)


def _number(words: str) -> int | None:
    words = words.strip()
    return int(words) if _DIGITS.fullmatch(words) and int(words) <= HIGHEST else None


def _moment(words: str) -> datetime | None:
    """From 1970 on, and before the year 2100."""
    words = words.strip()
    found = int(words) if _DIGITS.fullmatch(words) else LATEST
    return datetime.fromtimestamp(found / 1000, UTC) if found < LATEST else None


def _numbered(
    file: str, text: str, columns: tuple[str, ...], faults: list[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, row) of a table; a field with line breaks counts from its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    names: list[str] = []
    before = 0
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not names:
                names = cells
                if missing := [one for one in columns if one not in names]:
                    faults.append(_fault(file, 1, _("the column %(name)s is missing") % {"name": missing[0]}))
                    return
                continue
            if not cells:
                continue
            if len(cells) != len(names):
                faults.append(
                    _fault(
                        file,
                        line,
                        _("%(found)d cells, and the first line has %(wanted)d")
                        % {"found": len(cells), "wanted": len(names)},
                    )
                )
                continue
            yield line, dict(zip(names, cells, strict=True))
    except csv.Error as error:
        faults.append(_fault(file, before + 1, str(error)))
    if not names:
        faults.append(_("%(file)s is empty.") % {"file": file})


def _pairs(text: str, faults: list[str]) -> Iterator[tuple[str, str]]:
    """The lines of summary.csv: a key and a value."""
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), strict=True):
            if len(cells) >= 2:
                yield cells[0], cells[1]
    except csv.Error as error:
        faults.append(_fault(SUMMARY, 1, str(error)))


def _texts(source: Path | bytes) -> dict[str, str]:
    if isinstance(source, Path) and source.is_dir():
        raw = {
            name: (source / name).read_bytes()
            for name in (COMMENTS, VOTES, SUMMARY)
            if (source / name).is_file()
        }
    else:
        raw = _unzipped(source)
    found = {}
    for name, data in raw.items():
        try:
            found[name] = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise PolisError([_fault(name, line, _("this is not written in UTF-8"))]) from None
        if "\x00" in found[name]:
            raise PolisError([_fault(name, 1, _("it holds null characters"))])
    if absent := [name for name in (COMMENTS, VOTES) if name not in found]:
        raise PolisError([_("There is no %(file)s in it.") % {"file": absent[0]}])
    return found


def _unzipped(source: Path | bytes) -> dict[str, bytes]:
    opened = io.BytesIO(source) if isinstance(source, bytes) else source
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(opened) as pack:
            for entry in pack.infolist():
                name = PurePosixPath(entry.filename).name
                if name not in {COMMENTS, VOTES, SUMMARY} or "__MACOSX" in entry.filename:
                    continue
                if name in found:
                    raise PolisError([_("%(file)s is in it twice.") % {"file": name}])
                with pack.open(entry) as file:  # what the directory says of sizes may be a lie
                    found[name] = file.read(MOST_BYTES + 1)
                if len(found[name]) > MOST_BYTES:
                    raise PolisError([_("%(file)s is too large.") % {"file": name}])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise PolisError(
            [_("This is no whole zip of an export (%(detail)s).") % {"detail": str(error)[:100]}]
        ) from None
    return found
