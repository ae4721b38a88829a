"""The real schedules of three FOSDEM copies, in and out, field by field."""

from dataclasses import fields
from pathlib import Path

import pytest

from summitry.gatherings import acts, export
from summitry.gatherings.formats import data, frab
from summitry.gatherings.models import Gathering, Link, Session, SessionPerson, Slot
from summitry.people.models import Person
from summitry.record.models import Entry

pytestmark = pytest.mark.django_db
FILES = {
    "fosdem-2024.xml": 874,
    "fosdem-2026.as-of-2025-12-21.xml": 828,
    "fosdem-2026.as-of-2026-01-25.xml": 1043,
}
DECEMBER, JANUARY = list(FILES)[1:]


def content(shared_data: Path, name: str) -> bytes:
    return (shared_data / "programme/fosdem" / name).read_bytes()


def by_id(schedule: data.Schedule) -> dict[str, data.Event]:
    return {event.id: event for event in schedule.events()}


@pytest.mark.parametrize(("name", "count"), FILES.items())
def test_nothing_of_a_file_is_lost(shared_data, name, count):
    source = content(shared_data, name)
    wanted = frab.read(source)
    report = acts.import_schedule(None, None, source)
    assert (report.sessions, len(report.new)) == (count, count)
    found = export.schedule_of(report.gathering)
    told, have = by_id(wanted), by_id(found)
    assert list(have) == list(told)
    for field in fields(data.Event):
        if field.compare:
            for key, event in told.items():
                assert getattr(have[key], field.name) == getattr(event, field.name), (key, field.name)
    for field in (one for one in fields(data.Schedule) if one.compare):
        assert getattr(found, field.name) == getattr(wanted, field.name), field.name
    assert frab.read("".join(frab.write(found)).encode()) == wanted


@pytest.mark.parametrize("name", FILES)
def test_the_strict_export_keeps_to_the_published_schema_and_loses_no_session(shared_data, name):
    from lxml import etree

    report = acts.import_schedule(None, None, content(shared_data, name))
    text = "".join(frab.write(export.schedule_of(report.gathering), strict=True)).encode()
    schema = etree.XMLSchema(etree.parse(shared_data / "programme/voc_schedule_format/xsd/schedule.xml.xsd"))
    schema.validate(etree.fromstring(text).getroottree())
    assert [str(one) for one in schema.error_log] == []
    wanted, found = by_id(frab.read(content(shared_data, name))), by_id(frab.read(text))
    kept = (
        "guid",
        "begins",
        "duration",
        "title",
        "track",
        "persons",
        "links",
        "attachments",
        "abstract",
        "url",
    )
    assert {key: [getattr(one, field) for field in kept] for key, one in found.items()} == {
        key: [getattr(one, field) for field in kept] for key, one in wanted.items()
    }
    rooms = [[room.name for room in day.rooms] for day in frab.read(text).days]
    assert rooms == [[room.name for room in day.rooms] for day in frab.read(content(shared_data, name)).days]


def test_the_same_file_again_changes_nothing(shared_data):
    source = content(shared_data, DECEMBER)
    gathering = acts.import_schedule(None, None, source).gathering
    before = list(Session.objects.order_by("pk").values())
    counts = [model.objects.count() for model in (Person, Link, SessionPerson, Slot)]
    report = acts.import_schedule(None, None, source)
    assert report.changes_nothing
    assert report.unchanged == 828
    assert report.gathering == gathering
    assert list(Session.objects.order_by("pk").values()) == before
    assert [model.objects.count() for model in (Person, Link, SessionPerson, Slot)] == counts


def test_the_january_copy_over_the_december_one_updates_instead_of_doubling(shared_data):
    december, january = (frab.read(content(shared_data, name)) for name in (DECEMBER, JANUARY))
    old, now = by_id(december), by_id(january)
    places = {
        name: {event.id: room.name for day in one.days for room in day.rooms for event in room.events}
        for name, one in (("old", december), ("now", january))
    }
    both = old.keys() & now.keys()
    moved = {
        key
        for key in both
        if (old[key].begins, old[key].duration, places["old"][key])
        != (now[key].begins, now[key].duration, places["now"][key])
    }
    retitled = {key for key in both if old[key].title != now[key].title}
    assert (len(now.keys() - old.keys()), len(old.keys() - now.keys()), len(moved), len(retitled)) == (
        226,
        11,
        58,
        14,
    )

    gathering = acts.import_schedule(None, None, content(shared_data, DECEMBER)).gathering
    pks = dict(Session.objects.values_list("external_id", "pk"))
    dry = acts.import_schedule(None, None, content(shared_data, JANUARY), dry_run=True)
    assert Session.objects.count() == 828
    report = acts.import_schedule(None, None, content(shared_data, JANUARY))
    for one in (dry, report):
        assert {item.external_id for item in one.new} == now.keys() - old.keys()
        assert {item.external_id for item in one.cancelled} == old.keys() - now.keys()
        assert {item.external_id for item in one.moved} == moved
        assert {item.external_id for item in one.retitled} == retitled
        assert one.restored == ()
    assert report.gathering == gathering
    assert Gathering.objects.count() == 1
    assert Session.objects.count() == 828 + 226
    after = dict(Session.objects.values_list("external_id", "pk"))
    assert {key: after[key] for key in old} == pks
    assert set(
        Session.objects.filter(state=Session.State.CANCELLED).values_list("external_id", flat=True)
    ) == (old.keys() - now.keys())
    assert Slot.objects.filter(session__state=Session.State.CANCELLED).count() == 0
    found = export.schedule_of(gathering)
    assert by_id(found) == now
    assert found.persons == january.persons
    assert acts.import_schedule(None, None, content(shared_data, JANUARY)).changes_nothing


def test_and_back_again_restores_what_was_cancelled(shared_data):
    for name in (DECEMBER, JANUARY):
        acts.import_schedule(None, None, content(shared_data, name))
    report = acts.import_schedule(None, None, content(shared_data, DECEMBER))
    assert (len(report.restored), len(report.cancelled), report.new) == (11, 226, ())
    assert by_id(export.schedule_of(report.gathering)) == by_id(frab.read(content(shared_data, DECEMBER)))


def test_speakers_of_two_editions_are_one_person(shared_data):
    first = acts.import_schedule(None, None, content(shared_data, "fosdem-2024.xml"))
    second = acts.import_schedule(None, None, content(shared_data, JANUARY))
    assert (first.new_persons, second.new_persons) == (948, 1144 - 197)
    assert Person.objects.filter(external_id="fosdem.org:2").count() == 1


def test_an_import_enters_nothing_in_the_record_before_a_release(shared_data):
    report = acts.import_schedule(None, None, content(shared_data, DECEMBER))
    assert Entry.objects.count() == 0
    assert acts.release(None, report.gathering).sessions == 828
    assert Entry.objects.count() == 1
