"""Programmes as CSV and XLSX: what comes out goes in again, and what is wrong is told by row and column."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings

from summitry.gatherings import acts, export, formats
from summitry.gatherings.formats import table
from summitry.gatherings.models import Room, Session
from summitry.gatherings.tests.factories import make_gathering
from summitry.gatherings.tests.schedules import SCHEDULES, carriable, timely
from summitry.gatherings.tests.test_frab_files import FILES, content
from summitry.text.tables import delimited, workbook

CONTEXT = formats.Context("Asia/Shanghai")
HEAD = "id,title,starts,minutes,room\n"
ROW = "1,Opening,2027-11-03 09:00,30,Hall\n"


def as_xlsx(rows) -> bytes:
    kept = io.BytesIO()
    workbook.write(kept, rows)
    return kept.getvalue()


def as_csv(rows) -> bytes:
    return "".join(delimited.lines(rows)).encode()


def fault(words: str) -> list[str]:
    with pytest.raises(formats.ScheduleError) as caught:
        table.read(words.encode(), CONTEXT)
    return caught.value.messages


def test_a_row_is_a_session_in_the_gatherings_own_time():
    words = (
        "id;title;title[zh-hans];starts;ends;room;people;interpreted;mode;do_not_record\n"
        "1;Opening;开幕式;2027-11-03 09:00;2027-11-03 10:30;Hall;"
        '"Ada | 7 | moderator\nBo";ar, fr;hybrid;yes\n'
    )
    (event,) = table.read(words.encode(), CONTEXT).events()
    assert event.begins == datetime(2027, 11, 3, 1, tzinfo=UTC)
    assert event.duration == timedelta(minutes=90)
    assert dict(event.texts)["title"].values == {"en": "Opening", "zh-hans": "开幕式"}
    assert [(one.id, one.name, one.role) for one in event.persons] == [
        ("7", "Ada", "moderator"),
        ("Bo", "Bo", ""),
    ]
    assert (event.interpreted, event.mode, event.do_not_record) == (("ar", "fr"), "hybrid", True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "The file is empty"),
        (
            "id,title,starts,minutes,colour\n1,A,2027-11-03,5,x\n",
            "Row 1, column colour: there is no such column",
        ),
        ("id,title,title,starts,minutes\n", "Row 1, column title: this column comes twice"),
        ("id,title,minutes\n", "Row 1, column starts: this column is missing"),
        ("title,starts,minutes\n", "Row 1, column id: this column is missing"),
        (HEAD + "1,,2027-11-03 09:00,30,Hall\n", "Row 2, column title: title is missing or empty"),
        (HEAD + ROW + ROW, "Row 3, column id: the id 1 is used a second time, first in row 2"),
        (HEAD + "1,A,noon,30,Hall\n", "Row 2, column starts: “noon” is not a possible date"),
        (
            HEAD + "1,A,2027-11-03 09:00,long,Hall\n",
            "Row 2, column minutes: “long” is not a length in minutes",
        ),
        (
            "id,title,starts,ends\n1,A,2027-11-03 09:00,2027-11-03 08:00\n",
            "Row 2, column ends: it ends before it begins",
        ),
        (
            "id,title,starts,minutes,people\n1,A,2027-11-03 09:00,5,Ada | 7 | queen\n",
            "Row 2, column people: “queen” is no part in a session; there are speaker, moderator, rapporteur",
        ),
        (
            "id,title,starts,minutes,mode\n1,A,2027-11-03 09:00,5,here\n",
            "Row 2, column mode: “here” is not where one takes part; there are hybrid, onsite, remote",
        ),
        (
            "id,title,starts,minutes,x-summitry\n1,A,2027-11-03 09:00,5,[]\n",
            "Row 2, column x-summitry: what our own export added here cannot be read",
        ),
        (HEAD, "Sessions is missing or empty"),
    ],
)
def test_what_is_wrong_is_told_with_row_and_column(words, said):
    assert any(one.startswith(said) for one in fault(words)), fault(words)


def test_a_workbook_that_is_none_is_refused():
    with pytest.raises(formats.ScheduleError):
        table.read(b"PK\x03\x04 nothing", CONTEXT)


@settings(max_examples=40, deadline=None)
@given(SCHEDULES.map(timely).filter(carriable))
@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_every_field_of_a_session_reads_back_equal(write, schedule):
    schedule = replace(schedule, conference=replace(schedule.conference, time_zone="UTC", day_change=None))
    if not schedule.events():
        return
    found = table.read(write(table.rows(schedule, full=True)), formats.Context("UTC"))
    assert {one.guid: one for one in found.events()} == {one.guid: one for one in schedule.events()}


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["csv", "xlsx"])
def test_fosdem_out_and_in_again_is_the_same(shared_data, key):
    gathering = acts.import_schedule(None, None, content(shared_data, list(FILES)[2])).gathering
    before = export.schedule_of(gathering)
    for write in (formats.known(key).write, formats.known(key).full):
        made = write(export.Programme(gathering, None))
        file = made if isinstance(made, bytes) else "".join(made).encode()
        assert formats.recognise(file).key == key
        report = acts.import_schedule(None, gathering, file)
        assert (report.sessions, report.changed, report.changes_nothing) == (1043, (), True)
    assert export.schedule_of(gathering) == before


@pytest.mark.django_db
def test_only_the_columns_that_are_there_are_changed():
    gathering = make_gathering(time_zone="Asia/Shanghai")
    first = "id,title,abstract,starts,minutes,room,track\n1,Opening,Words,2027-11-03 09:00,30,Hall,Main\n"
    assert len(acts.import_schedule(None, gathering, first.encode()).new) == 1
    assert acts.import_schedule(None, gathering, first.encode()).changes_nothing
    second = "id,title,starts,minutes,room\n1,Grand opening,2027-11-03 10:00,30,Attic\n"
    report = acts.import_schedule(None, gathering, second.encode())
    assert ([one.fields for one in report.changed], len(report.moved), report.new_rooms) == (
        [("title",)],
        1,
        1,
    )
    session = Session.objects.get()
    assert (session.abstract.get("en"), session.track.name.get("en")) == ("Words", "Main")
    assert Room.objects.count() == 2


@pytest.mark.django_db
def test_a_day_that_is_none_of_the_gatherings_is_refused_with_its_row():
    gathering = make_gathering(time_zone="Asia/Shanghai")
    with pytest.raises(formats.ScheduleError) as caught:
        acts.import_schedule(None, gathering, (HEAD + ROW.replace("2027", "2026")).encode())
    assert caught.value.messages == [
        "Row 2: “Opening” is on 2026-11-03, which is not one of the gathering’s days"
    ]
    assert Session.objects.count() == 0
