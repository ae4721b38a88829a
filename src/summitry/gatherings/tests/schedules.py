"""Schedules as Hypothesis draws them, for every format that is to give back what it was given."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone

from hypothesis import strategies as st

from summitry.gatherings.formats import data
from summitry.text.value import Text

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
    st.builds(data.Element, NAME.map("x-{}".format), st.just(()), st.tuples(SOME) | st.just(())),
    lambda inner: st.builds(
        data.Element,
        NAME.map("x-{}".format),
        st.dictionaries(NAME, LINE, max_size=2).map(lambda found: tuple(found.items())),
        st.lists(inner, min_size=1, max_size=2).map(tuple),
    ),
    max_leaves=4,
)
EXTRA = st.builds(
    data.Extra,
    st.dictionaries(NAME.map("x-{}".format), LINE, max_size=2).map(lambda found: tuple(found.items())),
    st.lists(ELEMENTS, max_size=2).map(tuple),
)
CODES = st.sampled_from(["en", "fr", "ar", "zh-hans", "zh-hant"])
ROLES = st.sampled_from(["", "moderator", "host"])
PERSONS = st.builds(
    data.PersonRef, st.integers(1, 10**6).map(str), LINE, st.just("") | KEYS, ROLES, extra=EXTRA
)
KINDS = st.sampled_from(["", "stream", "slides"])
LINKS = st.builds(data.Link, LINE, LINE, LINE, LINE, KINDS, st.just("") | CODES, extra=EXTRA)


def listed(strategy: st.SearchStrategy, most: int = 3) -> st.SearchStrategy:
    return st.lists(strategy, max_size=most).map(tuple)


def texts(*fields: str) -> st.SearchStrategy:
    """Words of some fields in several languages."""
    words = st.dictionaries(CODES, SOME, min_size=1, max_size=3).map(Text.from_values)
    return st.dictionaries(st.sampled_from(fields), words, max_size=2).map(lambda found: tuple(found.items()))


EVENTS = st.builds(
    data.Event,
    interpreted=listed(CODES),
    captions=listed(CODES),
    mode=st.sampled_from(["", "remote", "hybrid"]),
    texts=texts("title", "abstract"),
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
ROOMS = st.builds(
    data.Room,
    SOME,
    st.just("") | NAME,
    st.just("") | KEYS,
    capacity=st.none() | st.integers(0, 999),
    events=listed(EVENTS),
    extra=EXTRA,
)
DAYS = st.builds(
    data.Day,
    st.integers(0, 9999),
    st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    st.none() | MOMENTS,
    st.none() | MOMENTS,
    listed(ROOMS),
    EXTRA,
)
CONFERENCES = st.builds(
    data.Conference,
    title=SOME,
    texts=texts("title", "summary"),
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
    data.Schedule,
    conference=CONFERENCES,
    version=LINE,
    url=LINE,
    generator=st.dictionaries(NAME, LINE, max_size=2).map(lambda found: tuple(found.items())),
    tracks=listed(
        st.builds(
            data.Track,
            SOME,
            st.just("") | NAME,
            st.just("") | NAME,
            extra=EXTRA.map(lambda one: data.Extra(one.attrs)),
        )
    ),
    persons=st.lists(
        st.builds(data.Person, st.integers(1, 10**6).map(str), LINE, LINE, SHOWN, extra=EXTRA),
        max_size=2,
        unique_by=lambda one: one.id,
    ).map(tuple),
    days=st.lists(DAYS, min_size=1, max_size=2, unique_by=lambda one: one.index).map(tuple),
    extra=EXTRA,
)


def distinct(found: data.Schedule) -> bool:
    events = found.events()
    return len({one.id for one in events}) == len({one.guid for one in events}) == len(events)


def timely(found: data.Schedule) -> data.Schedule:
    """The same with each session on the day that it is listed under, with days from midnight to midnight."""
    days = []
    for day in found.days:
        first = datetime.combine(day.date, time(0), UTC)
        rooms = []
        for room in day.rooms:
            moved = [
                replace(one, begins=datetime.combine(day.date, one.begins.time(), UTC)) for one in room.events
            ]
            rooms.append(replace(room, events=tuple(sorted(moved, key=lambda one: one.begins))))
        last = first + timedelta(days=1, minutes=-1)
        days.append(replace(day, starts=first, ends=last, rooms=tuple(rooms)))
    return replace(found, days=tuple(days))


def carriable(found: data.Schedule) -> bool:
    """What the database can hold too: one day of a date, one room of a name on it, events by time."""
    dates = [day.date for day in found.days]
    return (
        distinct(found)
        and len(set(dates)) == len(dates)
        and all(len({room.name for room in day.rooms}) == len(day.rooms) for day in found.days)
        and all(
            list(room.events) == sorted(room.events, key=lambda event: event.begins)
            for day in found.days
            for room in day.rooms
        )
    )
