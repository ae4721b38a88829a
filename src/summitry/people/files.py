"""What an upload may be: its size, the ending of its name, and whether its first bytes are what that says."""

import os
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

_HEAD = 8192  # bytes that are looked at


def _begins(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magic)


def _text(head: bytes) -> bool:
    """UTF-8 without control characters; a character cut at the end of the look is no fault."""
    for cut in range(4):
        try:
            words = head[: len(head) - cut].decode("utf-8-sig")
        except UnicodeDecodeError:
            if len(head) < _HEAD:
                return False
            continue
        return not any(unicodedata.category(one) == "Cc" and one not in "\t\r\n\f" for one in words)
    return False


def _webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _mp4(head: bytes) -> bool:
    return head[4:8] == b"ftyp"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: its media type, and whether a head of bytes looks like it."""

    media_type: str
    looks: Callable[[bytes], bool]


_zip = _begins(b"PK\x03\x04")
KINDS: dict[str, Kind] = {
    "pdf": Kind("application/pdf", lambda head: b"%PDF-" in head[:1024]),
    "png": Kind("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": Kind("image/jpeg", _begins(b"\xff\xd8\xff")),
    "jpeg": Kind("image/jpeg", _begins(b"\xff\xd8\xff")),
    "webp": Kind("image/webp", _webp),
    "mp4": Kind("video/mp4", _mp4),
    "odt": Kind("application/vnd.oasis.opendocument.text", _zip),
    "ods": Kind("application/vnd.oasis.opendocument.spreadsheet", _zip),
    "odp": Kind("application/vnd.oasis.opendocument.presentation", _zip),
    "docx": Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _zip),
    "xlsx": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _zip),
    "pptx": Kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", _zip),
    "csv": Kind("text/csv", _text),
    "txt": Kind("text/plain", _text),
    "md": Kind("text/markdown", _text),
}
DEFAULT = ("pdf", "png", "jpg", "jpeg", "odt", "docx", "csv")


def ending(name: str) -> str:
    """The ending of a file's name, lower case, without its dot."""
    return os.path.splitext(name)[1].lstrip(".").lower()


def media_type(name: str) -> str:
    """What a file of this name is served as; octets when its ending is not known."""
    known = KINDS.get(ending(name))
    return known.media_type if known else "application/octet-stream"


def clean_name(name: str) -> str:
    """The last part of a name as its owner gave it, without separators or control characters, never empty."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(one for one in last if unicodedata.category(one) not in {"Cc", "Cf", "Cs"}).strip(" .")
    stem, dot, tail = kept.rpartition(".")
    return (f"{stem[:150]}{dot}{tail[:10]}" if dot else kept[:150]) or "file"


def check(file: UploadedFile, endings: Iterable[str] = (), most: int | None = None) -> None:
    """Refuse a file that is empty, larger than `most` bytes, of another kind than `endings` allow, or not
    what its ending says. Raises ValidationError that names the file; leaves the file at its start."""
    name = clean_name(file.name or "")
    most = min(most or settings.UPLOAD_MAX_BYTES, settings.UPLOAD_MAX_BYTES)
    allowed = [one.lstrip(".").lower() for one in endings] or list(DEFAULT)
    if not file.size:
        raise ValidationError(_("“%(name)s” is empty."), code="empty", params={"name": name})
    if file.size > most:
        raise ValidationError(
            _("“%(name)s” has %(size)s; at most %(most)s can be uploaded."),
            code="size",
            params={"name": name, "size": filesizeformat(file.size), "most": filesizeformat(most)},
        )
    kind = KINDS.get(ending(name)) if ending(name) in allowed else None
    if kind is None:
        raise ValidationError(
            _("“%(name)s” is of a kind that is not accepted here. Accepted: %(kinds)s."),
            code="kind",
            params={"name": name, "kinds": ", ".join(sorted(one.upper() for one in allowed))},
        )
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    if not kind.looks(head):
        raise ValidationError(
            _(
                "“%(name)s” is not what its name says: its content is not %(kind)s. "
                "Save it again in that format."
            ),
            code="content",
            params={"name": name, "kind": ending(name).upper()},
        )
