"""Reading schedule files: what is refused names its line; what is taken is taken whole."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summitry.gatherings import formats
from summitry.gatherings.formats import data, frab
from summitry.gatherings.tests.schedules import SCHEDULES, distinct
from summitry.gatherings.tests.xml import event, guid, schedule


def faults(source: bytes) -> list[tuple[int, str, str]]:
    """(line, element, code) of every problem of a file."""
    with pytest.raises(formats.ScheduleError) as caught:
        frab.read(source)
    return [(one.line, one.element, one.code) for one in caught.value.problems]


def words(data: bytes) -> list[str]:
    with pytest.raises(formats.ScheduleError) as caught:
        frab.read(data)
    return caught.value.messages


BOMB = '<!DOCTYPE lolz [<!ENTITY lol "lol">\n<!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>\n'  # line 2 and 3


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", [(0, "", "empty")]),
        (b"  \n ", [(0, "", "empty")]),
        (b"just words", [(1, "", "not-xml")]),
        (b"<html><body/></html>", [(1, "", "root")]),
        (b"<schedule><day/></schedule>", [(1, "schedule", "no-conference")]),
        (schedule(event(), head=BOMB), [(2, "", "entities")]),
        (
            schedule(event(), head='<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'),
            [(2, "", "entities")],
        ),
        (
            schedule(event(), head='<!DOCTYPE schedule SYSTEM "http://x.example/s.dtd">\n'),
            [(2, "", "external")],
        ),
        (schedule(event()).partition(b"<duration>")[0], [(16, "event", "truncated")]),
        (schedule(event(title="Caf\u00e9")).decode().encode("latin-1"), [(17, "", "encoding")]),
        (
            schedule(event()).replace(b'encoding="UTF-8"', b'encoding="klingon"'),
            [(1, "", "unknown-encoding")],
        ),
        (schedule(event(title="a & b")), [(17, "", "not-xml")]),
        (schedule(event(title="")), [(13, "event", "missing")]),
        (schedule(event(id="", guid="")), [(13, "event", "missing-id")]),
        (schedule([event(), event(guid=guid(2))]), [(23, "event", "doubled-id")]),
        (schedule([event(), event(id="2")]), [(23, "event", "doubled-guid")]),
        (schedule(event(guid="not-a-guid")), [(13, "event", "bad-guid")]),
        (schedule(event(date="2027-02-30T09:00:00+01:00")), [(14, "date", "bad-date")]),
        (schedule(event(date="0001-01-01T00:00:00+00:00")), [(14, "date", "bad-date")]),
        (schedule(event(date="9999-12-31T23:59:00+00:00")), [(14, "date", "bad-date")]),
        (schedule(event(duration="-00:30")), [(16, "duration", "bad-duration")]),
        (schedule(event(duration="soon")), [(16, "duration", "bad-duration")]),
        (schedule(event(duration="")), [(13, "event", "missing")]),
        (
            schedule(event(), conference="<end>x</end><day_change>25:00</day_change>\n"),
            [(10, "day_change", "bad-time")],
        ),
        (schedule(event(), room=""), [(12, "room", "missing")]),
        (schedule(event(title="x" * 501)), [(17, "title", "too-long")]),
        (
            schedule(event(more="<persons><person>Somebody</person></persons>")),
            [(22, "person", "missing-person-id")],
        ),
        (schedule(event()).replace(b"Asia/Shanghai", b"Atlantis/Deep"), [(9, "time_zone_name", "bad-zone")]),
        (
            schedule(event()).replace(b"<end>2027-11-04", b"<end>2027-11-01"),
            [(4, "conference", "backwards")],
        ),
        (b"<schedule>" + b"<a>" * 60 + b"</a>" * 60 + b"</schedule>", [(1, "", "too-deep")]),
    ],
)
def test_a_bad_file_is_refused_naming_the_line(data, expected):
    assert faults(data) == expected


def test_words_name_line_and_element():
    assert words(schedule(event(date="2027-02-30T09:00:00+01:00"))) == [
        "Line 14, <date>: “2027-02-30T09:00:00+01:00” is not a possible date"
    ]
    assert words(schedule([event(), event(guid=guid(2))])) == [
        "Line 23, <event>: the id 1 is used a second time, first in line 13"
    ]


def test_all_problems_are_told_at_once_in_the_order_of_lines():
    found = faults(
        schedule([event(date="x"), event(id="2", guid=guid(2), duration="y"), event(id="2", guid=guid(3))])
    )
    assert found == [(14, "date", "bad-date"), (26, "duration", "bad-duration"), (33, "event", "doubled-id")]


def test_an_entity_is_never_expanded_nor_a_file_read():
    head = '<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n'
    text = words(schedule(event(title="&x;"), head=head))
    assert text == [
        "Line 2: it declares an entity (x); such files are refused, because entities can hide bombs"
    ]


def test_too_many_elements_are_refused(monkeypatch):
    monkeypatch.setattr("summitry.gatherings.formats.frab.xml.MOST_ELEMENTS", 10)
    assert faults(schedule(event())) == [(13, "", "too-many")]


def test_overlaps_in_a_room_name_both_sessions_and_lines():
    second = event(id="2", guid=guid(2), title="Second", date="2027-11-03T09:29:00+08:00")
    touching = event(id="3", guid=guid(3), title="Third", date="2027-11-03T09:59:00+08:00")
    found = formats.overlaps(frab.read(schedule([event(), second, touching])))
    assert [str(one) for one in found] == [
        "Line 23, <event>: “Second” begins in Hall at 2027-11-03 09:29, "
        "while “Opening” (line 13) is still there"
    ]


def test_older_files_without_offsets_are_read_in_the_conference_zone():
    data = schedule(event()).replace(b"<date>2027-11-03T09:00:00+08:00</date>\n", b"")
    assert frab.read(data).events()[0].begins == datetime(2027, 11, 3, 1, tzinfo=UTC)


def test_a_start_before_the_day_change_is_of_the_next_morning():
    data = schedule(event(), conference="<day_change>04:00</day_change>\n")
    data = data.replace(b"<date>2027-11-03T09:00:00+08:00</date>\n", b"").replace(
        b"<start>09:00", b"<start>01:30"
    )
    assert frab.read(data).events()[0].begins == datetime(2027, 11, 3, 17, 30, tzinfo=UTC)


def test_without_offset_and_zone_a_time_means_nothing():
    data = schedule(event(date="2027-11-03T09:00:00")).replace(
        b"<time_zone_name>Asia/Shanghai</time_zone_name>\n", b""
    )
    assert faults(data) == [(13, "date", "no-zone")]


def test_what_has_no_name_here_is_kept():
    source = schedule(
        event(more='<mood level="3">calm <b>and</b> bright</mood>'), conference="<motto>Open</motto>\n"
    )
    found = frab.read(source)
    assert found.conference.extra == data.Extra((), (data.Element("motto", (), ("Open",)),))
    mood = data.Element("mood", (("level", "3"),), ("calm ", data.Element("b", (), ("and",)), " bright"))
    assert found.events()[0].extra == data.Extra((), (mood,))
    assert frab.read("".join(frab.write(found)).encode()) == found


def test_other_encodings_are_read():
    plain = schedule(event(title="Café"))
    for name in ("utf-16", "iso-8859-1"):
        data = plain.decode().replace('encoding="UTF-8"', f'encoding="{name}"').encode(name)
        assert frab.read(data).events()[0].title == "Café"


# -- what is written reads back equal ---------------------------------------------------------------
@settings(max_examples=60, deadline=None)
@given(SCHEDULES.filter(distinct))
def test_what_is_written_reads_back_equal(found):
    assert frab.read("".join(frab.write(found)).encode()) == found


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: b"<schedule>" + text.encode() + b"</schedule>")
)
def test_no_bytes_do_more_than_be_refused(data):
    with pytest.raises(formats.ScheduleError):
        frab.read(data)


def test_times_are_kept_to_the_second():
    assert data.Event(
        "1", guid(1), datetime(2027, 1, 1, tzinfo=UTC), timedelta(minutes=5), "x"
    ).ends == datetime(2027, 1, 1, 0, 5, tzinfo=UTC)
    assert (
        time(9)
        == frab.read(schedule(event(), conference="<day_change>09:00</day_change>\n")).conference.day_change
    )
