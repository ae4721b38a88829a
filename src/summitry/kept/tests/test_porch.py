"""The porch before a server that says what reached it."""

import asyncio
import json
import socket
import time
from contextlib import closing

import pytest
import uvloop

from summitry.kept import counters, depends, guests, heads, porch, values
from summitry.kept.counters import counters as counting
from summitry.kept.door import Door, visitor_header

from .porches import BODY, ask, following, keep, plainly, post, receive


def test_a_kept_page_is_answered_without_the_server(shelf, port):
    keep(shelf)
    answer, body = ask(port, plainly())
    assert (answer.status, body, answer.headers["Connection"]) == (200, BODY, None)
    assert answer.headers["Date"].endswith(" GMT")
    packed, body = ask(port, plainly("/en/kept/", "Accept-Encoding: gzip"))
    assert (packed.headers["Content-Encoding"], len(body) < 1000) == ("gzip", True)
    head, body = ask(port, plainly(method="HEAD").replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert (head.headers["Content-Length"], body, head.headers["Connection"]) == (
        str(len(BODY)),
        b"",
        "close",
    )
    tag = f"If-None-Match: {answer.headers['ETag']}"
    assert ask(port, plainly("/en/kept/", tag))[0].status == 304


def test_requests_in_one_breath_are_answered_in_their_order(shelf, port):
    keep(shelf)
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as asked:
        asked.sendall(plainly() * 200 + plainly("/en/other/", "Connection: close"))
        with asked.makefile("rb") as stream:
            for _n in range(200):
                lines = list(iter(stream.readline, b"\r\n"))
                assert lines[0] == b"HTTP/1.1 200 OK\r\n"
                assert stream.read(len(BODY)) == BODY
            assert b"200 OK" in stream.readline()
            assert json.loads(stream.read().partition(b"\r\n\r\n")[2])["path"] == "/en/other/"


def test_what_is_not_kept_is_passed_on_with_the_visitors_address(shelf, port):
    _answer, body = ask(port, plainly("/en/other/?a=1", "Connection: keep-alive"))
    assert json.loads(body) == {
        "method": "GET",
        "path": "/en/other/",
        "query": "a=1",
        "body": "",
        "visitor": "127.0.0.1",
        "connection": "close",
    }
    keep(shelf)
    large = "x" * 300_000
    request = plainly("/en/kept/", f"Content-Length: {len(large)}", method="POST") + large.encode()
    assert json.loads(ask(port, request)[1])["body"] == large


@pytest.mark.parametrize("piece", [0, 1 << 30, 7919])
def test_a_connection_goes_on_after_what_the_server_answered(shelf, port, piece):
    """Each answer to its question: one after the other, in one breath, and in pieces that end anywhere; the
    server saw each body and nothing behind it."""
    keep(shelf)
    large = "x" * 300_000
    said = [post("one"), plainly("/en/other/"), post(large), plainly(), plainly("/en/none/", method="HEAD")]
    said += [post(""), plainly("/en/last/", method="POST")]
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as asked, asked.makefile("rb") as stream:
        found = []
        whole = b"".join(said) if piece else b""
        for at in range(0, len(whole), piece or 1):
            asked.sendall(whole[at : at + piece])
        for one in said:
            if not piece:
                asked.sendall(one)
            found.append(following(stream, one.split()[0].decode()))
    assert (found[3][2], found[4][2]) == (BODY, b"")
    told = [json.loads(body) for _first, _headers, body in found if body.startswith(b"{")]
    assert [(one["path"], one["body"]) for one in told] == [
        ("/en/vote/", "one"),
        ("/en/other/", ""),
        ("/en/vote/", large),
        ("/en/vote/", ""),
        ("/en/last/", ""),
    ]
    assert {one["connection"] for one in told} == {"close"}  # the server's own, of which each has one
    assert not any(b"connection" in headers for _first, headers, _body in found)


def test_a_reader_who_takes_her_time_gets_all_of_it_and_then_the_next(shelf, port):
    """More than the sockets between hold: the server waits for her, and so do her next questions."""
    keep(shelf)
    large = "x" * 8_000_000
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as asked, asked.makefile("rb") as stream:
        asked.sendall(post(large))
        asked.sendall(plainly() * 3)
        time.sleep(0.5)
        assert json.loads(following(stream)[2])["body"] == large
        assert [following(stream)[2] for _n in range(3)] == [BODY] * 3


def test_what_looks_like_a_request_within_a_body_is_none(shelf, port):
    keep(shelf)
    inner = plainly("/en/inner/").decode()
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as asked, asked.makefile("rb") as stream:
        asked.sendall(post(inner) + plainly())
        assert json.loads(following(stream)[2])["body"] == inner
        assert following(stream)[2] == BODY


@pytest.mark.parametrize(
    "said",
    [
        post("one", "/en/vote/", "Connection: close"),
        post("one", "/en/vote/", "Expect: something"),
        post("one", "/en/vote/", "Upgrade: h2c"),
        post("one").replace(b"HTTP/1.1", b"HTTP/1.0"),
        plainly("/en/other/", "X_Name: a"),
        post("one", "/stream/"),
        post("one", "/long/"),
        plainly("/en/early/", "Content-Length: 900", method="POST") + b"one",
    ],
)
def test_a_connection_ends_with_an_answer_that_anybody_might_read_otherwise(port, said):
    """Nothing behind it is answered."""
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as asked, asked.makefile("rb") as stream:
        asked.sendall(said)
        whole = stream.read()
    assert whole.split(b"\r\n")[0].endswith(b"200 OK")
    assert whole.count(b"HTTP/1.") == 1


def test_an_answer_ends_where_its_length_says():
    assert heads.length_of(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: close", "POST") == (
        12,
        b"HTTP/1.1 200 OK\r\nContent-Length: 12",
    )
    assert heads.length_of(b"HTTP/1.1 200 OK\r\ncontent-length: 12", "HEAD")[0] == 0
    assert heads.length_of(b"HTTP/1.1 304 Not Modified\r\nETag: a", "GET")[0] == 0
    for odd in (
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2",
        b"HTTP/1.1 200 OK\r\nContent-Length: +1",
        b"HTTP/1.1 100 Continue",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: a",
    ):
        assert heads.length_of(odd, "GET") is None


@pytest.mark.parametrize(
    "line",
    [
        "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 5, 5",
        "Content-Length: +5",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: identity",
        "Content-Length : 5",
        "Content-Length: 0x5",
        "Content-Length:",
        "Content_Length: 5",
        "Content-Length: 5\r\n folded",
        "Content-Length: 5\nX: a",
        "Expect: 100-continue\r\nContent-Length: 5",
    ],
)
def test_a_body_without_one_plain_length_is_not_counted(line):
    assert heads.read(f"POST / HTTP/1.1\r\nHost: example.org\r\n{line}".encode()) is None


def test_a_page_that_was_retired_is_passed_on(shelf, port):
    keep(shelf, "session:1")
    assert ask(port, plainly())[1] == BODY
    counting().open([counters.cell("session:1")])
    assert json.loads(ask(port, plainly())[1])["path"] == "/en/kept/"


def test_a_head_in_pieces_and_one_without_end(shelf, port):
    keep(shelf)
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as asked:
        for part in (b"GET /en/kept/ HT", b"TP/1.1\r\nHost: exam", b"ple.org\r\n\r", b"\n"):
            asked.sendall(part)
        assert receive(asked)[1] == BODY
    assert ask(port, b"GET /" + b"a" * guests.LONGEST_HEAD)[0].status == 431


def test_without_a_server_it_says_so(shelf, monkeypatch):
    monkeypatch.setattr(guests, "PATIENCE", 0.0)

    async def work():
        ended = asyncio.Event()
        with socket.create_server(("127.0.0.1", 0)) as listening:
            serving = asyncio.create_task(porch.Porch(shelf, "/nowhere", "x").serve(listening, ended))
            reader, writer = await asyncio.open_connection(*listening.getsockname())
            writer.write(plainly())
            line = await reader.readline()
            writer.close()
            ended.set()
            await serving
            return line

    assert uvloop.run(work()) == b"HTTP/1.1 503 Service Unavailable\r\n"


@pytest.mark.parametrize(
    "said",
    [
        b"POST /en/kept/ HTTP/1.1\r\nHost: example.org",
        b"GET /en/kept/ HTTP/2\r\nHost: example.org",
        b"GET http://example.org/en/kept/ HTTP/1.1\r\nHost: example.org",
        b"GET /en/k%65pt/ HTTP/1.1\r\nHost: example.org",
        b"GET /en/kept/ HTTP/1.1",
        b"GET /en/kept/ HTTP/1.1\r\nHost: example.org\r\nhost: example.net",
        b"GET /en/kept/ HTTP/1.1\r\nHost : example.org",
        b"GET /en/kept/ HTTP/1.1\r\nHost: example.org\r\n folded: yes",
        b"GET /en/kept/ HTTP/1.1\r\nHost: example.org\nAccept: a",
        b"GET /en/kept/ HTTP/1.1\r\nHost: example.org\r\nX_Name: a",
        b"GET /en/kept/ HTTP/1.1\r\nHost: example.org\r\nX-Name: \xc3\xa9",
        b"GET /en/kept/ HTTP/1.1\r\nHost: example.org\r\nContent-Length: 1",
        b"GET /en/kept/ HTTP/1.1\r\nHost: example.org\r\nTransfer-Encoding: chunked",
        b"GET /en/kept/ HTTP/1.1\r\nHost: example.org\r\nConnection: Upgrade",
        b"GET /en/kept/ HTTP/1.1\r\nHost: example.org\r\nAuthorization: Basic YQ==",
        b"GET /en/kept/ HTTP/1.1\r\nHost: example.org\r\nCookie: sessionid=a",
    ],
)
def test_what_is_not_plain_is_not_the_porchs(said):
    assert heads.plain(said) is None


def test_the_key_is_that_of_the_door():
    said = plainly("/g/summit/schedule.ics?lang=fr", "Accept-Language: ar, en;q=0.5")[:-4]
    key, request, goes_on = heads.plain(said)
    assert (key, goes_on) == ("http://example.org /g/summit/schedule.ics?lang=fr  ar", True)
    assert request["QUERY_STRING"] == "lang=fr"
    assert heads.plain(b"GET / HTTP/1.0\r\nHost: example.org")[2] is False


def test_the_door_takes_the_visitor_from_the_porch_alone(shelf):
    seen = []

    def django(request, start_response):
        seen.append(request)
        start_response("404 Not Found", [])
        return []

    door = Door(django, shelf)
    own = "HTTP_" + visitor_header().upper().replace("-", "_")
    for more in ({own: "192.0.2.7"}, {"HTTP_X_VISITOR": "192.0.2.8"}):
        request = {"REQUEST_METHOD": "POST", "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", **more}
        door(request, lambda *_said: None)
    assert [one["REMOTE_ADDR"] for one in seen] == ["192.0.2.7", "127.0.0.1"]
    assert own not in seen[0]


@pytest.mark.django_db
def test_a_value_is_heard_from_those_who_know_the_rooms(kept_dir, monkeypatch):
    said = ["blue"]

    def make():
        depends("sky:1")
        return said[0]

    monkeypatch.setattr(values, "_known", {})
    sky = values.Value("sky", make, str)
    assert sky.digest()[0] == "blue"
    monkeypatch.setattr(values, "_is_hearing", False)
    values.hear()  # from here on, as in the porch
    assert values.digest_of("sky")[0] == "blue"
    said[0] = "grey"
    counting().open([counters.cell("sky:1")])
    counting().close([counters.cell("sky:1")])
    with pytest.raises(KeyError):
        values.digest_of("sky")
    sky.digest()
    assert values.digest_of("sky")[0] == "grey"
