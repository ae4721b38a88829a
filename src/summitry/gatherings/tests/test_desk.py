"""The programme's desk, as its people use it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from summitry.gatherings import acts
from summitry.gatherings.models import Gathering, Release, Room, Session, Slot, Track
from summitry.gatherings.tests.factories import DAY, at, make_gathering, make_placed, make_room, make_session
from summitry.gatherings.tests.test_pages import words
from summitry.gatherings.tests.xml import event, guid, schedule
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_organisation, make_person, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def gathering() -> Gathering:
    return make_gathering(slug="summit", time_zone="Asia/Shanghai")


@pytest.fixture
def desk(client, gathering):
    client.force_login(make_user(Role.PROGRAMME, scope_of(gathering)))
    return client


def url(name: str, *args: str) -> str:
    return reverse(f"gatherings:{name}", args=args)


def file(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("schedule.xml", data, "application/xml")


PAGES = [
    "desk_edition",
    "desk_facts",
    "desk_rooms",
    "desk_tracks",
    "desk_import",
    "desk_release",
    "desk_new_session",
]


@pytest.mark.parametrize("name", PAGES)
def test_the_desk_is_for_those_who_work_here(client, gathering, name):
    make_placed(gathering, make_room(gathering), at(1), "Secret session")
    assert client.get(url(name, "summit")).status_code == 302  # to sign in
    client.force_login(make_user(Role.PROGRAMME, scope_of(make_gathering())))
    response = client.get(url(name, "summit"))
    assert (response.status_code, b"Secret session" in response.content) == (403, False)
    client.force_login(make_user(Role.PROGRAMME, scope_of(gathering)))
    assert client.get(url(name, "summit")).status_code == 200


def test_the_list_shows_only_ones_own(desk, gathering):
    make_gathering(slug="other", title=gathering.title, state=Gathering.State.DRAFT)
    page = desk.get(url("desk")).content.decode()
    assert (url("desk_edition", "summit") in page, url("desk_edition", "other") in page) == (True, False)
    assert url("desk_new") not in page
    desk.force_login(make_user())
    assert desk.get(url("desk")).status_code == 403


def test_an_auditor_reads_and_changes_nothing(client, gathering):
    session = make_session(gathering, "Loose")
    client.force_login(make_user(Role.AUDITOR))
    assert "Loose" in words(client.get(url("desk_edition", "summit")))
    assert client.post(url("desk_session", "summit", session.slug), {"what": "cancel"}).status_code == 403
    assert Session.objects.get().state == "accepted"


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.TRANSLATOR, Role.PROGRAMME])
def test_the_desk_leads_nobody_to_a_closed_door(client, gathering, role):
    """Neither where a session is released, nor where it is not yet."""
    released = make_placed(gathering, make_room(gathering), at(1), "Told")
    acts.release(None, gathering)
    loose = make_session(gathering, "Loose")
    client.force_login(make_user(role))
    sessions = [url("desk_session", "summit", one.slug) for one in (released, loose)]
    pages = [url(name, "summit") for name in ("desk_edition", "desk_editor", "desk_propose")]
    found = {
        link
        for page in [*pages, *sessions]
        for link in re.findall(r'href="(/en/[^"?#]+)', client.get(page).content.decode())
    }
    assert set(pages) | set(sessions) <= found
    assert {link: code for link in found if (code := client.get(link).status_code) >= 400} == {}


def test_a_gathering_is_made_and_made_public(client):
    client.force_login(make_user(Role.SECRETARIAT))
    data = {
        "title_en": "Summit 2028",
        "title_zh-hans": "2028年峰会",
        "starts": "2028-11-01",
        "ends": "2028-11-03",
        "time_zone": "Asia/Shanghai",
        "day_change": "04:00",
        "slot_minutes": "15",
    }
    response = client.post(url("desk_new"), data)
    assert response["Location"] == url("desk_edition", "summit-2028")
    client.post(url("desk_announce", "summit-2028"))
    made = Gathering.objects.get()
    assert (made.state, made.title.values) == ("announced", {"en": "Summit 2028", "zh-hans": "2028年峰会"})
    bad = client.post(url("desk_new"), {**data, "ends": "2028-10-01"})
    assert (bad.status_code, "The last day is before the first." in words(bad)) == (422, True)


def test_a_stale_form_is_refused_and_says_so(desk, gathering):
    data = {
        "title_en": "Mine",
        "starts": DAY,
        "ends": DAY,
        "time_zone": "UTC",
        "day_change": "00:00",
        "slot_minutes": "15",
        "version": "1",
    }
    Gathering.objects.update(version=2)
    response = desk.post(url("desk_facts", "summit"), data)
    assert (response.status_code, "Somebody else has changed this" in words(response)) == (422, True)
    assert Gathering.objects.get().title == gathering.title


def test_rooms_and_tracks_are_kept_by_plain_forms(desk, gathering):
    desk.post(url("desk_rooms", "summit"), {"name_en": "Main Hall", "capacity": "900"})
    assert [(room.slug, room.capacity) for room in Room.objects.all()] == [("main-hall", 900)]
    desk.post(
        url("desk_rooms", "summit") + "?edit=main-hall", {"name_en": "Hall", "capacity": "", "position": "3"}
    )
    assert [(str(room.name), room.capacity, room.position) for room in Room.objects.all()] == [
        ("Hall", None, 3)
    ]
    desk.post(url("desk_tracks", "summit"), {"name_en": "AI"})
    desk.post(url("desk_tracks", "summit") + "?edit=ai", {"name_en": "AI governance", "position": "0"})
    assert [str(track.name) for track in Track.objects.all()] == ["AI governance"]
    desk.post(url("desk_rooms", "summit") + "?edit=main-hall", {"what": "remove"})
    assert Room.objects.count() == 0


def test_a_session_is_made_placed_moved_cancelled_and_restored(desk, gathering):
    room = make_room(gathering, "Hall")
    make_person("Ada", slug="ada")
    response = desk.post(
        url("desk_new_session", "summit"),
        {"title_en": "AI tests", "people": "ada\n", "kind": "forum", "interpreted": ["ar", "fr"]},
    )
    session = Session.objects.get()
    page = url("desk_session", "summit", session.slug)
    assert response["Location"] == page
    assert ([str(part.person.name) for part in session.parts.all()], session.interpreted) == (
        ["Ada"],
        ["ar", "fr"],
    )

    place = {
        "what": "place",
        "room": room.pk,
        "day": "2027-11-03",
        "time": "09:30",
        "minutes": "45",
        "place_version": "1",
    }
    assert desk.post(page, place).status_code == 302
    assert (Slot.objects.get().starts, Slot.objects.get().ends) == (at(1, 30), at(2, 15))
    assert desk.post(page, place).status_code == 422  # a stale form
    assert "09:30 – 10:15" in words(desk.get(page))

    other = make_placed(gathering, room, at(3), "Other")
    clash = {**place, "time": "11:15", "place_version": "2"}
    told = words(desk.post(page, clash, follow=True))
    assert "“Other” and “AI tests” are both in Hall on 3 November, 11:15 to 11:30." in told
    assert "In a clash" in words(desk.get(url("desk_edition", "summit") + "?show=clash"))

    desk.post(page, {"what": "unplace"})
    assert Slot.objects.count() == 1
    assert "AI tests" in words(desk.get(url("desk_edition", "summit") + "?show=loose"))
    desk.post(page, {"what": "cancel"})
    assert Session.objects.get(pk=session.pk).state == "cancelled"
    desk.post(page, {"what": "restore"})
    assert Session.objects.get(pk=session.pk).state == "accepted"
    assert other.slot.room == room


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"time": "25:00"}, "Enter a valid time."),
        ({"minutes": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"day": "2027-12-24"}, "Select a valid choice."),
        ({"room": "999999"}, "Select a valid choice."),
    ],
)
def test_bad_places_are_refused_in_words(desk, gathering, changes, message):
    session, room = make_session(gathering), make_room(gathering)
    data = {
        "what": "place",
        "room": room.pk,
        "day": "2027-11-03",
        "time": "09:30",
        "minutes": "45",
        **changes,
    }
    response = desk.post(url("desk_session", "summit", session.slug), data)
    assert (response.status_code, message in words(response), Slot.objects.count()) == (422, True, 0)


def test_unknown_people_are_named(desk, gathering):
    response = desk.post(url("desk_new_session", "summit"), {"title_en": "x", "people": "nobody\nada, king"})
    page = words(response)
    assert response.status_code == 422
    assert "“nobody” is nobody’s short name here." in page
    assert "“king” is no role in a session." in page


def test_a_release_is_compared_and_published_once(desk, gathering):
    room = make_room(gathering, "Hall")
    make_placed(gathering, room, at(1), "Opening")
    page = url("desk_release", "summit")
    assert "New 1 session Opening" in words(desk.get(page))
    assert desk.post(page, {"after": "0", "note_en": "First."}).status_code == 302
    again = desk.post(page, {"after": "0"})
    assert again.status_code == 422
    assert "Another release was published in the meantime." in words(again)
    assert "Nothing has changed since the last release." in words(desk.get(page))
    make_placed(gathering, room, at(1, 15), "Clash")
    refused = desk.post(page, {"after": "1", "overlap_reason": ""})
    assert refused.status_code == 422
    assert "“Opening” and “Clash” are both in Hall on 3 November, 09:15 to 09:30." in words(refused)
    assert desk.post(page, {"after": "1", "overlap_reason": "Posters"}).status_code == 302
    assert list(Release.objects.order_by("version").values_list("version", "overlap_reason")) == [
        (1, ""),
        (2, "Posters"),
    ]


def test_an_import_is_looked_at_first_and_then_done(desk, gathering):
    page = url("desk_import", "summit")
    look = desk.post(page, {"file": file(schedule(event()))})
    assert look.status_code == 200
    assert "1 session in the file." in words(look)
    assert Session.objects.count() == 0
    kept = look.context["kept"]
    done = desk.post(page, {"kept": kept}, follow=True)
    assert "Imported: 1 new, 0 changed, 0 moved, 0 cancelled." in words(done)
    assert Session.objects.count() == 1
    assert desk.post(page, {"kept": kept}, follow=True).status_code == 200  # a double click
    assert Session.objects.count() == 1


def test_a_kept_file_is_its_owners_and_whole(desk, client, gathering):
    page = url("desk_import", "summit")
    kept = desk.post(page, {"file": file(schedule(event()))}).context["kept"]
    client.force_login(make_user(Role.PROGRAMME))
    for word in (kept, kept[:-1], "x"):
        assert "The file is no longer there." in words(client.post(page, {"kept": word}, follow=True))
    assert Session.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"words", "No format that we read looks like this"),
        (b"<a></b>", "Line 1: this is not well-formed XML"),
        (
            schedule(event()).partition(b"<duration>")[0],
            "Line 16, <event>: the file stops before its last element",
        ),
        (
            schedule([event(), event(guid=guid(2))]),
            "Line 23, <event>: the id 1 is used a second time, first in line 13",
        ),
        (
            schedule(event(title="é")).decode().encode("latin-1"),
            "Line 17: the file says that it is written in UTF-8",
        ),
        (schedule(event(), head='<!DOCTYPE s [<!ENTITY x "y">]>\n'), "Line 2: it declares an entity (x)"),
        (
            schedule([event(), event(id="2", guid=guid(2), title="Two")]),
            "Line 23, <event>: “Two” begins in Hall at 2027-11-03 09:00, while “Opening” (line 13) is",
        ),
        (b"", "The submitted file is empty."),
    ],
)
def test_a_bad_upload_is_refused_in_words_and_nothing_is_written(desk, gathering, data, message):
    response = desk.post(url("desk_import", "summit"), {"file": file(data)})
    assert (response.status_code, message in words(response)) == (422, True)
    assert Session.objects.count() == 0


def test_an_oversized_upload_is_refused_before_it_is_read(desk, gathering, settings):
    settings.UPLOAD_MAX_BYTES = 500
    response = desk.post(url("desk_import", "summit"), {"file": file(b"x" * 501)})
    assert (response.status_code, "The file has 501 bytes; at most 500 are taken." in words(response)) == (
        422,
        True,
    )


def test_importing_a_new_gathering_needs_the_right_to_make_one(desk, client):
    assert desk.post(url("desk_import_new"), {"file": file(schedule(event()))}).status_code == 403
    client.force_login(make_user(Role.SECRETARIAT))
    look = client.post(
        url("desk_import_new"), {"file": file(schedule(event()).replace(b"summit-2027", b"expo-2027"))}
    )
    assert "A new gathering: Summit 2027." in words(look)
    client.post(url("desk_import_new"), {"kept": look.context["kept"]})
    assert Gathering.objects.filter(slug="expo-2027").count() == 1


def test_what_the_public_reads_changes_only_by_a_release(desk, client, gathering):
    session = make_placed(gathering, make_room(gathering), at(1), "Opening")
    acts.release(None, gathering)
    desk.post(
        url("desk_session", "summit", session.slug), {"what": "edit", "title_en": "Renamed", "version": "1"}
    )
    assert Session.objects.get().title.get("en") == "Renamed"
    assert "Renamed" not in words(client.get(url("programme", "summit")))


def test_what_the_desk_says_of_a_session_is_what_the_public_reads(desk, gathering):
    """How one takes part, languages, captions, every kind of link, parts."""
    for slug in ("ada", "bo", "cy"):
        make_person(slug.title(), slug=slug)
    make_organisation("Harbour Board", slug="harbour")
    session = make_placed(gathering, make_room(gathering, "Hall"), at(2), "Ports")
    page = url("desk_session", "summit", session.slug)
    said = {
        "what": "edit",
        "title_en": "Ports",
        "kind": "roundtable",
        "mode": "hybrid",
        "language": "en",
        "interpreted": ["fr", "zh-hans"],
        "captions": ["es", "ru"],
        "people": "ada, moderator, harbour\nbo, rapporteur\ncy",
        "version": session.version,
    }
    assert desk.post(page, said).status_code == 302
    for kind in ("stream", "video", "slides", "transcript", "outcome"):
        link = {"kind": kind, "url": f"https://example.org/{kind}", "language": "en"}
        assert desk.post(page, {"what": "link", **link}).status_code == 302
    acts.release(None, gathering)
    answer = Client().get(reverse("gatherings:session", args=["summit", session.slug]))
    told, markup = words(answer), answer.content.decode()
    for fact in (
        "Where one takes part on site and remote",
        "Kind Roundtable",
        "Language English",
        "Interpreted into Français , 中文",
        "Captions in Español , Русский",
        "Ada moderator Harbour Board",
        "Bo rapporteur",
        "Cy",
    ):
        assert fact in told, fact
    for kind, name in (
        ("stream", "Stream"),
        ("video", "Recording"),
        ("slides", "Slides"),
        ("transcript", "Transcript"),
        ("outcome", "Outcome document"),
    ):
        assert f'<a href="https://example.org/{kind}" rel="nofollow noopener">{name}</a>' in markup
