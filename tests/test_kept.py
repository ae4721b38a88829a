"""Pages at the door: kept, served without a query, retired when and only when they have to be."""

import threading

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from summitry.gatherings import acts
from summitry.gatherings.models import Session
from summitry.gatherings.tests.factories import at, make_gathering, make_placed, make_room
from summitry.kept import counters
from summitry.kept.asked import encodings
from summitry.kept.door import Door
from summitry.kept.tests.browser import Answer, ask, queries
from summitry.text.value import Text

pytestmark = pytest.mark.django_db(transaction=True)
NEW = Text.of("New words")


@pytest.fixture
def sessions():
    gathering = make_gathering()
    room = make_room(gathering)
    placed = [make_placed(gathering, room, at(9 + n)) for n in range(3)]
    acts.release(None, gathering)
    return placed


def page_of(session: Session) -> str:
    return f"/en/gatherings/{session.gathering.slug}/sessions/{session.slug}/"


def warm(door: Door, path: str) -> Answer:
    """Asked twice: made, and looked at for the first time, which computes the frame."""
    ask(door, path)
    return ask(door, path)


def test_the_second_reader_costs_no_query_and_reads_the_same(door, sessions):
    path = page_of(sessions[0])
    assert queries(door, path) > 3
    first = ask(door, path)
    assert queries(door, path) == 0
    assert ask(door, path) == first
    assert b"Session" in first.body
    assert first.headers["Cache-Control"] == "no-cache"
    assert "Cookie" in first.headers["Vary"]


def test_another_process_finds_it_on_the_disk(door, sessions):
    path = page_of(sessions[0])
    first = warm(door, path)
    other = Door(WSGIHandler())
    assert queries(other, path) == 0
    assert ask(other, path) == first


def test_an_act_retires_the_page_that_it_concerns_and_no_other(door, sessions):
    first, second, _third = (page_of(one) for one in sessions)
    warm(door, first)
    warm(door, second)
    acts.edit_session(None, sessions[0], abstract=NEW)
    assert queries(door, second) == 0
    assert queries(door, first) > 0
    assert "New words" in ask(door, first).body.decode()


def test_what_is_done_to_the_working_programme_retires_nothing(door, sessions):
    first = page_of(sessions[0])
    warm(door, first)
    room = make_room(sessions[0].gathering)
    acts.place_session(None, sessions[0], room=room, starts=at(15), minutes=30)
    assert queries(door, first) == 0
    acts.say_demand(None, sessions[0], audience=40)
    assert queries(door, first) == 0
    acts.release(None, sessions[0].gathering)
    assert "15:00" in ask(door, first).body.decode()


def test_many_rows_in_one_statement_retire_by_their_table(door, sessions):
    first = page_of(sessions[0])
    warm(door, first)
    Session.objects.filter(pk=sessions[0].pk).update(subtitle=NEW)
    assert "New words" in ask(door, first).body.decode()
    Session.objects.filter(pk=sessions[0].pk).update(version=7)
    ask(door, first)
    assert queries(door, first) == 0


def test_a_page_of_a_rolled_back_act_is_not_kept_and_the_next_one_is(door, sessions):
    first = page_of(sessions[0])
    warm(door, first)
    with transaction.atomic():
        Session.objects.filter(pk=sessions[0].pk).update(subtitle=NEW)
        transaction.set_rollback(True)
    assert "New words" not in ask(door, first).body.decode()
    ask(door, first)
    assert queries(door, first) == 0


def test_a_page_begun_before_a_commit_is_not_kept_after_it(sessions, shelf_dir):
    """Another thread commits while Django makes the page, after it has read."""
    path = page_of(sessions[0])
    django = WSGIHandler()
    late = []

    def slow(request, start):
        response = django(request, start)
        if not late:
            late.append(threading.Thread(target=_edit, args=[sessions[0].pk]))
            late[0].start()
            late[0].join()
        return response

    door = Door(slow)
    assert "New words" not in ask(door, path).body.decode()
    assert "New words" in ask(door, path).body.decode()


def _edit(key: int) -> None:
    acts.edit_session(None, Session.objects.get(pk=key), abstract=NEW)
    connection.connection.close()  # by hand: Django leaves a database in memory open
    connection.connection = None


def test_etag_and_304(door, sessions):
    path = page_of(sessions[0])
    tag = ask(door, path).headers["ETag"]
    again = ask(door, path, match=f'"x", {tag}')
    assert (again.status, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    assert set(again.headers) == {"ETag", "Cache-Control", "Vary"}
    assert ask(door, path, match="*").status == 304
    assert ask(door, path, match=f"W/{tag}").status == 304
    assert ask(door, path, match='"other"').status == 200
    acts.edit_session(None, sessions[0], abstract=NEW)
    assert ask(door, path, match=tag).status == 200


def test_each_encoding_has_its_bytes_and_its_tag(door, sessions):
    path = page_of(sessions[0])
    plain, br, gz = (ask(door, path, accept=one) for one in ("", "gzip, br", "gzip;q=1.0, br;q=0"))
    assert [one.headers.get("Content-Encoding") for one in (plain, br, gz)] == [None, "br", "gzip"]
    assert plain.body == br.body == gz.body
    assert len({one.headers["ETag"] for one in (plain, br, gz)}) == 3
    assert [int(one.headers["Content-Length"]) for one in (plain, br, gz)] == [
        len(one.data) for one in (plain, br, gz)
    ]
    assert all("Accept-Encoding" in one.headers["Vary"] for one in (plain, br, gz))


@pytest.mark.parametrize(
    ("accepted", "ours"),
    [
        ("", ()),
        ("gzip, deflate, br, zstd", ("br", "gzip")),
        ("br;q=0, gzip", ("gzip",)),
        ("*", ("br", "gzip")),
        ("*;q=0", ()),
        ("identity", ()),
        ("gzip;q=abc", ()),
        ("GZIP", ("gzip",)),
    ],
)
def test_accepted_encodings(accepted, ours):
    assert encodings(accepted) == ours


def test_head_says_the_same_without_a_body(door, sessions):
    path = page_of(sessions[0])
    whole = warm(door, path)
    head = ask(door, path, method="HEAD")
    assert (head.status, head.data, head.headers) == (200, b"", whole.headers)


def test_readers_whom_django_has_to_see(door, sessions, client, django_user_model):
    path = page_of(sessions[0])
    warm(door, path)
    for cookie in ("sessionid=x", "a=1; messages=x", f"agenda-{sessions[0].gathering_id}=1:x:y"):
        assert queries(door, path, cookie=cookie) > 0
    assert queries(door, path, HTTP_AUTHORIZATION="Basic eDp5") > 0
    assert queries(door, path, HTTP_HX_REQUEST="true") > 0
    for cookie in ("csrftoken=x", "_ga=1", f"lay=1; agenda-{sessions[0].gathering_id}=1:x:y"):
        assert queries(door, path, cookie=cookie) == 0


def test_a_reader_with_an_agenda_and_no_script_sees_her_stars(door, sessions, client):
    session = sessions[0]
    warm(door, page_of(session))
    client.post(f"/en/gatherings/{session.gathering.slug}/agenda/", {"add": session.pk})
    own = client.cookies[f"agenda-{session.gathering_id}"].value
    cookie = f"agenda-{session.gathering_id}={own}"
    assert 'name="drop"' in ask(door, page_of(session), cookie=cookie).body.decode()
    with_script = ask(door, page_of(session), cookie=f"{cookie}; lay=1")
    assert with_script == ask(door, page_of(session))
    assert 'name="add"' in with_script.body.decode()
    fresh = Door(WSGIHandler())  # a page that a reader with an agenda is the first to ask for
    fresh.shelf.pages.clear()
    acts.edit_session(None, session, abstract=NEW)
    assert 'name="add"' in ask(fresh, page_of(session), cookie=f"{cookie}; lay=1").body.decode()


def test_light_and_dark_are_kept_apart(door, sessions):
    path = page_of(sessions[0])
    assert 'data-theme="dark"' in ask(door, path, cookie="theme=dark").body.decode()
    assert "data-theme" not in warm(door, path).body.decode()
    assert queries(door, path, cookie="theme=dark") == 0
    assert "data-theme" not in ask(door, path, cookie="theme=blue").body.decode()


def test_a_parameter_that_is_not_declared_is_djangos(door, sessions):
    warm(door, page_of(sessions[0]) + "?x=1")
    assert queries(door, page_of(sessions[0]) + "?x=1") > 0
    programme = f"/en/gatherings/{sessions[0].gathering.slug}/programme/"
    for asked, cost in (
        ("?day=2027-11-03", False),
        ("?view=list", False),
        ("?q=x", True),
        ("?day=x&day=y", True),
    ):
        ask(door, programme + asked)
        ask(door, programme + asked)
        with CaptureQueriesContext(connection) as found:
            ask(door, programme + asked)
        assert bool(len(found)) is cost, asked


def test_what_is_not_there_is_not_kept(door, sessions):
    missing = page_of(sessions[0])[:-1] + "x/"
    assert ask(door, missing).status == 404
    assert ask(door, "/de/").status == 404
    assert ask(door, page_of(sessions[0]), HTTP_HOST="evil.example").status == 400
    assert door.shelf.pages == {}


def test_an_address_without_a_language_has_one_page_a_language(door, sessions):
    path = f"/g/{sessions[0].gathering.slug}/schedule.ics"
    told = [
        ask(door, path, HTTP_ACCEPT_LANGUAGE=said).headers["Content-Language"]
        for said in ("ar, en;q=0.5", "fr", "ar", "xx", "")
    ]
    assert told == ["ar", "fr", "ar", "en", "en"]


def test_another_host_is_another_page(door, sessions):
    ask(door, page_of(sessions[0]))
    assert queries(door, page_of(sessions[0]), HTTP_HOST="localhost") > 0


def test_behind_a_proxy_the_scheme_is_what_it_says(shelf_dir, settings, sessions):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 60
    settings.SECURE_SSL_REDIRECT = True
    door = Door(WSGIHandler())
    path = page_of(sessions[0])
    secure = ask(door, path, HTTP_X_FORWARDED_PROTO="https")
    assert secure.headers["Strict-Transport-Security"] == "max-age=60"
    assert ask(door, path).status == 301
    assert ask(door, path, HTTP_X_FORWARDED_PROTO="https") == secure


def test_a_page_holds_until_its_moment(door, sessions, monkeypatch):
    """Without a day the programme opens at today: until the next day begins."""
    from summitry.kept import pages

    path = f"/en/gatherings/{sessions[0].gathering.slug}/programme/"
    warm(door, path)
    assert queries(door, path) == 0
    now = pages.time.time()
    monkeypatch.setattr(pages.time, "time", lambda: now + 86400)
    assert queries(door, path) > 0


def test_a_migration_begins_anew(door, sessions):
    warm(door, page_of(sessions[0]))
    counters.counters().renew()
    assert queries(door, page_of(sessions[0])) > 0
