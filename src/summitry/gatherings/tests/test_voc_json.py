"""Schedule JSON of both versions of the c3voc schema: read, written, valid, and nothing lost."""

import copy
import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summitry.gatherings import acts, export, formats
from summitry.gatherings.formats import data, frab
from summitry.gatherings.formats.voc import common, one, two
from summitry.gatherings.tests.schedules import SCHEDULES, carriable, timely
from summitry.gatherings.tests.test_frab_files import FILES, content

FOLDER = "programme/voc_schedule_format/json"
CONTEXT = formats.Context()
VERSIONS = {"schedule.json": (one, "schema.json"), "schedule.v2.json": (two, "schema2.json")}
EXAMPLES = {
    "pretalx-democon": (one, 36),
    "pretalx-rc3": (one, 48),
    "frab-camp2019": (one, 79),
    "hub-schedule2": (two, 2),
}


def validator(shared_data, name: str) -> jsonschema.Draft6Validator:
    schema = json.loads((shared_data / FOLDER / name).read_text())
    return jsonschema.Draft6Validator(schema)


def example(shared_data, name: str) -> Any:
    return json.loads((shared_data / FOLDER / "examples" / f"{name}.json").read_text())


def written(file: str, schedule: data.Schedule, *, full: bool) -> bytes:
    programme = export.Programme.__new__(export.Programme)
    programme.__dict__["schedule"] = schedule
    chosen = formats.by_file(file)
    return "".join((chosen.full if full else chosen.write)(programme)).encode()


def fault(document: Any, version=one) -> list[str]:
    with pytest.raises(formats.ScheduleError) as caught:
        version.read(json.dumps(document).encode(), CONTEXT)
    return caught.value.messages


@pytest.mark.parametrize(("name", "what"), EXAMPLES.items())
def test_the_published_examples_are_read(shared_data, name, what):
    version, count = what
    raw = (shared_data / FOLDER / "examples" / f"{name}.json").read_bytes()
    assert len(version.read(raw, CONTEXT).events()) == count
    assert formats.recognise(raw).read is version.read


def test_the_bad_example_fails_by_its_schema_and_here(shared_data):
    bad = example(shared_data, "invalid-example")
    assert not validator(shared_data, "schema.json").is_valid(bad)
    at = "At /schedule/conference/days/0/rooms/Winterchaos/0"
    assert fault(bad) == [
        f"{at}/id: “2814” is not a whole number",
        f"{at}/persons/0/id: “dsadf” is not a whole number",
    ]


@pytest.mark.parametrize("file", VERSIONS)
@pytest.mark.parametrize("name", FILES)
def test_fosdem_is_valid_by_the_schema_and_whole_in_the_full_shape(shared_data, name, file):
    version, schema = VERSIONS[file]
    schedule = frab.read(content(shared_data, name))
    plain = written(file, schedule, full=False)
    assert [str(e.message) for e in validator(shared_data, schema).iter_errors(json.loads(plain))] == []
    kept = version.read(plain, CONTEXT)
    assert [event.guid for event in in_time(kept)] == [event.guid for event in in_time(schedule)]
    whole = written(file, schedule, full=True)
    assert [str(e.message) for e in validator(shared_data, schema).iter_errors(json.loads(whole))] == []
    assert version.read(whole, CONTEXT) == schedule


def in_time(schedule: data.Schedule) -> list[data.Event]:
    return sorted(schedule.events(), key=lambda event: (event.begins, event.guid))


@settings(max_examples=60, deadline=None)
@given(SCHEDULES.map(timely).filter(carriable))
@pytest.mark.parametrize("file", VERSIONS)
def test_what_is_written_reads_back_equal(file, schedule):
    version, _schema = VERSIONS[file]
    assert version.read(written(file, schedule, full=True), CONTEXT) == schedule


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "what"), EXAMPLES.items())
def test_an_example_comes_out_of_the_database_as_it_went_in(shared_data, name, what):
    version, count = what
    raw = (shared_data / FOLDER / "examples" / f"{name}.json").read_bytes()
    report = acts.import_schedule(None, None, raw, allow_overlaps=True)
    assert (report.sessions, len(report.new)) == (count, count)
    wanted, found = version.read(raw, CONTEXT), export.schedule_of(report.gathering)
    assert {e.guid: e for e in found.events()} == {e.guid: with_id(e, found) for e in wanted.events()}
    assert acts.import_schedule(None, None, raw, allow_overlaps=True).changes_nothing


def with_id(event: data.Event, found: data.Schedule) -> data.Event:
    """A session of a file without ids has our number in the export."""
    return (
        event if event.id else replace(event, id=next(e.id for e in found.events() if e.guid == event.guid))
    )


@pytest.mark.django_db
@pytest.mark.parametrize("file", VERSIONS)
def test_our_own_file_over_what_is_here_changes_nothing(shared_data, file):
    gathering = acts.import_schedule(None, None, content(shared_data, list(FILES)[1])).gathering
    programme = export.Programme(gathering, None)
    chosen = formats.by_file(file)
    for write in (chosen.write, chosen.full):
        again = acts.import_schedule(None, gathering, "".join(write(programme)).encode())
        assert (again.new, again.changed, again.moved, again.cancelled, again.new_persons) == ((),) * 4 + (0,)


GOOD = {
    "schedule": {
        "version": "1",
        "conference": {
            "acronym": "summit",
            "title": "Summit",
            "start": "2027-11-03",
            "end": "2027-11-03",
            "time_zone_name": "Asia/Shanghai",
            "days": [
                {
                    "index": 1,
                    "date": "2027-11-03",
                    "day_start": "2027-11-03T00:00:00+08:00",
                    "day_end": "2027-11-03T23:59:00+08:00",
                    "rooms": {
                        "Hall": [
                            {
                                "id": 1,
                                "guid": "11111111-1111-4111-8111-111111111111",
                                "date": "2027-11-03T09:00:00+08:00",
                                "duration": "00:30",
                                "title": "Opening",
                                "persons": [],
                            }
                        ]
                    },
                }
            ],
        },
    }
}
EVENT = ("schedule", "conference", "days", 0, "rooms", "Hall", 0)
AT = "At /schedule/conference/days/0/rooms/Hall/0"


def changed(*path: Any, to: Any) -> Any:
    found = copy.deepcopy(GOOD)
    inner: Any = found
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = to
    return found


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (changed(*EVENT, "title", to=""), f"{AT}: title is missing or empty"),
        (changed(*EVENT, "title", to=["x"]), f"{AT}/title: a text in quotation marks is wanted here"),
        (changed(*EVENT, "guid", to="x"), f"{AT}/guid: “x” is not a guid"),
        (changed(*EVENT, "date", to="tomorrow"), f"{AT}/date: “tomorrow” is not a possible date"),
        (changed(*EVENT, "end", to="2027-11-03T08:00:00+08:00"), f"{AT}/end: it ends before it begins"),
        (changed(*EVENT, "room", to="Attic"), f"{AT}/room: the room Attic is not among the file’s rooms"),
        (changed(*EVENT, "persons", to={}), f"{AT}/persons: a list in brackets is wanted here"),
        (changed(*EVENT, "persons", to=[{"name": "A"}]), f"{AT}/persons/0: the person “A” has no id"),
        (changed(*EVENT, "do_not_record", to="no"), f"{AT}/do_not_record: true or false is wanted here"),
        (
            changed("schedule", "conference", "time_zone_name", to="Mars/Base"),
            "“Mars/Base” is not a time zone",
        ),
        (changed("schedule", "conference", "days", to=[]), "/days: days is missing or empty"),
        (changed("schedule", "x-summitry", to={"events": 3}), "At /schedule/x-summitry: what our own export"),
        (
            changed("schedule", "conference", "days", 0, "rooms", "Hall", to=[GOOD["schedule"]] * 0 + ["x"]),
            f"{AT}: an object in braces is wanted here",
        ),
        ({"schedule": {}}, "At /schedule: this is no file of the format schedule.json"),
        ([], "this is no file of the format"),
    ],
)
def test_what_is_wrong_is_told_with_its_pointer(document, said):
    assert any(said in one for one in fault(document)), fault(document)


def test_a_doubled_session_is_told_with_both_places():
    event = GOOD["schedule"]["conference"]["days"][0]["rooms"]["Hall"][0]
    twice = changed("schedule", "conference", "days", 0, "rooms", "Hall", to=[event, event])
    path = "/schedule/conference/days/0/rooms/Hall"
    assert fault(twice) == [
        f"At {path}/1: the id 1 is used a second time, first in {path}/0",
        f"At {path}/1: the guid {event['guid']} is used a second time, first in {path}/0",
    ]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "The file is empty"),
        (b'{"schedule":\n', "Line 2: this is not JSON"),
        (b'{"a": 1, "a": 2}', "The key “a” comes twice in one object"),
        (b"[" * 60 + b"]" * 60, "Values are nested more than 50 deep"),
        (b"[" * 100_000, "Values are nested more than 50 deep"),
        (b'{"schedule": NaN}', "This is not JSON (NaN is no value of JSON)"),
        (b'{"schedule": "\xff"}', "Line 1: the file says that it is written in UTF-8, but it is not"),
    ],
)
def test_bad_bytes_are_refused_in_words(raw, said):
    with pytest.raises(formats.ScheduleError) as caught:
        one.read(raw, CONTEXT)
    assert caught.value.messages[0].startswith(said)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(JSON, st.sampled_from([(), ("schedule",), ("schedule", "conference"), EVENT[:3], EVENT[:-1], EVENT]))
@pytest.mark.parametrize("version", [one, two])
def test_no_document_does_more_than_be_refused(version, junk, path):
    document = changed(*path, to=junk) if path else junk
    try:
        version.read(json.dumps(document).encode(), CONTEXT)
    except formats.ScheduleError as error:
        said = error.messages
    else:
        said = ["taken"]
    assert said


def test_a_large_document_comes_in_pieces():
    pieces = list(common.pieces({"a": {"events": list(range(100))}}, "a", "events"))
    assert len(pieces) == 102
    assert json.loads("".join(pieces)) == {"a": {"events": list(range(100))}}
