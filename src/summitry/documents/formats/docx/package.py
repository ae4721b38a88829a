"""The zip archive that a DOCX file is: which part is which, within bounds; and the writing of one."""

import io
import zipfile
import zlib
from collections.abc import Mapping

from ..problems import FormatError, Problem
from ..xml import Element, parse
from .names import STRICT, W

MOST_PART = 32 * 1024 * 1024  # bytes of one part that is read
MOST_ALL = 512 * 1024 * 1024  # bytes of all, pictures too
MOST_PARTS = 5_000
TYPES = "[Content_Types].xml"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)
MAIN = ("document.main+xml", "template.main+xml")
_LATER = (1980, 1, 1, 0, 0, 0)  # the same content makes the same bytes


class Package:
    """Raises FormatError for what is no whole, safe Word file."""

    def __init__(self, data: bytes) -> None:
        if data.startswith(b"\xd0\xcf\x11\xe0"):
            raise FormatError(Problem("old-word"))
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise FormatError(Problem("not-zip", detail=str(error))) from None
        every = self.archive.infolist()
        size = sum(one.file_size for one in every)
        if size > MOST_ALL or len(every) > MOST_PARTS:
            raise FormatError(Problem("bomb", size=size, most=MOST_ALL))
        if any(one.flag_bits & 1 for one in every):
            raise FormatError(Problem("old-word"))
        self.names = {one.filename for one in every}
        if "META-INF/manifest.xml" in self.names and TYPES not in self.names:
            raise FormatError(Problem("opendocument"))
        self.types = self._types()
        if any("macroenabled" in kind.lower() for kind in self.types.values()) or any(
            one.lower().endswith("vbaproject.bin") for one in self.names
        ):
            raise FormatError(Problem("macros"))

    def _types(self) -> dict[str, str]:
        """{part: content type} of those that name theirs."""
        if TYPES not in self.names:
            raise FormatError(Problem("not-word"))
        return {
            one.get("PartName", "").lstrip("/"): one.get("ContentType", "")
            for one in self.part(TYPES)
            if one.get("PartName")
        }

    def main(self) -> Element:
        """The root of the text itself."""
        for name, kind in self.types.items():
            if kind.endswith(MAIN) and "wordprocessingml" in kind and name in self.names:
                return self.part(name)
        raise FormatError(Problem("not-word"))

    def of_type(self, ending: str) -> Element | None:
        """The root of the part with such a content type, as "styles+xml"."""
        for name, kind in self.types.items():
            if kind.endswith(f".{ending}") and name in self.names:
                return self.part(name)
        return None

    def part(self, name: str) -> Element:
        info = self.archive.getinfo(name)
        if info.file_size > MOST_PART:
            raise FormatError(Problem("bomb", size=info.file_size, most=MOST_PART))
        try:
            with self.archive.open(info) as file:
                data = file.read(MOST_PART + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            OSError,
        ) as error:
            raise FormatError(Problem("not-zip", detail=str(error))) from None
        if len(data) > MOST_PART:
            raise FormatError(Problem("bomb", size=len(data), most=MOST_PART))
        root = parse(data)
        if root.tag.startswith(f"{{{STRICT}}}"):
            root = parse(data.replace(STRICT.encode(), W.encode()))
        return root


def pack(parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _LATER), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()
