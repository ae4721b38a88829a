"""A gathering as a folder of files: whole, closed in itself, and nothing in it that is not published."""

import hashlib
import html
import json
import posixpath
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from summitry.gatherings import acts, formats, mirror
from summitry.gatherings.mirror import walk
from summitry.gatherings.mirror.addresses import Addresses
from summitry.gatherings.models import Gathering, Link, ReleasedSlot, Room, Session, Speaker
from summitry.gatherings.tests.factories import (
    at,
    make_gathering,
    make_placed,
    make_room,
    make_session,
    make_track,
)
from summitry.people.tests.factories import make_person
from summitry.record.models import Entry
from summitry.text.value import Text

CODES = [code for code, _name in settings.LANGUAGES]
SECRET = "QUINCE"  # stands in everything that is not published


def make_summit() -> Gathering:
    """A released programme of two days with one session cancelled since the first version; and much that
    nobody has published."""
    gathering = make_gathering(
        slug="summit",
        title=Text.of("Summit 2027", ar="قمة 2027", **{"zh-hans": "峰会 2027"}),
        time_zone="Asia/Shanghai",
        summary=Text.of("What it is: see [the site](http://127.0.0.1:8000/en/gatherings/summit/changes/)."),
    )
    hall, annex = make_room(gathering, "Hall"), make_room(gathering, "Annex")
    track = make_track(gathering, "Governance")
    ada = make_person(Text.of("Ada Lovelace"), slug="ada")
    opening = make_placed(
        gathering,
        hall,
        at(1),
        Text.of("Opening", ar="الافتتاحُ الرَّقْميّ", **{"zh-hans": "数据流动开幕式"}),
        ada,
        track=track,
        abstract=Text.of("On <b>trust</b>: [elsewhere](https://a.example/) and [us](/en/desk/)."),
    )
    make_placed(gathering, annex, at(2), "Cables", track=track)
    make_placed(gathering, hall, at(1) + timedelta(days=1), "Closing")
    gone = make_placed(gathering, annex, at(5), "Gone")
    Link.objects.create(session=opening, title="Paper", url="https://a.example/p", kind="attachment")
    Link.objects.create(session=opening, title="Inside", url="/en/desk/gatherings/summit/", kind="link")
    Speaker.objects.create(gathering=gathering, person=ada, biography=Text.of("Counts."))
    acts.release(None, gathering)
    gone.slot.delete()
    Session.objects.filter(pk=gone.pk).update(state=Session.State.CANCELLED)
    acts.release(None, Gathering.objects.get(pk=gathering.pk))
    # -- not published ---------------------------------------------------------------------------------
    writer = make_person(Text.of(f"Writer {SECRET}"), slug="quince")
    make_placed(gathering, annex, at(3), f"Not yet {SECRET}", writer)
    make_session(gathering, f"A draft {SECRET}", writer)
    Speaker.objects.create(gathering=gathering, person=writer, biography=Text.of(SECRET))
    Session.objects.filter(pk=opening.pk).update(title=Text.of(f"Retitled {SECRET}"), extra={"said": SECRET})
    make_gathering(slug="quince", title=Text.of(f"Draft {SECRET}"), state=Gathering.State.DRAFT)
    Gathering.objects.filter(pk=gathering.pk).update(extra={"said": SECRET})
    Room.objects.filter(pk=hall.pk).update(extra={"said": SECRET})
    return Gathering.objects.select_related("released").get(pk=gathering.pk)


@dataclass(frozen=True)
class Made:
    """A copy, and what the server says of the same things."""

    folder: Path
    slugs: frozenset[str]  # of the released sessions
    served: dict[str, bytes]  # files by their names in the copy


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory) -> Made:
    """Made once for all tests that only read it."""
    folder = tmp_path_factory.mktemp("stick") / "summit"
    with django_db_blocker.unblock(), transaction.atomic():
        summit, client = make_summit(), Client()
        mirror.write(summit, folder)
        entry = Entry.objects.filter(kind="gatherings.released").order_by("-index").first()
        rows = ReleasedSlot.objects.filter(release=summit.released)
        frab = client.get(reverse("programmes:frab", args=["summit"]))
        receipt = client.get(reverse("record-receipt", args=[entry.index]))
        found = Made(
            folder,
            frozenset(rows.values_list("session__slug", flat=True)),
            {
                f"record/entry-{entry.index}.tlog-proof": receipt.content,
                "record/key.txt": client.get(reverse("record-key")).content,
                "files/schedule.xml": b"".join(frab.streaming_content),
            },
        )
        transaction.set_rollback(True)
    return found


@pytest.fixture
def copy(made) -> Path:
    return made.folder


@pytest.fixture
def summit(db, monkeypatch) -> Gathering:
    """For what is written here: in one language, which is quick."""
    monkeypatch.setattr(walk, "CODES", ("en",))
    return make_summit()


@pytest.fixture
def own(summit, tmp_path) -> Path:
    """A copy of this test's own."""
    (tmp_path / "stick").mkdir()
    mirror.write(summit, tmp_path / "stick" / "summit")
    return tmp_path / "stick" / "summit"


def files(folder: Path) -> set[str]:
    return {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}


def addresses(page: str) -> list[str]:
    """Everything that a page says in an attribute that leads somewhere."""
    return [
        html.unescape(one)
        for one in re.findall(r"""\b(?:href|src|action|poster|data-from)="([^"]*)\"""", page)
    ]


def test_every_published_page_is_there_in_every_language(copy, made):
    found = files(copy)
    for code in CODES:
        wanted = {
            "index",
            "programme",
            "changes",
            "search",
            "copy-about",
            "copy-sessions",
            "copy-people",
            "people/ada",
        }
        wanted |= {f"programme,day={day}" for day in ("2027-11-03", "2027-11-04")}
        wanted |= {f"sessions/{slug}" for slug in made.slugs}
        assert {f"{code}/{name}.html" for name in wanted} - found == set()
        assert f"search/{code}.js" in found
    for one in formats.public():
        names = [f"files/{code}/{one.file}" for code in CODES] if one.by_language else [f"files/{one.file}"]
        assert set(names) - found == set()
    titles = {
        re.search(r"<h1[^>]*>(.*?)</h1>", one.read_text())[1] for one in (copy / "en/sessions").glob("*.html")
    }
    assert titles == {"Opening", "Cables", "Closing", "Gone"}


def test_every_link_leads_to_a_file_and_none_to_the_server(copy):
    found = files(copy)
    host = urlsplit(settings.BASE_URL).netloc
    seen = 0
    for name in sorted(one for one in found if one.endswith(".html")):
        page = (copy / name).read_text()
        assert host not in page, name
        assert re.findall(r"""\s[\w-]+="/[^"]*\"""", page) == [], name
        for address in addresses(page):
            parts = urlsplit(address)
            if parts.scheme:
                assert parts.scheme in ("https", "http", "mailto")
                continue
            path = unquote(parts.path)
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            assert target in found, (name, address)
            if parts.fragment and target.endswith(".html"):
                there = re.findall(r'\bid="([^"]*)"', (copy / target).read_text())
                assert parts.fragment in there, (name, address)
            seen += 1
    assert seen > 1000


def test_what_needs_a_server_is_not_there(copy):
    for one in copy.rglob("*.html"):
        page = one.read_text()
        assert re.findall(r"<(form|button|select|iframe|textarea)\b", page) == []
        assert re.findall(r'type="module"|aria-pressed|account/login|/agenda/|/desk/', page) == []
        if one.name != "search.html":
            assert "<script" not in page


def test_nothing_that_is_not_published_is_there(copy):
    told = {name for name in files(copy) if SECRET in (copy / name).read_bytes().decode("utf-8", "replace")}
    told |= {name for name in files(copy) if SECRET.lower() in name}
    assert told == set()


def test_words_of_links_that_are_left_out_stay(copy):
    page = (copy / "en/sessions").glob("*.html")
    opening = next(text for one in page if "<h1 " in (text := one.read_text()) and ">Opening<" in text)
    assert 'href="https://a.example/"' in opening
    assert " and us." in re.sub(r"<[^>]+>", "", opening)
    assert "Into my agenda" not in opening
    front = (copy / "en/index.html").read_text()
    assert '<a href="changes.html">the site</a>' in re.sub(r' rel="[^"]*"', "", front)


def test_each_page_says_what_it_is(copy):
    line = "Version 2 of the programme ("
    assert all(line in one.read_text() for one in (copy / "en").rglob("*.html"))
    facts = json.loads((copy / "copy.json").read_text())
    assert (facts["copy of"], facts["version"]) == ("summit", 2)


def test_languages_lead_to_the_same_page(copy):
    page = (copy / "en/programme,day=2027-11-04.html").read_text()
    switch = re.search(r'<ul class="langs".*?</ul>', page, re.DOTALL)[0]
    assert addresses(switch) == [
        "programme,day=2027-11-04.html" if code == "en" else f"../{code}/programme,day=2027-11-04.html"
        for code in CODES
    ]
    assert 'dir="rtl"' in (copy / "ar/programme,day=2027-11-04.html").read_text()


def test_the_sums_are_those_of_the_files(copy):
    lines = [line.split("  ") for line in (copy / "SHA256SUMS").read_text().splitlines()]
    assert {name for _sum, name in lines} == files(copy) - {"SHA256SUMS"}
    assert all(hashlib.sha256((copy / name).read_bytes()).hexdigest() == told for told, name in lines)


def test_the_record_and_the_exports_are_as_the_server_gives_them(copy, made):
    assert {name: (copy / name).read_bytes() for name in made.served} == made.served


def test_icons_stand_in_the_page(copy):
    page = (copy / "en/search.html").read_text()
    assert re.findall(r'<use href="([^"]*)"', page) != []
    for name in re.findall(r'<use href="#([^"]*)"', page):
        assert f'id="{name}"' in page


def test_several_processes_find_the_same_names():
    """A name depends on its address alone."""
    front = "/en/gatherings/summit/"
    one, two = Addresses("summit"), Addresses("summit")
    asked = [
        f"{front}sessions/Ab/",
        f"{front}sessions/ab/",
        f"{front}sessions/con/",
        f"{front}programme/?room=A",
    ]
    first = [one.name(address) for address in asked]
    assert first == [two.name(address) for address in reversed(asked)][::-1]
    assert len({name.lower() for name in first}) == 4
    assert first[1:3] == ["en/sessions/ab.html", "en/sessions/con_.html"]


# -- the folder ----------------------------------------------------------------------------------------
def test_a_second_run_puts_the_present_state_there(own, summit):
    before = files(own)
    closing = Session.objects.get(title=Text.of("Closing"))
    closing.slot.delete()
    Session.objects.filter(title=Text.of(f"Not yet {SECRET}")).delete()
    acts.release(None, Gathering.objects.get(pk=summit.pk))
    mirror.write(Gathering.objects.get(pk=summit.pk), own)
    assert f"en/sessions/{closing.slug}.html" in before & files(own)
    assert "Version 3 of the programme (" in (own / "en/index.html").read_text()
    assert [one.name for one in own.parent.iterdir()] == ["summit"]


def test_an_empty_folder_is_taken_and_what_a_system_leaves_in_one_does_not_matter(summit, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / ".DS_Store").write_bytes(b"x")
    written = mirror.write(summit, tmp_path / "empty")
    assert written.files == len(files(tmp_path / "empty"))
    assert written.pages == len(list((tmp_path / "empty" / "en").rglob("*.html")))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda at: (at / "thesis.doc").write_text("mine"), "something else"),
        (lambda at: (at / "copy.json").write_text("{"), "something else"),
        (lambda at: (at / "copy.json").write_text("[1]"), "something else"),
    ],
)
def test_a_folder_with_something_else_is_left_alone(summit, tmp_path, make, words):
    folder = tmp_path / "there"
    folder.mkdir()
    make(folder)
    before = {name: (folder / name).read_bytes() for name in files(folder)}
    with pytest.raises(mirror.Problem, match=words):
        mirror.write(summit, folder)
    assert {name: (folder / name).read_bytes() for name in files(folder)} == before
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_own_notes_in_a_copy_are_not_thrown_away(own, summit):
    (own / "notes.txt").write_text("mine")
    with pytest.raises(mirror.Problem, match=r"also holds notes\.txt"):
        mirror.write(summit, own)
    assert (own / "notes.txt").read_text() == "mine"


def test_a_copy_of_another_gathering_is_left_alone(own):
    other = make_gathering(slug="other")
    with pytest.raises(mirror.Problem, match="another gathering, summit"):
        mirror.write(other, own)


def test_a_place_that_is_not_there_or_no_folder_is_said(summit, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(mirror.Problem, match="no folder"):
        mirror.write(summit, tmp_path / "no" / "where")
    with pytest.raises(mirror.Problem, match="is no folder"):
        mirror.write(summit, tmp_path / "file")


def test_the_old_copy_stays_when_the_new_one_fails(own, summit, monkeypatch):
    before = (own / "SHA256SUMS").read_bytes()

    def fails(*_more):
        raise walk.Problem("no")

    monkeypatch.setattr(walk._Walk, "_put_page", fails)
    with pytest.raises(mirror.Problem):
        mirror.write(summit, own)
    assert (own / "SHA256SUMS").read_bytes() == before
    assert [one.name for one in own.parent.iterdir()] == ["summit"]


def test_a_release_in_between_stops_it(own, summit):
    def say(_words):
        acts.release(None, Gathering.objects.get(pk=summit.pk), overlap_reason="")

    before = (own / "SHA256SUMS").read_bytes()
    with pytest.raises(mirror.Problem, match="released anew"):
        mirror.write(summit, own, say=say)
    assert (own / "SHA256SUMS").read_bytes() == before


def test_a_draft_has_no_copy(db, tmp_path):
    draft = make_gathering(state=Gathering.State.DRAFT)
    with pytest.raises(mirror.Problem, match="draft"):
        mirror.write(draft, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_a_gathering_without_a_programme_has_one(db, tmp_path):
    early = make_gathering(slug="early")
    make_placed(early, make_room(early), at(1), f"Not yet {SECRET}")
    mirror.write(early, tmp_path / "early")
    assert SECRET not in "".join(one.read_text() for one in (tmp_path / "early").rglob("*.html"))
    assert (tmp_path / "early/fr/index.html").exists()


def test_what_leads_elsewhere_is_followed_or_its_link_left_out(summit, tmp_path, monkeypatch):
    """A page that answers 404, or leads on, is known only when it is asked for: pages that linked to it
    are made once more."""
    asked = walk._Walk._ask

    def ask(self, address):
        if address.endswith("/people/ada/"):
            return walk.Answer(404, {}, b"")
        if address.endswith("~people/") or "changes" not in address:
            return asked(self, address)
        return walk.Answer(302, {"location": address.replace("changes/", "programme/")}, b"")

    monkeypatch.setattr(walk, "CODES", tuple(CODES))
    monkeypatch.setattr(walk._Walk, "_ask", ask)
    mirror.write(summit, tmp_path / "x")
    test_every_link_leads_to_a_file_and_none_to_the_server(tmp_path / "x")
    with translation.override("en"):
        people = (tmp_path / "x/en/copy-people.html").read_text()
    assert "Ada Lovelace" in people
    assert "people/ada" not in people
