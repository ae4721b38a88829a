"""The reader's own agenda: kept in a signed cookie, shared by an address, taken away as a calendar."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from summitry.gatherings import acts, agenda
from summitry.gatherings.models import Gathering, Session, Slot
from summitry.gatherings.tests.factories import at, make_gathering, make_placed, make_room
from summitry.gatherings.tests.test_pages import titles, words
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


@given(st.frozensets(st.integers(0, 10**11), max_size=agenda.MOST))
def test_what_is_packed_is_unpacked(keys):
    assert agenda.unpack(agenda.pack(keys)) == keys


@given(st.text(max_size=60))
def test_no_text_does_harm(text):
    assert all(key >= 0 for key in agenda.unpack(text))


@pytest.fixture
def summit() -> Gathering:
    gathering = make_gathering(slug="summit", time_zone="Asia/Shanghai")
    for n, title in enumerate(["One", "Two", "Three"]):
        make_placed(gathering, make_room(gathering), at(1, 15 * n), title)
    acts.release(None, gathering)
    return Gathering.objects.get(pk=gathering.pk)


def page(gathering: Gathering) -> str:
    return reverse("gatherings:agenda", args=[gathering.slug])


def keys(gathering: Gathering) -> list[int]:
    return list(gathering.sessions.order_by("pk").values_list("pk", flat=True))


def test_a_star_is_a_plain_form_that_comes_back_to_the_session(client, summit):
    one, two, _three = keys(summit)
    there = reverse("gatherings:programme", args=["summit"])
    response = client.post(page(summit), {"add": one, "next": there})
    assert (response.status_code, response["Location"]) == (302, f"{there}#s{one}")
    client.post(page(summit), {"add": two})
    client.post(page(summit), {"add": two})  # a double click
    found = client.get(page(summit))
    assert titles(found) == ["One", "Two"]
    assert "Two of your sessions overlap." in words(found)
    assert client.get(there).content.decode().count('aria-pressed="true"') == 2
    assert titles(client.get(there + "?mine=1")) == ["One", "Two"]
    client.post(page(summit), {"drop": one})
    assert titles(client.get(page(summit))) == ["Two"]
    client.post(page(summit), {"clear": "1"})
    assert "Nothing in your agenda yet" in words(client.get(page(summit)))


def test_the_module_gets_plain_data(client, summit):
    answer = client.post(page(summit), {"add": keys(summit)[0]}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()) == (200, {"count": 1, "words": ""})
    answer = client.post(page(summit), {"add": 10**9}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()) == (
        422,
        {"count": 1, "words": "This session is not in the programme any more."},
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 302),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://testserver"}, 302),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 302),
    ],
)
def test_only_our_own_pages_change_an_agenda(client, summit, headers, status):
    assert client.post(page(summit), {"add": keys(summit)[0]}, headers=headers).status_code == status
    assert bool(client.cookies) == (status == 302)


def test_a_forged_cookie_counts_as_none(client, summit):
    client.post(page(summit), {"add": keys(summit)[0]})
    name = f"agenda-{summit.pk}"
    client.cookies[name] = "1." + client.cookies[name].value
    assert "Nothing in your agenda yet" in words(client.get(page(summit)))


def test_an_agenda_leads_to_no_other_site(client, summit):
    response = client.post(page(summit), {"add": keys(summit)[0], "next": "https://evil.example/"})
    assert response["Location"].startswith("/en/gatherings/summit/agenda/")


def test_nonsense_changes_nothing(client, summit):
    for data in ({"add": "x"}, {"drop": "-1"}, {"add": "9" * 40}, {"drop": "9" * 5000}, {}, {"add": "²"}):
        assert client.post(page(summit), data).status_code == 302
    assert titles(client.get(page(summit))) == []


def test_an_agenda_has_an_end(client, summit, monkeypatch):
    monkeypatch.setattr(agenda, "MOST", 1)
    one, two, _three = keys(summit)
    client.post(page(summit), {"add": one})
    response = client.post(page(summit), {"add": two}, follow=True)
    assert "An agenda holds at most 1 sessions." in words(response)
    assert titles(client.get(page(summit))) == ["One"]


def test_a_shared_agenda_is_read_taken_over_and_subscribed_to(client, summit):
    one, _two, three = keys(summit)
    code = agenda.code(summit, [one, three])
    assert code == agenda.code(summit, [three, one])
    shared = reverse("gatherings:shared_agenda", args=["summit", code])
    assert titles(client.get(shared)) == ["One", "Three"]
    client.post(page(summit), {"take": code})
    assert titles(client.get(page(summit))) == ["One", "Three"]
    calendar = Calendar.from_ical(client.get(reverse("programmes:agenda_ics", args=["summit", code])).content)
    assert [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")] == ["One", "Three"]


def test_a_changed_address_is_said_to_be_broken(client, summit):
    code = agenda.code(summit, keys(summit))
    for wrong in (code[:-1], code.replace(".", ".z", 1), "x", agenda.code(make_gathering(), keys(summit))):
        response = client.get(reverse("gatherings:shared_agenda", args=["summit", wrong]))
        assert response.status_code == 404
        assert "This address is not whole" in words(response)
        assert client.get(reverse("programmes:agenda_ics", args=["summit", wrong])).status_code == 404
        assert client.post(page(summit), {"take": wrong}).status_code == 404


# -- what changed since she last looked ---------------------------------------------------------------
def marks(response) -> list[tuple[str, str, str]]:
    """(first, last, words) of each mark that the server wrote for a script to show."""
    found = re.findall(
        r'<(?:p|span)[^>]*data-first="(\d+)" data-last="(\d+)" hidden>(.*?)</(?:p|span)>',
        response.content.decode(),
    )
    return [(first, last, html.unescape(re.sub(r"<[^>]+>", "", said)).strip()) for first, last, said in found]


def test_a_mark_stands_for_each_earlier_state_and_none_for_what_came_back(client, summit):
    one, two, three = summit.sessions.order_by("pk")
    rooms = list(summit.rooms.order_by("pk"))
    here = one.slot.starts
    for session in (one, two, three):
        client.post(page(summit), {"add": session.pk})
    assert marks(client.get(page(summit))) == []
    Slot.objects.filter(session=one).update(starts=at(5), ends=at(6))  # version 2: one is moved
    acts.release(None, Gathering.objects.get(pk=summit.pk))
    Slot.objects.filter(session=one).update(room=rooms[1])  # version 3: and in another room
    Session.objects.filter(pk=two.pk).update(title=Text.of("Deux"))
    acts.release(None, Gathering.objects.get(pk=summit.pk), overlap_reason="")
    assert marks(client.get(page(summit))) == [
        ("1", "2", "Another title: it was “Two”."),
        (
            "1",
            "1",
            "Moved: it was on Wednesday, 3 November, 09:00 – 09:30. Another room: it was in "
            f"{rooms[0].name}.",
        ),
        ("2", "2", f"Another room: it was in {rooms[0].name}."),
    ]
    three.slot.delete()
    Slot.objects.filter(session=one).update(starts=here, ends=here + timedelta(minutes=30), room=rooms[0])
    acts.release(None, Gathering.objects.get(pk=summit.pk))  # version 4: one is where it was
    found = marks(client.get(page(summit)))
    assert [(first, last) for first, last, _said in found] == [("2", "2"), ("3", "3"), ("1", "2"), ("1", "3")]
    assert found[3][2] == "since you last looked"
    one_note = [said for first, last, said in found if (first, last) == ("2", "2")]
    assert one_note == ["Moved: it was on Wednesday, 3 November, 13:00 – 14:00."]


def test_a_shared_agenda_has_no_marks(client, summit):
    one = summit.sessions.order_by("pk").first()
    Slot.objects.filter(session=one).update(starts=at(5), ends=at(6))
    acts.release(None, Gathering.objects.get(pk=summit.pk))
    code = agenda.code(summit, [one.pk])
    assert marks(client.get(reverse("gatherings:shared_agenda", args=["summit", code]))) == []


def test_the_worker_may_serve_every_address_and_is_asked_for_anew(client):
    response = client.get(reverse("programmes:worker"))
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/javascript")
    assert (response["Service-Worker-Allowed"], response["Cache-Control"]) == ("/", "no-cache")
    assert "worker-src" not in response["Content-Security-Policy"]
    assert client.post(reverse("programmes:worker")).status_code == 405


def test_the_agenda_names_its_worker_and_version(client, summit):
    client.post(page(summit), {"add": keys(summit)[0]})
    found = client.get(page(summit)).content.decode()
    assert 'data-worker="/agenda-worker.js" data-scope="/en/gatherings/summit/"' in found
    assert f'data-gathering="{summit.pk}" data-release="1" data-own="1"' in found
