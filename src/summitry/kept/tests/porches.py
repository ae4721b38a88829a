"""A porch at work, a lane beside it and a server behind it that says what reached it."""

import asyncio
import json
import socket
import socketserver
import tempfile
import threading
from contextlib import closing
from http.client import HTTPResponse
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest
import uvloop

from summitry.kept import counters, porch
from summitry.kept.counters import counters as counting
from summitry.kept.door import visitor_header
from summitry.kept.making import Making
from summitry.kept.pages import Page, faces_of, validity_of
from summitry.kept.shelf import Shelf

BODY = b"<p>Kept words.</p>" * 5000
KEY = "http://example.org /en/kept/?  "
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-cache")]


class Quiet(WSGIRequestHandler):
    def address_string(self):
        return "unix"

    def log_message(self, *_words):
        pass


class Behind(socketserver.ThreadingMixIn, WSGIServer):
    """A server on a Unix socket. It tells what it was asked, in the order of the lines."""

    address_family = socket.AF_UNIX
    daemon_threads = True

    def server_bind(self):
        socketserver.UnixStreamServer.server_bind(self)
        self.server_name, self.server_port = "behind", 0
        self.setup_environ()

    def get_request(self):
        return self.socket.accept()[0], ("", 0)


def tell(request, start_response):
    if request["PATH_INFO"] == "/stream/":
        start_response("200 OK", [])
        return iter([b"a", b"b"])
    if request["PATH_INFO"] == "/long/":
        start_response("200 OK", [("Content-Length", "1"), ("Content-Length", "1")])
        return [b"a"]
    if request["PATH_INFO"] == "/en/early/":
        start_response("200 OK", [("Content-Length", "1")])
        return [b"a"]
    body = request["wsgi.input"].read(int(request.get("CONTENT_LENGTH") or 0))
    own = "HTTP_" + visitor_header().upper().replace("-", "_")
    said = {
        "method": request["REQUEST_METHOD"],
        "path": request["PATH_INFO"],
        "query": request["QUERY_STRING"],
        "body": body.decode(),
        "visitor": request.get(own),
        "connection": request.get("HTTP_CONNECTION"),
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(said).encode()]


@pytest.fixture
def kept_dir(settings, tmp_path):
    settings.KEPT_DIR = tmp_path
    counters.forget()
    yield tmp_path
    counters.forget()


@pytest.fixture
def shelf(kept_dir):
    return Shelf(kept_dir / "pages", "stamp")


def keep(shelf, *names):
    now = Making(counting().clock())
    now.names.update(names)
    shelf.put(Page(KEY, validity_of(now), faces_of(HEADERS, BODY)))


class Taking:
    """A lane that takes what is posted to it in lower case, as soon as it may."""

    def __init__(self):
        self.may = threading.Event()
        self.may.set()
        self.asked = []

    def wants(self, request):
        return request["PATH_INFO"] == "/en/lane/"

    async def answer(self, request, body, visitor):
        self.asked.append((request["REQUEST_METHOD"], body, visitor))
        while not self.may.is_set():
            await asyncio.sleep(0.01)
        if body == b"fails":
            raise ZeroDivisionError
        return [("Location", f"/taken/{len(body)}/"), ("X-Own", "a")] if body.islower() else None


@pytest.fixture
def taking():
    return Taking()


@pytest.fixture
def port(shelf, taking):
    """Of a porch at work, with a lane and the server behind it."""
    with tempfile.TemporaryDirectory() as folder, Behind(f"{folder}/behind", Quiet) as behind:
        behind.set_app(tell)
        threading.Thread(target=behind.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        with (
            socket.create_server(("127.0.0.1", 0)) as listening,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            number = listening.getsockname()[1]
            one = porch.Porch(shelf, f"{folder}/behind", visitor_header(), [taking])
            ended = asyncio.Event()
            thread = threading.Thread(target=lambda: runner.run(one.serve(listening, ended)))
            thread.start()
            yield number
            runner.get_loop().call_soon_threadsafe(ended.set)
            thread.join()
        behind.shutdown()


def plainly(path="/en/kept/", *lines, method="GET"):
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: example.org", *lines, "", ""]).encode()


def receive(asked, method="GET"):
    answer = HTTPResponse(asked, method=method)
    answer.begin()
    return answer, answer.read()


def ask(port, said):
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as asked:
        asked.sendall(said)
        return receive(asked, said.split()[0].decode())


def post(body, path="/en/vote/", *lines):
    return plainly(path, f"Content-Length: {len(body)}", *lines, method="POST") + body.encode()


def following(stream, method="GET"):
    """The next answer on a connection: its first line, its headers, its body."""
    first, *lines = iter(stream.readline, b"\r\n")
    headers = {name.lower(): value.strip() for name, _c, value in (one.partition(b":") for one in lines)}
    return first, headers, b"" if method == "HEAD" else stream.read(int(headers[b"content-length"]))
