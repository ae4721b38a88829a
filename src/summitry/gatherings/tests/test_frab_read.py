"""Reading schedule files: what is refused names its line; what is taken is taken whole."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summitry.gatherings import frab
from summitry.gatherings.tests.xml import event, guid, schedule


def faults(data: bytes) -> list[tuple[int, str, str]]:
    """(line, element, code) of every problem of a file."""
    with pytest.raises(frab.FrabError) as caught:
        frab.read(data)
    return [(one.line, one.element, one.code) for one in caught.value.problems]


def words(data: bytes) -> list[str]:
    with pytest.raises(frab.FrabError) as caught:
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
    monkeypatch.setattr("summitry.gatherings.frab.xml.MOST_ELEMENTS", 10)
    assert faults(schedule(event())) == [(13, "", "too-many")]


def test_overlaps_in_a_room_name_both_sessions_and_lines():
    second = event(id="2", guid=guid(2), title="Second", date="2027-11-03T09:29:00+08:00")
    touching = event(id="3", guid=guid(3), title="Third", date="2027-11-03T09:59:00+08:00")
    found = frab.overlaps(frab.read(schedule([event(), second, touching])))
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
    data = schedule(
        event(more='<mood level="3">calm <b>and</b> bright</mood>'), conference="<motto>Open</motto>\n"
    )
    found = frab.read(data)
    assert found.conference.extra == frab.Extra((), (frab.Element("motto", (), ("Open",)),))
    mood = frab.Element("mood", (("level", "3"),), ("calm ", frab.Element("b", (), ("and",)), " bright"))
    assert found.events()[0].extra == frab.Extra((), (mood,))
    assert frab.read("".join(frab.write(found)).encode()) == found


def test_other_encodings_are_read():
    plain = schedule(event(title="Café"))
    for name in ("utf-16", "iso-8859-1"):
        data = plain.decode().replace('encoding="UTF-8"', f'encoding="{name}"').encode(name)
        assert frab.read(data).events()[0].title == "Café"


# -- what is written reads back equal ---------------------------------------------------------------
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
TEXT = st.text(LETTERS | st.sampled_from("\n\t\r<>&\"']"), max_size=40)
LINE = st.text(LETTERS, max_size=20).map(str.strip)
SOME = st.text(LETTERS | st.sampled_from("<&\"'"), min_size=1, max_size=20).map(str.strip).filter(bool)
SHOWN = TEXT.map(lambda text: text if text.strip() else "")
NAME = st.from_regex(r"[a-z][a-z0-9_-]{0,10}", fullmatch=True)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30), timezones=OFFSETS).map(
    lambda moment: moment.replace(microsecond=0)
)
LENGTHS = st.integers(0, 99 * 3600).map(lambda seconds: timedelta(seconds=seconds))
KEYS = st.uuids().map(str)
ELEMENTS = st.recursive(
    st.builds(frab.Element, NAME.map("x-{}".format), st.just(()), st.tuples(SOME) | st.just(())),
    lambda inner: st.builds(
        frab.Element,
        NAME.map("x-{}".format),
        st.dictionaries(NAME, LINE, max_size=2).map(lambda found: tuple(found.items())),
        st.lists(inner, min_size=1, max_size=2).map(tuple),
    ),
    max_leaves=4,
)
EXTRA = st.builds(
    frab.Extra,
    st.dictionaries(NAME.map("x-{}".format), LINE, max_size=2).map(lambda found: tuple(found.items())),
    st.lists(ELEMENTS, max_size=2).map(tuple),
)
PERSONS = st.builds(frab.PersonRef, st.integers(1, 10**6).map(str), LINE, st.just("") | KEYS, EXTRA)
LINKS = st.builds(frab.Link, LINE, LINE, LINE, LINE, EXTRA)


def listed(strategy: st.SearchStrategy, most: int = 3) -> st.SearchStrategy:
    return st.lists(strategy, max_size=most).map(tuple)


EVENTS = st.builds(
    frab.Event,
    id=st.integers(1, 10**9).map(str),
    guid=KEYS,
    begins=MOMENTS,
    duration=LENGTHS,
    title=SHOWN.filter(bool),
    code=NAME,
    slug=NAME,
    url=LINE,
    subtitle=SHOWN,
    track=SHOWN,
    track_slug=st.just("") | NAME,
    type=LINE,
    language=NAME,
    abstract=SHOWN,
    description=SHOWN,
    feedback_url=LINE,
    origin_url=LINE,
    logo=LINE,
    license=LINE,
    do_not_record=st.booleans(),
    recording_url=LINE,
    recording_link=LINE,
    video_download_url=LINE,
    persons=listed(PERSONS),
    links=listed(LINKS),
    attachments=listed(LINKS),
    extra=EXTRA,
)
ROOMS = st.builds(frab.Room, SOME, st.just("") | NAME, st.just("") | KEYS, listed(EVENTS), EXTRA)
DAYS = st.builds(
    frab.Day,
    st.integers(0, 9999),
    st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    st.none() | MOMENTS,
    st.none() | MOMENTS,
    listed(ROOMS),
    EXTRA,
)
CONFERENCES = st.builds(
    frab.Conference,
    title=SOME,
    acronym=LINE,
    subtitle=LINE,
    venue=LINE,
    city=LINE,
    start=st.none() | st.dates(date(1900, 1, 1), date(1999, 12, 31)),
    end=st.none() | st.dates(date(2000, 1, 1), date(2199, 12, 31)),
    days=st.none() | st.integers(0, 99),
    day_change=st.none() | st.times().map(lambda moment: moment.replace(microsecond=0)),
    timeslot=st.none() | LENGTHS,
    base_url=LINE,
    url=LINE,
    logo=LINE,
    time_zone=st.sampled_from(["", "UTC", "Asia/Shanghai"]),
    extra=EXTRA,
)
SCHEDULES = st.builds(
    frab.Schedule,
    conference=CONFERENCES,
    version=LINE,
    url=LINE,
    generator=st.dictionaries(NAME, LINE, max_size=2).map(lambda found: tuple(found.items())),
    tracks=listed(
        st.builds(
            frab.Track,
            SOME,
            st.just("") | NAME,
            st.just("") | NAME,
            EXTRA.map(lambda one: frab.Extra(one.attrs)),
        )
    ),
    persons=st.lists(
        st.builds(frab.Person, st.integers(1, 10**6).map(str), LINE, LINE, SHOWN, EXTRA),
        max_size=2,
        unique_by=lambda one: one.id,
    ).map(tuple),
    days=st.lists(DAYS, min_size=1, max_size=2, unique_by=lambda one: one.index).map(tuple),
    extra=EXTRA,
)


def distinct(found: frab.Schedule) -> bool:
    events = found.events()
    return len({one.id for one in events}) == len({one.guid for one in events}) == len(events)


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
    with pytest.raises(frab.FrabError):
        frab.read(data)


def test_times_are_kept_to_the_second():
    assert frab.Event(
        "1", guid(1), datetime(2027, 1, 1, tzinfo=UTC), timedelta(minutes=5), "x"
    ).ends == datetime(2027, 1, 1, 0, 5, tzinfo=UTC)
    assert (
        time(9)
        == frab.read(schedule(event(), conference="<day_change>09:00</day_change>\n")).conference.day_change
    )
