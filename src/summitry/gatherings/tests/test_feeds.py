"""The Atom feed by the rules of RFC 4287, and schema.org Events in pages and as a file."""

import json
import re
from datetime import datetime
from html import unescape

import pytest
from django.urls import reverse
from lxml import etree

from summitry.gatherings import acts
from summitry.gatherings.tests.factories import at, make_gathering, make_placed, make_room
from summitry.people.tests.factories import make_person
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def summit():
    gathering = make_gathering(slug="summit", title=Text.of("Summit <& friends>"), place=Text.of("Wuzhen"))
    room = make_room(gathering, "Hall")
    opening = make_placed(gathering, room, at(9), "Opening </script><b>", make_person("Ada"))
    make_placed(gathering, room, at(10), "Second")
    acts.release(None, gathering)
    acts.place_session(None, opening, room=room, starts=at(12), minutes=45)
    make_placed(gathering, room, at(14), "Third")
    acts.release(None, gathering, Text.of("More to hear"))
    gathering.refresh_from_db()
    return gathering


def content(response) -> bytes:
    return response.content


def session(gathering, words: str):
    return next(one for one in gathering.sessions.all() if words in str(one.title))


def test_the_feed_keeps_to_the_rules_of_atom(client, summit):
    response = client.get(reverse("programmes:atom", args=["summit"]))
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(content(response))
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    for one in (feed, *entries):  # 4.1.1 and 4.1.2: exactly one of each
        assert [len(one.findall(ATOM + tag)) for tag in ("id", "title", "updated")] == [1, 1, 1]
        assert re.match(r"https?://", one.findtext(f"{ATOM}id"))
        assert datetime.fromisoformat(one.findtext(f"{ATOM}updated")).tzinfo is not None
        alternates = one.findall(f"{ATOM}link[@rel='alternate']")
        assert len({(link.get("type"), link.get("hreflang")) for link in alternates}) == len(alternates) == 1
    assert len(feed.findall(f"{ATOM}author/{ATOM}name")) == 1  # else each entry needs its own
    assert [link.get("href") for link in feed.findall(f"{ATOM}link[@rel='self']")] == [
        feed.findtext(f"{ATOM}id")
    ]
    assert len({one.findtext(f"{ATOM}id") for one in entries}) == len(entries) == 2
    assert feed.findtext(f"{ATOM}updated") == max(one.findtext(f"{ATOM}updated") for one in entries)
    assert feed.findtext(f"{ATOM}title") == "Summit <& friends>: changes of the programme"


def test_an_entry_tells_what_its_release_changed(client, summit):
    feed = etree.fromstring(content(client.get(reverse("programmes:atom", args=["summit"]))))
    newest, first = feed.findall(f"{ATOM}entry")
    assert (newest.findtext(f"{ATOM}title"), first.findtext(f"{ATOM}title")) == ("Version 2", "Version 1")
    assert newest.findtext(f"{ATOM}summary") == "New: 1; Moved: 1"
    html = newest.findtext(f"{ATOM}content")
    assert "<p>More to hear</p>" in html
    assert "<li>Opening &lt;/script&gt;&lt;b&gt;</li>" in html
    assert "<li>Third</li>" in html
    assert "Second" not in html
    french = content(client.get(reverse("programmes:atom", args=["summit"]) + "?lang=fr"))
    assert etree.fromstring(french).get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"


def linked(page: str) -> dict:
    (words,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(words)


def test_a_session_page_says_when_and_where_to_machines(client, summit):
    slug = session(summit, "Opening").slug
    page = client.get(reverse("gatherings:session", args=["summit", slug])).content.decode()
    event = linked(page)
    assert (event["@context"], event["@type"], event["name"]) == (
        "https://schema.org",
        "Event",
        "Opening </script><b>",
    )
    assert (event["startDate"], event["endDate"]) == (
        "2027-11-03T12:00:00+00:00",
        "2027-11-03T12:45:00+00:00",
    )
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert event["location"] == {"@type": "Place", "name": "Hall, Wuzhen"}
    assert event["performer"] == [{"@type": "Person", "name": "Ada"}]
    assert event["superEvent"]["name"] == "Summit <& friends>"


def test_a_gathering_page_says_what_it_is_and_a_draft_says_nothing(client, summit):
    page = client.get(reverse("gatherings:detail", args=["summit"])).content.decode()
    event = linked(page)
    assert (event["name"], event["startDate"]) == ("Summit <& friends>", "2027-11-03")
    assert reverse("programmes:atom", args=["summit"]) in unescape(page)


def test_the_file_holds_every_session_and_those_that_are_cancelled(client, summit):
    acts.cancel_session(None, session(summit, "Second"))
    acts.release(None, summit)
    found = json.loads(content(client.get(reverse("programmes:jsonld", args=["summit"]))))
    assert [(one["name"], one["eventStatus"].rpartition("/")[2]) for one in found["subEvent"]] == [
        ("Opening </script><b>", "EventScheduled"),
        ("Third", "EventScheduled"),
        ("Second", "EventCancelled"),
    ]
    assert {one["@type"] for one in found["subEvent"]} == {"Event"}
    needed = {"name", "startDate", "location"}  # what search engines ask of an event
    assert all(needed <= one.keys() for one in found["subEvent"])
