"""Where a verifier reads public data: a site over HTTP(S), or a directory laid out alike. No Django, no
database.

Every read has an upper bound and a time limit; only http and https; redirects stay on the host and its
scheme.
"""

import http.client
import urllib.error
import urllib.parse
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

CHUNK = 64 * 1024
TIMEOUT = 20.0  # seconds of silence


class SourceError(Exception):
    """The data could not be read: nothing is said about whether it is right."""


class Missing(SourceError):
    """There is nothing under this path."""


class TooLong(SourceError):
    """There is more under this path than there may be."""


class Source(Protocol):
    place: str

    def read(self, path: str, most: int) -> bytes:
        """The bytes under a path below the record; Missing if there are none, SourceError if more than
        `most`.
        """

    def lines(self, path: str, longest: int, most: int) -> Iterator[bytes]:
        """The lines under a path, as they come; each at most `longest` bytes, together at most `most`."""


def open_source(place: str) -> Source:
    """The source at a URL (of the site or of its record) or in a directory."""
    if "://" not in place:
        return Directory(Path(place))
    return Site(place)


def _split(chunks: Iterator[bytes], path: str, longest: int, most: int) -> Iterator[bytes]:
    rest, total = b"", 0
    for chunk in chunks:
        total += len(chunk)
        if total > most:
            raise TooLong(f"{path} is longer than {most:,} bytes")
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
        if len(rest) > longest:
            raise SourceError(f"{path} has a line longer than {longest:,} bytes")
    if rest:
        yield rest


def _bounded(chunks: Iterator[bytes], path: str, most: int) -> bytes:
    found = bytearray()
    for chunk in chunks:
        found += chunk
        if len(found) > most:
            raise TooLong(f"{path} is longer than {most:,} bytes")
    return bytes(found)


class Directory:
    """A directory as `summitry record export` writes it; the record may also lie in `record/` inside it."""

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise SourceError(f"{root} is no directory")
        self._root = root if (root / "checkpoint").is_file() else root / "record"
        self.place = str(self._root.resolve())

    def _chunks(self, path: str) -> Iterator[bytes]:
        try:
            with (self._root / path).open("rb") as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        except FileNotFoundError:
            raise Missing(f"{path} is not in {self._root}") from None
        except OSError as error:
            raise SourceError(f"{path}: {error.strerror}") from error

    def read(self, path: str, most: int) -> bytes:
        return _bounded(self._chunks(path), path, most)

    def lines(self, path: str, longest: int, most: int) -> Iterator[bytes]:
        return _split(self._chunks(path), path, longest, most)


class _SameHost(urllib.request.HTTPRedirectHandler):
    max_redirections = 3

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        old, new = urllib.parse.urlsplit(req.full_url), urllib.parse.urlsplit(newurl)
        if (old.scheme, old.netloc) != (new.scheme, new.netloc):
            raise SourceError(f"{req.full_url} leads to another host: {newurl}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Site:
    """A record over HTTP. The address may be that of the site or of the record itself."""

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SourceError(f"{url} is no http or https address")
        if parts.username or parts.password:
            raise SourceError("the address must not hold a password")
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            _SameHost(),
        ):
            self._opener.add_handler(handler)
        self.place = urllib.parse.urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
        if not self._is_record(self.place):
            self.place += "/record"

    def _is_record(self, place: str) -> bool:
        if place.endswith("/record"):
            return True
        try:
            with self._open(f"{place}/checkpoint"):
                return True
        except Missing:
            return False

    @contextmanager
    def _open(self, url: str) -> Iterator[Any]:
        request = urllib.request.Request(  # noqa: S310  (scheme checked, and no opener for others)
            url, headers={"User-Agent": "summitry-verify", "Accept-Encoding": "gzip"}
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                yield answer
        except urllib.error.HTTPError as error:
            with error:
                if error.code in (404, 410):
                    raise Missing(f"{url} is not there ({error.code})") from None
                raise SourceError(f"{url}: the server answers {error.code} {error.reason}") from None
        except urllib.error.URLError as error:
            raise SourceError(f"{url}: {error.reason}") from None
        except (OSError, http.client.HTTPException) as error:
            raise SourceError(f"{url}: {error or type(error).__name__}") from None

    def _chunks(self, path: str) -> Iterator[bytes]:
        with self._open(f"{self.place}/{path}") as answer:
            squeezed = answer.headers.get("Content-Encoding", "").lower() == "gzip"
            opened = zlib.decompressobj(31) if squeezed else None
            promised, given = answer.length, 0  # None where the server sends pieces, which end by themselves
            while chunk := answer.read(CHUNK):
                given += len(chunk)
                if opened is None:
                    yield chunk
                    continue
                try:
                    while chunk:  # never more than one chunk at a time, whatever it would grow to
                        yield opened.decompress(chunk, CHUNK)
                        chunk = opened.unconsumed_tail
                except zlib.error:
                    raise SourceError(f"{path}: not valid gzip") from None
            if (promised is not None and given != promised) or (opened is not None and not opened.eof):
                raise SourceError(f"{path}: the connection broke")

    def read(self, path: str, most: int) -> bytes:
        return _bounded(self._chunks(path), path, most)

    def lines(self, path: str, longest: int, most: int) -> Iterator[bytes]:
        return _split(self._chunks(path), path, longest, most)
