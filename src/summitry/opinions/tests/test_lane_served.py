"""Votes at a porch without Django behind it: nobody but the lane can have taken them."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from summitry.opinions.models import Vote
from summitry.opinions.tests.factories import make_conversation
from summitry.opinions.tests.test_lane import asked
from summitry.opinions.voices import Voice


@pytest.fixture
def database(tmp_path, at_once):
    """The address of the tests' database for another process; SQLite's is in a file for as long."""
    if connection.vendor == "sqlite":
        at_once(lambda: None)  # which copies it
        return f"sqlite:///{connections.settings['default']['NAME']}"
    own = connection.settings_dict
    return f"postgres://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def children(pid):
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Voter:
    def __init__(self, port, slug, name):
        self.port, self.slug, self.name = port, slug, name
        self.connection = HTTPConnection("127.0.0.1", port, timeout=20)

    def vote(self, number, value, **form):
        """The status, or 0 if the connection was lost."""
        request, body = asked(self.slug, token=self.name, statement=str(number), value=str(value), **form)
        headers = {
            "Content-Type": request["HTTP_CONTENT_TYPE"],
            "Cookie": request["HTTP_COOKIE"],
            "Host": "127.0.0.1",
        }
        try:
            self.connection.request("POST", request["PATH_INFO"], body, headers)
            with self.connection.getresponse() as answer:
                answer.read()
                return answer.status
        except (OSError, HTTPException):
            self.connection.close()  # and opened again with the next one
            return 0


@pytest.mark.django_db(transaction=True)
def test_votes_are_taken_and_none_is_lost_when_a_process_is_killed(request, tmp_path):
    conversation = make_conversation(statements=20)
    database = request.getfixturevalue("database")  # with the conversation in it
    port = free_port()
    voters = [Voter(port, conversation.slug, f"voter-{n}") for n in range(3)]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "summitry.settings",
        "SUMMITRY_DATA": str(tmp_path / "data"),
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": database,
    }
    command = [
        sys.executable,
        "-m",
        "summitry.kept.porch",
        "127.0.0.1",
        str(port),
        "1",
        str(tmp_path / "none"),
    ]
    with subprocess.Popen(command, env=environment) as served:
        try:
            wait_for(port)
            taken = {}
            for voter in voters:
                assert voter.vote(0, 1, first="1") == 302
                taken[voter.name, 0] = 1
            [worker] = children(served.pid)
            for number in range(1, 20):
                if number == 10:
                    os.kill(worker, signal.SIGKILL)
                for voter in voters:
                    value = number % 3 - 1
                    statuses = []
                    while not statuses or statuses[-1] != 302:  # 0 while nobody is there again
                        statuses.append(voter.vote(number, value))
                        assert len(statuses) < 200
                        time.sleep(0.05 * (statuses[-1] == 0))
                    assert set(statuses) <= {0, 302}
                    taken[voter.name, number] = value
            assert children(served.pid) != [worker]
        finally:
            served.terminate()
            for voter in voters:
                voter.connection.close()
    names = {Voice(token=voter.name).key(conversation.slug): voter.name for voter in voters}
    assert {(names[key], number): value for key, number, value in found(database)} == taken


def wait_for(port):
    for _n in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nobody listens")


def found(database):
    columns = ("participant__key", "statement__number", "value")
    if connection.vendor == "postgresql":
        return list(Vote.objects.values_list(*columns))
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as file:
        return file.execute(str(Vote.objects.values_list(*columns).query)).fetchall()
