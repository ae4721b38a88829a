"""Lanes at the porch: what they take, and what they leave."""

import gc
import json
import socket
import struct
import time
from contextlib import closing

import pytest

from summitry.kept import guests

from .porches import BODY, ask, following, keep, plainly, post, receive


def test_a_lane_answers_what_it_takes_and_the_connection_goes_on(shelf, port, taking):
    keep(shelf)
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as asked, asked.makefile("rb") as stream:
        for _n in range(2):
            asked.sendall(post("one", "/en/lane/"))
            first, headers, body = following(stream)
            assert (first, body) == (b"HTTP/1.1 302 Found\r\n", b"")
            assert (headers[b"location"], headers[b"x-own"]) == (b"/taken/3/", b"a")
            assert b"date" in headers
        asked.sendall(plainly())
        assert following(stream)[2] == BODY
    assert taking.asked == [("POST", b"one", "127.0.0.1")] * 2


@pytest.mark.parametrize("body", ["NOT MINE", "fails"])
def test_what_a_lane_leaves_goes_on_to_the_server_whole(shelf, port, taking, body, caplog):
    keep(shelf)
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as asked, asked.makefile("rb") as stream:
        asked.sendall(post(body, "/en/lane/") + plainly())
        assert json.loads(following(stream)[2])["body"] == body
        assert following(stream)[2] == BODY
    assert len(taking.asked) == 1
    assert ("POST /en/lane/ goes to Django" in caplog.text) == (body == "fails")


def test_a_lane_sees_the_whole_of_what_comes_in_pieces(shelf, port, taking):
    keep(shelf)
    whole = post("in two pieces", "/en/lane/")
    for at in (-13, -3):
        with (
            closing(socket.create_connection(("127.0.0.1", port), 10)) as asked,
            asked.makefile("rb") as stream,
        ):
            asked.sendall(whole[:at])
            time.sleep(0.1)
            asked.sendall(whole[at:] + plainly())
            assert b"302" in following(stream)[0]
            assert following(stream)[2] == BODY
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as asked:
        asked.sendall(whole[:-3])
        asked.shutdown(socket.SHUT_WR)
        assert asked.recv(1) == b""  # the rest will never come
    assert taking.asked == [("POST", b"in two pieces", "127.0.0.1")] * 2


def test_what_ends_the_connection_is_the_servers(port, taking):
    assert json.loads(ask(port, post("one", "/en/lane/", "Connection: close"))[1])["body"] == "one"
    assert taking.asked == []


@pytest.mark.parametrize("body", ["one", "NOT MINE"])
def test_what_comes_while_a_lane_is_at_work_is_answered_after_it(shelf, port, taking, body):
    keep(shelf)
    taking.may.clear()
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as asked, asked.makefile("rb") as stream:
        asked.sendall(post(body, "/en/lane/"))
        while not taking.asked:
            time.sleep(0.01)
        asked.sendall(post("two", "/en/other/") + plainly())
        time.sleep(0.1)
        taking.may.set()
        first, _headers, told = following(stream)
        assert (b"302" in first) if body == "one" else json.loads(told)["body"] == body
        assert json.loads(following(stream)[2])["body"] == "two"
        assert following(stream)[2] == BODY


def test_a_visitor_who_breaks_off_leaves_no_error(shelf, port, taking, caplog):
    keep(shelf)
    taking.may.clear()
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as asked:
        asked.sendall(post("one", "/en/lane/"))
        while not taking.asked:
            time.sleep(0.01)
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close resets it
    time.sleep(0.2)
    taking.may.set()
    assert ask(port, plainly())[1] == BODY
    time.sleep(0.2)
    gc.collect()  # a task that failed says so in the end
    assert caplog.text == ""


def test_who_has_gone_before_her_request_is_read_asked_nothing(port, taking):
    """The system does not know her address any more, and limits are counted by it."""
    for _n in range(50):
        with closing(socket.create_connection(("127.0.0.1", port), 10)) as asked:
            asked.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            asked.sendall(post("one", "/en/lane/"))
    assert ask(port, post("two", "/en/lane/"))[0].status == 302
    assert {visitor for _method, _body, visitor in taking.asked} == {"127.0.0.1"}


def test_a_body_in_many_pieces_has_its_head_read_once(port, taking, monkeypatch):
    """Else one visitor with a long head and a slow body would keep the loop from everybody."""
    read, heads_read = guests.read, []
    monkeypatch.setattr(guests, "read", lambda head: heads_read.append(head) or read(head))
    body = "one byte after the other"
    whole = post(body, "/en/lane/")
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as asked, asked.makefile("rb") as stream:
        asked.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        asked.sendall(whole[: -len(body)])
        for byte in whole[-len(body) :]:
            time.sleep(0.01)
            asked.sendall(bytes([byte]))
        assert b"302" in following(stream)[0]
    assert len(heads_read) <= 3


def test_a_visitor_who_leaves_while_a_lane_is_at_work_ends_nothing(shelf, port, taking):
    keep(shelf)
    taking.may.clear()
    for hang_up in (socket.SHUT_WR, socket.SHUT_RDWR):
        with closing(socket.create_connection(("127.0.0.1", port), 10)) as asked:
            asked.sendall(post("one", "/en/lane/"))
            while not taking.asked:
                time.sleep(0.01)
            taking.asked.clear()
            asked.shutdown(hang_up)
            if hang_up == socket.SHUT_WR:  # she has said all, and waits for the answer
                taking.may.set()
                assert receive(asked)[0].status == 302
                assert asked.recv(1) == b""
                taking.may.clear()
    taking.may.set()
    assert ask(port, plainly())[1] == BODY
