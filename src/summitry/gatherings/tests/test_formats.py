"""The register of formats: what is registered is read, written, shown and documented."""

from pathlib import Path

import pytest
from django.urls import reverse

from summitry.gatherings import acts, formats
from summitry.gatherings.formats import base
from summitry.gatherings.tests.factories import at, make_gathering, make_placed, make_room
from summitry.people.models import Person
from summitry.people.tests.factories import make_person

DOCS = Path(__file__).resolve().parents[4] / "docs" / "formats.md"
KEYS = [one.key for one in formats.public()]


def test_a_key_is_registered_once():
    with pytest.raises(ValueError, match="frab"):
        base.register(formats.known("frab"))


def test_every_format_is_documented_with_its_address():
    words = DOCS.read_text()
    missing = [one.key for one in formats.every() if f"| `{one.key}` |" not in words]
    missing += [one.file for one in formats.public() if f"`/g/SLUG/{one.file}`" not in words]
    assert missing == []


def test_every_column_of_a_table_is_documented():
    from summitry.gatherings.formats.table import COLUMNS

    words = DOCS.read_text()
    assert [name for name in COLUMNS if f"`{name}`" not in words] == []


def summit(sessions: int):
    gathering = make_gathering(slug=f"summit-{sessions}")
    room = make_room(gathering, "Hall")
    for n in range(sessions):
        make_placed(gathering, room, at(9 + n), f"Session {n}", make_person(f"Ada {sessions}-{n}"))
    acts.release(None, gathering)
    return gathering


def content(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.django_db
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("shape", ["", "?shape=full"])
def test_a_door_costs_the_same_for_one_and_three_sessions(client, key, shape, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for sessions in (1, 3):
        path = reverse(f"programmes:{key}", args=[summit(sessions).slug]) + shape
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            assert content(client.get(path))
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 14


@pytest.mark.django_db
@pytest.mark.parametrize("key", KEYS)
def test_a_door_is_for_released_programmes_and_the_working_one_for_its_makers(client, key):
    draft = make_gathering(slug="secret", state="draft")
    make_placed(draft, make_room(draft), at(9), "Hidden")
    assert client.get(reverse(f"programmes:{key}", args=["secret"])).status_code == 404
    gathering = summit(1)
    make_placed(gathering, make_room(gathering), at(15), "Not told yet")
    path = reverse(f"programmes:{key}", args=[gathering.slug])
    assert client.get(path + "?release=working").status_code == 403
    told = client.get(path)
    assert told.headers["Content-Type"].partition(";")[0] == formats.known(key).media_type
    assert b"Not told yet" not in content(told)


@pytest.mark.django_db
def test_the_programme_lists_every_format(client):
    gathering = summit(1)
    page = client.get(reverse("gatherings:programme", args=[gathering.slug])).content.decode()
    assert [key for key in KEYS if reverse(f"programmes:{key}", args=[gathering.slug]) not in page] == []


@pytest.mark.django_db
@pytest.mark.parametrize("key", [one.key for one in formats.readers() if one.write])
def test_our_own_file_over_sessions_made_here_doubles_nobody(key):
    gathering = summit(3)
    acts.import_schedule(None, gathering, _made(key, gathering, "write"), format=key)
    for shape in ("write", "full"):
        again = acts.import_schedule(None, gathering, _made(key, gathering, shape), format=key)
        assert (again.new, again.moved, again.cancelled, again.new_rooms) == ((), (), (), 0)
        assert (again.new_persons, again.changed) == (0, ())


@pytest.mark.django_db
@pytest.mark.parametrize("key", [one.key for one in formats.readers() if one.write])
def test_whom_a_file_of_another_edition_named_is_not_doubled(key):
    """She is known by an id of elsewhere, and no file has brought her to this edition."""
    gathering = summit(3)
    people = Person.objects.filter(sessions__gathering=gathering).distinct()
    for person in people:
        Person.objects.filter(pk=person.pk).update(external_id=f"elsewhere:{person.pk}")
    before = Person.objects.count()
    for shape in ("write", "full"):
        told = acts.import_schedule(None, gathering, _made(key, gathering, shape), format=key)
        assert (told.new_persons, told.new) == (0, ())
    assert Person.objects.count() == before > 0
    assert set(people.values_list("external_id", flat=True)) == {f"elsewhere:{one.pk}" for one in people}


def _made(key: str, gathering, shape: str) -> bytes:
    from summitry.gatherings import export

    made = getattr(formats.known(key), shape)(export.Programme(gathering, gathering.released))
    return made if isinstance(made, bytes) else "".join(made).encode()
