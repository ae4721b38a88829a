"""The JSON of pretalx and of Indico: read as published, written, and nothing lost."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings

from summitry.gatherings import acts, export, formats
from summitry.gatherings.formats import frab, indico, pretalx
from summitry.gatherings.models import Session
from summitry.gatherings.tests.schedules import SCHEDULES, carriable, timely
from summitry.gatherings.tests.test_frab_files import FILES, content
from summitry.gatherings.tests.test_voc_json import written

CONTEXT = formats.Context("Asia/Taipei")
READERS = {"schedule.pretalx.json": pretalx.read, "schedule.indico.json": indico.read}
SLOT = {"id": 7, "room": 3, "start": "2027-11-03T09:00:00+08:00", "end": "2027-11-03T09:30:00+08:00"}
JOINED = {
    "event": {
        "name": {"en": "Summit", "zh-hans": "峰会"},
        "slug": "summit-2027",
        "date_from": "2027-11-03",
        "date_to": "2027-11-04",
        "timezone": "Asia/Shanghai",
    },
    "rooms": {"count": 1, "results": [{"id": 3, "name": {"en": "Hall", "zh-hans": "大厅"}, "capacity": 300}]},
    "tracks": {"results": [{"id": 5, "name": {"en": "Main"}, "color": "#112233"}]},
    "submission_types": {"results": [{"id": 2, "name": {"en": "Talk"}}]},
    "slots": {"results": [SLOT]},
    "speakers": {
        "results": [{"code": "ADA111", "name": "Ada", "biography": "Writes.", "submissions": ["AAA111"]}]
    },
    "submissions": {
        "count": 3,
        "next": None,
        "results": [
            {
                "code": "AAA111",
                "title": "Opening",
                "speakers": ["ADA111"],
                "submission_type": 2,
                "track": 5,
                "state": "confirmed",
                "abstract": "Words",
                "content_locale": "en",
                "do_not_record": True,
                "slots": [7],
                "tags": [9],
            },
            {"code": "BBB222", "title": "Withdrawn", "state": "withdrawn", "slots": [7]},
            {"code": "CCC333", "title": "Not placed", "state": "confirmed", "slots": []},
        ],
    },
}
EXPANDED = {
    "count": 1,
    "results": [
        {
            "code": "AAA111",
            "title": {"en": "Opening", "zh-hans": "开幕式"},
            "speakers": [{"code": "ADA111", "name": "Ada", "biography": None}],
            "submission_type": {"id": 2, "name": {"en": "Talk"}},
            "track": {"id": 5, "name": {"en": "Main"}},
            "state": "confirmed",
            "content_locale": "en",
            "slots": [
                {**SLOT, "room": {"id": 3, "name": {"en": "Hall"}}},
                {
                    **SLOT,
                    "start": "2027-11-03T11:00:00+08:00",
                    "end": "2027-11-03T11:30:00+08:00",
                    "room": {"id": 3, "name": {"en": "Hall"}},
                },
            ],
        }
    ],
}
OLDER = {
    "results": [
        {
            "code": "AAA111",
            "title": "Opening",
            "speakers": [{"code": "ADA111", "name": "Ada"}],
            "submission_type": {"en": "Talk"},
            "track": {"en": "Main", "de": "Haupt"},
            "slot": {
                "room": {"en": "Hall"},
                "start": "2027-11-03T09:00:00+08:00",
                "end": "2027-11-03T09:30:00+08:00",
            },
        }
    ]
}


def moment(clock: str) -> dict[str, str]:
    return {"date": "2027-11-03", "time": clock, "tz": "Asia/Shanghai"}


CONTRIBUTION = {
    "_type": "Contribution",
    "id": "12",
    "db_id": 4711,
    "title": "Opening",
    "description": "<p>Words</p>",
    "startDate": moment("09:00:00"),
    "endDate": moment("09:30:00"),
    "duration": 30,
    "room": "Hall",
    "location": "Centre",
    "type": "Talk",
    "track": None,
    "session": "Main",
    "url": "https://indico.example/c/12",
    "speakers": [{"fullName": "Ada Lovelace", "person_id": 9, "id": "33"}],
    "primaryauthors": [{"fullName": "Ada Lovelace", "person_id": 9, "id": "34"}],
    "folders": [
        {"attachments": [{"title": "Slides", "type": "file", "download_url": "https://indico.example/s.pdf"}]}
    ],
}
EVENT = {
    "count": 1,
    "results": [
        {
            "_type": "Conference",
            "id": "137346",
            "title": "Export Test",
            "timezone": "Asia/Shanghai",
            "startDate": moment("08:00:00"),
            "endDate": moment("18:00:00"),
            "room": None,
            "location": "Centre",
            "url": "https://indico.example/event/137346",
            "contributions": [CONTRIBUTION, {**CONTRIBUTION, "db_id": 1, "startDate": None, "endDate": None}],
            "sessions": [
                {
                    "_type": "SessionSlot",
                    "id": 5,
                    "title": "Lunch talk",
                    "session": {"title": "Food", "color": "#EEE0EF"},
                    "startDate": moment("12:00:00"),
                    "endDate": moment("13:00:00"),
                    "room": "Canteen",
                    "contributions": [],
                }
            ],
        }
    ],
}
TIMETABLE = {
    "count": 1,
    "results": {
        "137346": {
            "20271103": {
                "s1": {
                    "entryType": "Session",
                    "title": "Main",
                    "room": "Hall",
                    "startDate": moment("09:00:00"),
                    "endDate": moment("10:00:00"),
                    "entries": {
                        "c12": {
                            "entryType": "Contribution",
                            "contributionId": 12,
                            "id": "c12",
                            "title": "Opening",
                            "startDate": moment("09:00:00"),
                            "endDate": moment("09:30:00"),
                            "presenters": [
                                {"firstName": "Ada", "familyName": "Lovelace", "emailHash": "abc"}
                            ],
                        }
                    },
                },
                "b1": {
                    "entryType": "Break",
                    "id": "b1",
                    "title": "Coffee",
                    "startDate": moment("10:00:00"),
                    "duration": 30,
                },
            }
        }
    },
}


def read(document, reader) -> object:
    return reader(json.dumps(document).encode(), CONTEXT)


def test_the_joined_answers_of_pretalx():
    found = read(JOINED, pretalx.read)
    (event,) = found.events()
    assert (event.id, event.title, event.type, event.track, event.abstract) == (
        "AAA111", "Opening", "Talk", "Main", "Words"
    )  # fmt: skip
    assert (event.begins, event.duration) == (datetime(2027, 11, 3, 1, tzinfo=UTC), timedelta(minutes=30))
    assert (event.do_not_record, [one.name for one in event.persons]) == (True, ["Ada"])
    assert dict(found.conference.texts)["title"].values == {"en": "Summit", "zh-hans": "峰会"}
    assert [(one.id, one.biography) for one in found.persons] == [("ADA111", "Writes.")]
    (room,) = found.days[0].rooms
    assert (room.name, room.capacity, dict(room.texts)["name"].get("zh-hans")) == ("Hall", 300, "大厅")
    assert [day.date for day in found.days] == [date(2027, 11, 3), date(2027, 11, 4)]


def test_one_answer_of_pretalx_with_everything_expanded():
    first, second = read(EXPANDED, pretalx.read).events()
    assert dict(first.texts)["title"].values == {"en": "Opening", "zh-hans": "开幕式"}
    assert (first.id, second.id, second.begins - first.begins) == ("AAA111", "AAA111-2", timedelta(hours=2))


def test_the_older_answer_of_pretalx():
    (event,) = read(OLDER, pretalx.read).events()
    assert (event.track, event.type, [one.id for one in event.persons]) == ("Main", "Talk", ["ADA111"])


def test_an_event_of_indico():
    found = read(EVENT, indico.read)
    first, second = found.events()
    assert (first.id, first.title, first.track, first.type) == ("4711", "Opening", "Main", "Talk")
    assert first.begins == datetime(2027, 11, 3, 1, tzinfo=UTC)
    assert [(one.id, one.name) for one in first.persons] == [("9", "Ada Lovelace")]
    assert [(one.title, one.href) for one in first.links] == [("Slides", "https://indico.example/s.pdf")]
    assert (second.id, second.title, second.track, second.duration) == (
        "s5", "Lunch talk", "Food", timedelta(hours=1)
    )  # fmt: skip
    assert [room.name for room in found.days[0].rooms] == ["Hall", "Canteen"]
    assert (found.conference.acronym, found.conference.title) == ("indico-137346", "Export Test")


def test_the_timetable_of_indico():
    talk, pause = sorted(read(TIMETABLE, indico.read).events(), key=lambda one: one.begins)
    assert (talk.id, talk.track, [one.name for one in talk.persons]) == ("12", "Main", ["Ada Lovelace"])
    assert (pause.title, pause.type, pause.duration) == ("Coffee", "pause", timedelta(minutes=30))


@pytest.mark.django_db
@pytest.mark.parametrize("document", [JOINED, EVENT])
def test_again_changes_nothing_and_a_change_updates(document):
    raw = json.dumps(document).encode()
    report = acts.import_schedule(None, None, raw)
    assert (report.is_new, len(report.new)) == (True, report.sessions)
    assert acts.import_schedule(None, None, raw).changes_nothing
    again = acts.import_schedule(None, None, raw.replace(b'"Opening"', b'"Grand opening"'), dry_run=True)
    assert ([one.fields for one in again.changed], again.new) == ([("title",)], ())
    keys = {"schedule.pretalx.json", "schedule.indico.json"}
    for key in keys:
        for shape in ("write", "full"):
            file = "".join(getattr(formats.by_file(key), shape)(export.Programme(report.gathering, None)))
            third = acts.import_schedule(None, report.gathering, file.encode())
            assert (third.new, third.changed, third.moved, third.cancelled) == ((), (), (), ()), (key, shape)
    assert Session.objects.count() == report.sessions


@pytest.mark.parametrize(
    ("document", "path", "value", "said"),
    [
        (JOINED, ("slots", "results", 0, "room"), 99, "At /slots/results/0/room: the room 99 is not among"),
        (JOINED, ("submissions", "results", 0, "speakers"), ["X"], "/speakers/0: the person X is not among"),
        (JOINED, ("submissions", "results", 0, "title"), "", "At /submissions/results/0: title is missing"),
        (JOINED, ("event", "timezone"), "Mars", "At /event/timezone: “Mars” is not a time zone"),
        (
            JOINED,
            ("slots", "results", 0, "end"),
            "2027-11-03T08:00:00+08:00",
            "/end: it ends before it begins",
        ),
        (
            EVENT,
            ("results", 0, "contributions", 0, "title"),
            "",
            "At /results/0/contributions/0: title is missing",
        ),
        (
            EVENT,
            ("results", 0, "contributions", 0, "startDate"),
            {"date": "x"},
            "/startDate: “xT” is not a possible",
        ),
        (
            EVENT,
            ("results", 0, "sessions", 0, "endDate"),
            moment("11:00:00"),
            "/endDate: it ends before it begins",
        ),
        (EVENT, ("results",), [], "this is no file of the format indico"),
    ],
)
def test_what_is_wrong_is_told_with_its_pointer(document, path, value, said):
    document = json.loads(json.dumps(document))
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    reader = indico.read if document.get("results") is not None else pretalx.read
    with pytest.raises(formats.ScheduleError) as caught:
        read(document, reader)
    assert any(said in one for one in caught.value.messages), caught.value.messages


@pytest.mark.parametrize("file", READERS)
def test_fosdem_is_whole_in_the_full_shape(shared_data, file):
    schedule = frab.read(content(shared_data, list(FILES)[2]))
    raw = written(file, schedule, full=True)
    assert len(formats.recognise(raw).read(raw, CONTEXT).events()) == 1043
    assert READERS[file](raw, CONTEXT) == schedule


@settings(max_examples=15, deadline=None)
@given(SCHEDULES.map(timely).filter(carriable))
@pytest.mark.parametrize("file", READERS)
def test_what_is_written_reads_back_equal(file, schedule):
    schedule = replace(schedule, conference=replace(schedule.conference, time_zone="UTC", day_change=None))
    if schedule.events():
        found = READERS[file](written(file, schedule, full=True), formats.Context("UTC"))
        events = sorted(schedule.events(), key=lambda one: one.guid)
        assert sorted(found.events(), key=lambda one: one.guid) == events
