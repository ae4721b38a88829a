"""A programme that was made here, with some of everything, is valid by the published schemas of its files."""

import json

import jsonschema
import pytest
from lxml import etree

from summitry.gatherings import acts, kinds
from summitry.gatherings.models import Gathering, Link, Session, SessionPerson
from summitry.gatherings.tests.factories import at, make_gathering, make_placed, make_room, make_track
from summitry.people.tests.factories import make_person
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
FOLDER = "programme/voc_schedule_format"
JSON = {"schedule.json": "schema.json", "schedule.v2.json": "schema2.json"}


@pytest.fixture
def summit() -> Gathering:
    """A session of each kind, in each mode, with each part and each kind of link, in several scripts."""
    gathering = make_gathering(
        slug="summit",
        title=Text.of("Summit & <friends>", ar="قمة", zh_hans="峰会"),
        place=Text.of("Wuzhen", zh_hans="乌镇"),
        time_zone="Asia/Shanghai",
    )
    rooms = make_room(gathering, "Hall"), make_room(gathering, "会议室 / 1", slug="one", capacity=40)
    track = make_track(gathering, "治理")
    person = make_person("Ada", country="GB")
    for n, kind in enumerate([*kinds.KINDS, "a word of a file", ""]):
        made = make_placed(gathering, rooms[n % 2], at(1 + n // 2), f"会议 {n} & <x>")
        acts.edit_session(
            None,
            made,
            kind=kind,
            mode=Session.Mode.values[n % 3],
            language=("", "en", "zh-hans", "pt-br")[n % 4],
            interpreted=["ar", "fr"],
            captions=["en"],
            abstract=Text.of("**Bold** & <b>bare</b>", ar="نص"),
            license="CC BY 4.0",
            do_not_record=n % 2 == 0,
            feedback_url="https://example.org/f?a=1&b=2",
            track=track if n % 2 else None,
            people=[(person, role) for role in SessionPerson.Role.values],
        )
        for link in Link.Kind.values:
            acts.add_link(None, made, url=f"https://example.org/{link}?a=1&b=ü", kind=link, language="en")
    acts.release(None, gathering)
    return gathering


def body(client, file: str, query: str = "") -> bytes:
    answer = client.get(f"/g/summit/{file}{query}")
    assert answer.status_code == 200
    return b"".join(answer)


def test_schedule_xml_is_valid_by_the_schema_of_c3voc(client, summit, shared_data):
    root = etree.fromstring(body(client, "schedule.xml"))
    schema = etree.XMLSchema(etree.parse(shared_data / FOLDER / "xsd/schedule.xml.xsd"))
    schema.validate(root.getroottree())
    assert [str(one) for one in schema.error_log] == []
    assert len(root.findall(".//event")) == len(kinds.KINDS) + 2


@pytest.mark.parametrize("query", ["", "?shape=full"])
@pytest.mark.parametrize("file", JSON)
def test_schedule_json_is_valid_by_its_schema(client, summit, shared_data, file, query):
    schema = json.loads((shared_data / FOLDER / "json" / JSON[file]).read_text())
    document = json.loads(body(client, file, query))
    assert [one.message for one in jsonschema.Draft6Validator(schema).iter_errors(document)] == []
    assert "会议 14 & <x>" in json.dumps(document, ensure_ascii=False)
