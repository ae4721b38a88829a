"""A reader at the door, without a server."""

import gzip
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import brotli
from django.db import connection
from django.test.utils import CaptureQueriesContext


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    data: bytes

    @property
    def body(self) -> bytes:
        encoding = self.headers.get("Content-Encoding", "")
        return {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding](self.data)


def ask(application: Any, path: str, method: str = "GET", **environ: Any) -> Answer:
    """One request as a server would hand it on; `cookie="a=1"` and other headers as HTTP_… of WSGI."""
    path, _mark, query = path.partition("?")
    names = {"cookie": "HTTP_COOKIE", "accept": "HTTP_ACCEPT_ENCODING", "match": "HTTP_IF_NONE_MATCH"}
    told: list[Any] = []
    given = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "HTTP_HOST": "testserver",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **{names.get(name, name): value for name, value in environ.items()},
    }
    response = application(given, lambda status, headers, exc_info=None: told.extend([status, headers]))
    try:
        data = b"".join(response)
    finally:
        if hasattr(response, "close"):
            response.close()
    return Answer(int(told[0][:3]), dict(told[1]), data)


def queries(application: Any, path: str, **environ: Any) -> int:
    """How many queries a page costs that is there."""
    with CaptureQueriesContext(connection) as found:
        assert ask(application, path, **environ).status == 200
    return len(found)
