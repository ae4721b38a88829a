"""Doors for machines: bytes, headers, bounds, numbers of queries."""

import json

import pytest

from summitry.engines.merkle import note, receipt, tiles, tree
from summitry.record import keys, publish, registry
from summitry.record.models import Checkpoint, Entry

from .factories import SUBJECT, say, things

pytestmark = pytest.mark.django_db


def read(client, path, **headers):
    return client.get(f"/record/{path}", headers=headers)


def test_before_the_first_entry(client):
    for path in ("checkpoint", "tile/0/000", "tile/entries/000.p/1", "entry/0.tlog-proof"):
        assert read(client, path).status_code == 404
    assert b"".join(read(client, "faces.jsonl").streaming_content) == b""
    assert read(client, "key").content.decode() == f"{keys.signer().verifier}\n"


def test_the_checkpoint(client):
    say(3)
    answer = read(client, "checkpoint")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=5"
    assert "Set-Cookie" not in answer.headers
    head = note.open_checkpoint(
        answer.content.decode(), note.Verifier.parse(read(client, "key").content.decode())
    )
    assert (head.origin, head.size) == ("record.example/log", 3)


def test_tiles_and_bundles_are_those_of_the_specification(client):
    say(600)
    whole = tree.Tree(Entry.objects.order_by("index").values_list("body", flat=True))
    for tile in [*tiles.tiles(600, None), *tiles.tiles(600, 0), *tiles.tiles(600, 1), tiles.Tile(0, 0, 7)]:
        answer = read(client, tile.path)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        if tile.row is None:
            bodies = Entry.objects.filter(index__gte=tile.start, index__lt=tile.end).order_by("index")
            assert tiles.split_bundle(answer.content, tile) == list(bodies.values_list("body", flat=True))
        else:
            nodes = [whole.node(tile.row * 8, place) for place in range(tile.start, tile.end)]
            assert tiles.split_tile(answer.content, tile) == nodes


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000", "tile/0/000.p/11", "tile/0/001.p/1", "tile/entries/000", "tile/entries/000.p/11",
        "tile/1/000", "tile/1/000.p/1", "tile/63/000.p/1", "tile/64/000.p/1", "tile/0/0", "tile/0/000.p/0",
        "tile/x/000", "tile/", "tile/0/x999/x999/x999/x999/x999/999", "tile/0/%2e%2e/key",
        "entry/10.tlog-proof", "entry/99999999999999999999.tlog-proof",
        "entry/-1.tlog-proof", "entry/x.tlog-proof",
    ],
)  # fmt: skip
def test_what_the_tree_does_not_have(client, path):
    say(10)
    assert read(client, path).status_code == 404


def test_the_receipt_of_an_entry_verifies_offline(client):
    say(300)
    for index in (0, 255, 256, 299):
        answer = read(client, f"entry/{index}.tlog-proof")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="entry-{index}.tlog-proof"'
        found = receipt.Receipt.parse(answer.content.decode())
        assert found.index == index
        assert found.extra == Entry.objects.get(index=index).body
        assert found.verify(keys.signer().verifier).size == 300


def test_faces_are_those_of_now(client, world):
    say(1, subject="tests.thing:b")
    say(1, subject="tests.thing:a")
    say(2, subject="tests.thing:gone")
    say(1, subject="tests.other:a")
    world.faces.update({"a": {"z": 1, "a": "é"}, "b": [], "unentered": 1})
    answer = read(client, "faces.jsonl")
    assert answer.streaming
    assert answer.headers["Content-Type"] == "application/jsonl; charset=utf-8"
    lines = b"".join(answer.streaming_content).splitlines()
    assert lines == [
        '{"face":{"a":"é","z":1},"subject":"tests.thing:a"}'.encode(),
        b'{"face":[],"subject":"tests.thing:b"}',
    ]


def test_faces_without_an_entry_are_published_where_the_room_lists_its_keys(client):
    with things(keys=lambda: ["two", "one"]) as world:
        world.faces.update({"one": 1, "two": 2, "three": 3})
        say(1, subject=SUBJECT)
        lines = b"".join(read(client, "faces.jsonl").streaming_content).splitlines()
    assert [json.loads(line)["subject"] for line in lines] == ["tests.thing:one", "tests.thing:two"]


@pytest.mark.parametrize("count", [1, 3, 600])
def test_each_door_costs_the_same(client, count, django_assert_num_queries):
    say(count)
    last = tiles.tiles(count, 0)[-1].path
    bundle = tiles.tiles(count, None)[-1].path
    for cost, path in [(1, "checkpoint"), (2, last), (2, bundle), (0, "key")]:
        with django_assert_num_queries(cost):
            assert read(client, path).status_code == 200
    with django_assert_num_queries({1: 2, 3: 3, 600: 4}[count]):
        assert read(client, "entry/0.tlog-proof").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_faces_cost_a_query_a_kind(client, count, django_assert_num_queries):
    with things(faces=lambda keys: dict.fromkeys(keys, 1)):
        for name in set(registry.subjects) - {"tests.thing"}:
            del registry.subjects[name]
        for number in range(count):
            say(1, subject=f"tests.thing:{number}")
        with django_assert_num_queries(1):
            assert len(list(publish.faces())) == count


def test_only_reading(client):
    say()
    for path in ("checkpoint", "key", "faces.jsonl", "tile/0/000.p/1", "entry/0.tlog-proof"):
        assert client.post(f"/record/{path}").status_code == 405
        assert client.head(f"/record/{path}").status_code == 200


def test_an_older_partial_tile_stays_what_it_was(client):
    say(3)
    before = read(client, "tile/0/000.p/3").content
    say(300)
    assert read(client, "tile/0/000.p/3").content == before
    assert Checkpoint.objects.count() == 2
