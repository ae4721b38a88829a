"""COSCUP 2023, in Chinese and English: both languages in, both out."""

import json
from dataclasses import replace
from datetime import date

import pytest

from summitry.gatherings import acts, export, formats
from summitry.gatherings.formats import opass
from summitry.gatherings.models import Session
from summitry.gatherings.tests.factories import make_gathering

pytestmark = pytest.mark.django_db
CONTEXT = formats.Context("Asia/Taipei")


@pytest.fixture
def raw(shared_data) -> bytes:
    """The file; where addresses were taken out of it, a letter of an escape went with one."""
    text = (shared_data / "programme/coscup2023/session.json").read_text()
    return text.replace("\\someone@example.org", "\\nsomeone@example.org").encode()


@pytest.fixture
def coscup():
    days = {"starts": date(2023, 7, 29), "ends": date(2023, 7, 30)}
    return make_gathering(slug="coscup-2023", time_zone="Asia/Taipei", **days)


def test_352_sessions_keep_both_languages_and_62_titles_differ(raw, coscup):
    said = {one["id"]: one for one in json.loads(raw)["sessions"]}
    report = acts.import_schedule(None, coscup, raw, allow_overlaps=True)
    assert (report.sessions, len(report.new)) == (352, 352)
    found = {one.external_id: one for one in Session.objects.all()}
    assert {key: (one.title.get("zh-hant"), one.title.get("en")) for key, one in found.items()} == {
        key: (one["zh"]["title"], one["en"]["title"]) for key, one in said.items()
    }
    assert sum(one.title.get("zh-hant") != one.title.get("en") for one in found.values()) == 62
    assert {one.title.source for one in found.values()} == {"zh-hant", "en"}
    assert [one.description.get("zh-hant") for one in found.values()] == [
        said[key]["zh"]["description"] for key in found
    ]


def test_it_comes_out_as_it_went_in_and_again_changes_nothing(raw, coscup):
    acts.import_schedule(None, coscup, raw, allow_overlaps=True)
    again = acts.import_schedule(None, coscup, raw, allow_overlaps=True)
    assert again.changes_nothing
    wanted, found = opass.read(raw, CONTEXT), export.schedule_of(coscup)
    assert {one.id: replace(one, guid="") for one in found.events()} == {
        one.id: one for one in wanted.events()
    }
    assert found.tracks == wanted.tracks
    assert found.persons == wanted.persons
    written = "".join(formats.known("opass").full(export.Programme(coscup, None))).encode()
    assert opass.read(written, CONTEXT) == found
    plain = "".join(formats.known("opass").write(export.Programme(coscup, None))).encode()
    said, told = json.loads(raw), json.loads(plain)
    assert [bare(one) for one in sorted(told["sessions"], key=lambda one: one["id"])] == [
        {"record": None, **bare(one)} for one in sorted(said["sessions"], key=lambda one: one["id"])
    ]


def bare(session):
    """Without its tags, which stand in no list of ours, and without what our own file adds."""
    return {name: one for name, one in session.items() if name not in ("tags", "x-guid")}


@pytest.mark.parametrize("key", ["frab", "schedule-json", "schedule-json-2"])
def test_it_goes_through_every_other_format_without_loss(raw, coscup, key):
    acts.import_schedule(None, coscup, raw, allow_overlaps=True)
    chosen = formats.known(key)
    for write, lost in ((chosen.write, key == "frab"), (chosen.full, False)):
        file = "".join(write(export.Programme(coscup, None))).encode()
        again = acts.import_schedule(None, coscup, file, allow_overlaps=True, dry_run=lost)
        # One title has a control character, which plain XML cannot hold.
        assert [item.fields for item in again.changed] == [("title",)] * lost
        assert lost or again.changes_nothing
    assert chosen.read(file, CONTEXT) == export.schedule_of(coscup)


def test_what_a_session_refers_to_must_be_there(raw, coscup):
    document = json.loads(raw)
    document["sessions"][0]["room"] = "Attic"
    document["sessions"][1]["speakers"] = ["NOBODY"]
    document["sessions"][2]["id"] = document["sessions"][3]["id"]
    with pytest.raises(formats.ScheduleError) as caught:
        opass.read(json.dumps(document).encode(), CONTEXT)
    assert caught.value.messages == [
        "At /sessions/0/room: the room Attic is not among the file’s rooms",
        "At /sessions/1/speakers/0: the person NOBODY is not among the file’s persons",
        f"At /sessions/3: the id {document['sessions'][3]['id']} is used a second time, first in /sessions/2",
    ]


def test_a_file_that_names_no_gathering_needs_one(raw):
    with pytest.raises(formats.ScheduleError) as caught:
        acts.import_schedule(None, None, raw, allow_overlaps=True)
    assert caught.value.messages == ["This file does not say what gathering it is of; choose one"]


def test_days_outside_the_gathering_are_refused(raw, coscup):
    coscup.ends = coscup.starts
    coscup.save()
    with pytest.raises(formats.ScheduleError) as caught:
        acts.import_schedule(None, coscup, raw, allow_overlaps=True)
    assert "is on 2023-07-30, which is not one of the gathering’s days" in caught.value.messages[0]
    assert Session.objects.count() == 0
