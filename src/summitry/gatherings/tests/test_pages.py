"""The public's pages: what they show, to whom, and how light they are."""

import gzip
import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from summitry.gatherings import acts
from summitry.gatherings.models import Gathering, Link, Session, Slot, Speaker
from summitry.gatherings.tests.factories import (
    at,
    make_gathering,
    make_placed,
    make_room,
    make_session,
    make_track,
)
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_person, make_user
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


def url(name: str, *args: str, query: str = "") -> str:
    return reverse(f"gatherings:{name}", args=args) + query


def words(response) -> str:
    """A page's words, without markup."""
    body = re.sub(r"(?s)<(style|script|svg)\b.*?</\1>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def titles(response) -> list[str]:
    """The titles of the sessions of a programme page, in their order."""
    return [
        html.unescape(re.sub(r"<[^>]+>", "", one))
        for one in re.findall(r"(?s)<h3[^>]*><a[^>]*>(.*?)</a></h3>", response.content.decode())
    ]


@pytest.fixture
def summit() -> Gathering:
    """A released programme of two days, with a later change that is not released."""
    gathering = make_gathering(
        slug="summit", title=Text.of("Summit 2027", ar="قمة 2027"), time_zone="Asia/Shanghai"
    )
    hall, annex = make_room(gathering, "Hall"), make_room(gathering, "Annex")
    track = make_track(gathering, "Governance")
    ada = make_person("Ada", slug="ada")
    opening = make_placed(gathering, hall, at(1), "Opening", ada, track=track, language="en")
    make_placed(gathering, annex, at(2), "Cables", language="fr", interpreted=["ar"])
    make_placed(gathering, hall, at(1) + timedelta(days=1), "Closing")
    Link.objects.create(session=opening, title="Paper", url="https://a.example/", kind="attachment")
    Link.objects.create(session=opening, title="Trap", url="javascript:alert(1)")
    Speaker.objects.create(
        gathering=gathering, person=ada, biography=Text.of("<p>Writes <script>x</script>programs</p>")
    )
    acts.release(None, gathering)
    acts.edit_session(None, Session.objects.get(title__icontains="Cables"), title=Text.of("Secret new title"))
    make_placed(gathering, annex, at(5), "Not released yet")
    gathering.refresh_from_db()
    return gathering


def slug_of(title: str) -> str:
    return next(one.slug for one in Session.objects.all() if str(one.title) == title)


def test_the_archive_lists_editions_by_year_and_partners_with_their_origin(client, summit):
    make_gathering(title=Text.of("Hidden draft"), state=Gathering.State.DRAFT)
    make_gathering(title=Text.of("Partner forum"), partner=True, origin=Text.of("Another institution"))
    page = words(client.get(url("archive")))
    assert ("Summit 2027" in page, "Hidden draft" in page, "Partner forum" in page) == (True, False, False)
    page = words(client.get(url("archive", query="?partners=1")))
    assert ("Summit 2027" in page, "Held by Another institution" in page) == (False, True)


def test_an_edition_says_what_when_and_where(client, summit):
    page = words(client.get(url("detail", "summit")))
    assert "3 November to 4 November 2027" in page
    assert "Asia/Shanghai ( UTC+8 )" in page
    assert "Version 1, published on" in page
    assert client.get(url("detail", "summit").replace("/en/", "/ar/")).content.decode().count("<h1") == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"starts": "2014-11-01", "ends": "2014-11-30"}, "November 2014"),
        ({"starts": "2015-01-01", "ends": "2015-12-31"}, "2015"),
        ({"starts": "2015-12-31", "ends": "2016-01-02"}, "31 December 2015 to 2 January 2016"),
        ({"starts": "2015-11-08", "ends": "2015-11-08"}, "8 November 2015"),
    ],
)
def test_dates_say_no_more_than_is_known(fields, expected):
    from summitry.gatherings.templatetags.gatherings import days

    gathering = make_gathering(**fields)
    gathering.refresh_from_db()
    assert days(gathering) == expected


@pytest.mark.parametrize(
    ("language", "starts", "expected"),
    [
        ("zh-hans", "2027-02-02", "2027年2月2日至2月5日"),
        ("zh-hans", "2026-12-31", "2026年12月31日至2027年2月5日"),
        ("ar", "2027-02-02", "من 2 فبراير إلى 5 فبراير 2027"),
    ],
)
def test_the_year_of_several_days_stands_where_a_language_has_it(language, starts, expected):
    from summitry.gatherings.templatetags.gatherings import days

    gathering = make_gathering(starts=starts, ends="2027-02-05")
    gathering.refresh_from_db()
    with translation.override(language):
        assert days(gathering) == expected


def test_a_draft_is_not_there_for_the_public(client):
    gathering = make_gathering(slug="secret", title=Text.of("Secret summit"), state=Gathering.State.DRAFT)
    session = make_placed(gathering, make_room(gathering), at(9), "Secret", make_person("Spy", slug="spy"))
    for path in (
        url("detail", "secret"),
        url("programme", "secret"),
        url("programme", "secret", query="?release=working"),
        url("session", "secret", session.slug),
        url("person", "secret", "spy"),
        url("changes", "secret"),
        url("agenda", "secret"),
        reverse("programmes:frab", args=["secret"]),
        reverse("programmes:ics", args=["secret"]),
        reverse("programmes:session_ics", args=["secret", session.slug]),
    ):
        response = client.get(path)
        assert (response.status_code, b"Secret" in response.content) == (404, False), path
    client.force_login(make_user(Role.PROGRAMME, scope_of(gathering)))
    assert client.get(url("detail", "secret")).status_code == 200
    assert titles(client.get(url("programme", "secret", query="?release=working"))) == ["Secret"]


def test_the_public_reads_the_release_and_not_the_work(client, summit):
    response = client.get(url("programme", "summit", query="?day=2027-11-03"))
    assert titles(response) == ["Opening", "Cables"]
    page = words(response)
    assert "Wednesday, 3 November" in page
    assert "Times in Shanghai ( UTC+8 )" in page
    assert "09:00" in page
    assert client.get(url("programme", "summit", query="?release=working")).status_code == 403
    xml = b"".join(client.get(reverse("programmes:frab", args=["summit"])).streaming_content).decode()
    ics = client.get(reverse("programmes:ics", args=["summit"])).content.decode()
    for text in (xml, ics, page):
        assert ("Secret new title" in text, "Not released yet" in text, "Cables" in text) == (
            False,
            False,
            True,
        )
    hidden = client.get(url("session", "summit", slug_of("Not released yet")))
    assert hidden.status_code == 404
    client.force_login(make_user(Role.PROGRAMME))
    found = client.get(url("programme", "summit", query="?release=working&day=2027-11-03"))
    assert titles(found) == ["Opening", "Secret new title", "Not released yet"]
    assert client.get(url("session", "summit", slug_of("Not released yet"))).status_code == 200


def test_a_session_page_shows_the_released_title(client, summit):
    page = words(client.get(url("session", "summit", slug_of("Secret new title"))))
    assert ("Cables" in page, "Secret new title" in page) == (True, False)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=open", ["Opening"]),
        ("?q=governance", ["Opening"]),
        ("?room=hall", ["Opening", "Closing"]),
        ("?room=hall&day=2027-11-04", ["Closing"]),
        ("?language=ar", ["Cables"]),
        ("?q=nothing", []),
        ("?mine=1", []),
        ("?view=list&day=2027-11-03", ["Opening", "Cables"]),
        ("?view=grid&day=2027-11-04", ["Closing"]),
        ("?release=1&q=cables", ["Cables"]),
        ("?page=99&q=open", ["Opening"]),
        ("?rooms=99&day=2027-11-03", ["Opening", "Cables"]),
        ("?rooms=x&day=2027-11-03", ["Opening", "Cables"]),
        ("?track=unknown", []),
    ],
)
def test_filters_and_views(client, summit, query, expected):
    response = client.get(url("programme", "summit", query=query))
    assert (response.status_code, titles(response)) == (200, expected)


@pytest.mark.parametrize(
    "query", ["?day=2027-12-01", "?day=x", "?release=7", "?release=x", "?release=-1", "?release=99999999999"]
)
def test_addresses_that_name_nothing_are_not_found(client, summit, query):
    assert client.get(url("programme", "summit", query=query)).status_code == 404


def test_old_releases_can_be_read_and_compared(client, summit):
    acts.release(None, summit)
    assert titles(client.get(url("programme", "summit", query="?day=2027-11-03"))) == [
        "Opening",
        "Secret new title",
        "Not released yet",
    ]
    old = client.get(url("programme", "summit", query="?release=1&day=2027-11-03"))
    assert titles(old) == ["Opening", "Cables"]
    assert "An old version, number 1" in words(old)
    page = words(client.get(url("changes", "summit")))
    assert "New 1 session Not released yet" in page
    assert "Renamed 1 session Secret new title" in page
    assert "4 sessions · 1 new · 1 renamed" in page
    own = words(client.get(url("release", "summit", 2)))
    assert "Compared with version 1." in own
    assert "New 1 session Not released yet" in own
    assert "newer version" not in own
    moved = client.get(url("changes", "summit", query="?release=1"))
    assert (moved.status_code, moved["Location"]) == (301, url("release", "summit", 1))
    first = words(client.get(moved["Location"]))
    assert ("It is the first." in first, "A newer version holds now." in first) == (True, True)
    assert client.get(url("release", "summit", 3)).status_code == 404
    assert client.get(url("release", "summit", 10**12)).status_code == 404


def test_a_session_page_tells_all_and_links_no_script(client, summit):
    response = client.get(url("session", "summit", slug_of("Opening")))
    page, body = words(response), response.content.decode()
    assert "Wednesday, 3 November 09:00 – 09:30" in page
    assert (">Ada</a>" in body, "https://a.example/" in body, "javascript:" in body) == (True, True, False)


def test_a_person_page_holds_her_sessions_and_no_markup_of_others(client, summit):
    response = client.get(url("person", "summit", "ada"))
    page = words(response)
    assert ("Writes programs" in page, "Opening" in page) == (True, True)
    assert "<script>x" not in response.content.decode()
    make_person("Nobody here", slug="stranger")
    assert client.get(url("person", "summit", "stranger")).status_code == 404


def test_a_cancelled_session_keeps_its_page_and_says_so(client, summit):
    opening = Session.objects.get(slug=slug_of("Opening"))
    acts.cancel_session(None, opening)
    assert "was cancelled" not in words(client.get(url("session", "summit", opening.slug)))  # not told yet
    acts.release(None, summit)
    assert "This session was cancelled." in words(client.get(url("session", "summit", opening.slug)))
    ics = client.get(reverse("programmes:ics", args=["summit"])).content.decode()
    assert ("STATUS:CANCELLED" in ics, "SEQUENCE:2" in ics) == (True, True)


def test_without_a_release_the_programme_says_when(client):
    gathering = make_gathering()
    page = words(client.get(url("programme", gathering.slug)))
    assert "The programme is not published yet" in page


def test_the_strict_xml_is_the_door_and_the_full_one_a_choice(client, summit):
    strict = b"".join(client.get(reverse("programmes:frab", args=["summit"])).streaming_content)
    full = b"".join(client.get(reverse("programmes:frab", args=["summit"]) + "?shape=full").streaming_content)
    assert (b"<biography>" in strict, b"<biography>" in full) == (False, True)
    assert client.get(reverse("programmes:frab", args=["summit"]) + "?release=working").status_code == 403


def big_day() -> Gathering:
    """A day like FOSDEM's: 36 rooms, 540 sessions, titles of its length."""
    gathering = make_gathering(slug="big", ends=at(0).date())
    rooms = [make_room(gathering, f"Building {n // 6} room {n}") for n in range(36)]
    tracks = [make_track(gathering, f"Track about a subject {n}") for n in range(60)]
    sessions = Session.objects.bulk_create(
        Session(
            gathering=gathering,
            slug=f"{n:x}{n * 7919 % 9973}-session-about-things-{n * 31 % 997}",
            title=Text.of(f"A talk on {n * 7919 % 9973} ways to make the {n * 31 % 997}th network more open"),
            track=tracks[n % 60],
            language="en",
        )
        for n in range(540)
    )
    Slot.objects.bulk_create(
        Slot(
            session=session,
            room=rooms[n % 36],
            starts=at(8) + timedelta(minutes=30 * (n // 36)),
            ends=at(8) + timedelta(minutes=30 * (n // 36) + 25),
        )
        for n, session in enumerate(sessions)
    )
    acts.release(None, gathering)
    return gathering


@pytest.mark.parametrize("query", ["", "?view=list", "?q=network", "?rooms=3"])
def test_a_day_of_500_sessions_stays_light(client, query, settings):
    big_day()
    response = client.get(url("programme", "big", query=query))
    weight = len(gzip.compress(response.content, 6))
    assert response.status_code == 200
    assert 30 <= len(titles(response)) <= 130
    assert weight < 30_000  # of 50 kB; styles, icons and scripts are the rest
    assert "540 sessions" in words(response)


def test_programme_pages_cost_the_same_for_few_and_many(client, summit, django_assert_max_num_queries):
    client.get(url("programme", "summit"))
    with django_assert_max_num_queries(20):
        client.get(url("programme", "summit", query="?day=2027-11-03"))


@pytest.mark.parametrize("code", ["ar", "zh-hans", "fr", "ru", "es"])
def test_every_page_opens_in_every_language(client, summit, code):
    for path in (
        url("archive"),
        url("detail", "summit"),
        url("programme", "summit"),
        url("programme", "summit", query="?q=open"),
        url("session", "summit", slug_of("Opening")),
        url("person", "summit", "ada"),
        url("changes", "summit"),
        url("release", "summit", 1),
        url("agenda", "summit"),
    ):
        assert client.get(path.replace("/en/", f"/{code}/", 1)).status_code == 200


def test_a_session_without_a_place_is_nobodys_but_the_makers(client):
    gathering = make_gathering()
    session = make_session(gathering, "Loose")
    assert client.get(url("session", gathering.slug, session.slug)).status_code == 404
    client.force_login(make_user(Role.PROGRAMME))
    assert "not placed yet" in words(client.get(url("session", gathering.slug, session.slug)))


def test_a_release_tells_what_is_new_moved_cancelled_and_in_another_room(client, summit):
    hall, annex = summit.rooms.get(slug="hall"), summit.rooms.get(slug="annex")
    by = {str(one.title): one for one in summit.sessions.all()}
    acts.place_session(None, by["Opening"], room=annex, starts=at(1), minutes=30)
    acts.place_session(None, by["Secret new title"], room=hall, starts=at(3), minutes=30)
    acts.cancel_session(None, by["Closing"])
    acts.release(None, summit)
    page = words(client.get(url("release", "summit", 2)))
    for group in (
        "Cancelled 1 session Closing 4 November, 09:00 – 09:30, Hall",
        "Moved to another time 1 session Secret new title 3 November, 10:00 – 10:30, Annex "
        "3 November, 11:00 – 11:30, Hall Cables",
        "Moved to another room 1 session Opening 3 November, 09:00 – 09:30, Hall "
        "3 November, 09:00 – 09:30, Annex",
        "New 1 session Not released yet",
    ):
        assert group in page, group
