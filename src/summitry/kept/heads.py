"""Heads of requests and answers, as far as there is but one way to read them."""

import re
from functools import lru_cache

from . import asked
from .asked import Request

_LINE = re.compile(r"([A-Z]+) (/[!-~]*) HTTP/1\.([01])")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_VALUE = re.compile(r"[\t -~]*")
_LENGTH = re.compile(r"[0-9]{1,15}")
_STATUS = re.compile(rb"HTTP/1\.[01] ([2-5][0-9][0-9])(?: [^\r\n]*)?")
# Of a request that wants more than an answer, or whose end is told in another way than by its length.
_ODD = {"HTTP_TRANSFER_ENCODING", "HTTP_EXPECT", "HTTP_UPGRADE"}
_CONNECTION = {"keep-alive", "close"}
_BODILESS = {204, 304}


@lru_cache(maxsize=4096)
def plain(head: bytes) -> tuple[str, Request, bool] | None:
    """The key of a page, the request as WSGI has it, and whether the connection goes on after the answer;
    None for a request that is not the porch's. head: without the empty line."""
    found = read(head)
    if found is None or "HTTP_CONTENT_LENGTH" in found[0]:
        return None
    request, goes_on = found
    path = request["PATH_INFO"]
    if request["REQUEST_METHOD"] not in ("GET", "HEAD") or "%" in path + request["QUERY_STRING"]:
        return None
    key = asked.key(request)
    return (key, request, goes_on) if key is not None else None


def read(head: bytes) -> tuple[Request, bool] | None:
    """The request as WSGI has it, and whether the connection goes on after the answer; None for a head with
    anything odd in it: what different readers might read differently. head: without the empty line."""
    try:
        first, *lines = head.decode("ascii").split("\r\n")
    except UnicodeDecodeError:
        return None
    found = _LINE.fullmatch(first)
    if not found or "#" in found[2]:
        return None
    path, _mark, query = found[2].partition("?")
    request: Request = {
        "REQUEST_METHOD": found[1],
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "wsgi.url_scheme": "http",
    }
    for line in lines:
        name, colon, value = line.partition(":")
        field = "HTTP_" + name.upper().replace("-", "_")
        if not colon or not _NAME.fullmatch(name) or not _VALUE.fullmatch(value) or field in request:
            return None
        request[field] = value.strip(" \t")
    connection = request.get("HTTP_CONNECTION", "keep-alive" if found[3] == "1" else "close").lower()
    if not request.get("HTTP_HOST") or connection not in _CONNECTION or _ODD & request.keys():
        return None
    if not _LENGTH.fullmatch(request.get("HTTP_CONTENT_LENGTH", "0")):
        return None
    return request, connection == "keep-alive"


def length_of(head: bytes, method: str) -> tuple[int, bytes] | None:
    """Of an answer's head, without the empty line: how long the body is, and the head without the line that
    ends the connection; None where the length is not said once, in digits."""
    first, *lines = head.split(b"\r\n")
    found = _STATUS.fullmatch(first)
    names = [line.partition(b":")[0].lower() for line in lines]
    if not found or b"transfer-encoding" in names or b"upgrade" in names:
        return None
    own = [
        line for line, name in zip(lines, names, strict=True) if name not in (b"connection", b"keep-alive")
    ]
    said = [line.partition(b":")[2].strip() for line in lines if line.lower().startswith(b"content-length:")]
    if method == "HEAD" or int(found[1]) in _BODILESS:
        return 0, b"\r\n".join([first, *own])
    if len(said) != 1 or not _LENGTH.fullmatch(said[0].decode("latin-1")):
        return None
    return int(said[0]), b"\r\n".join([first, *own])
