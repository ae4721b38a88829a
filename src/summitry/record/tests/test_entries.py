"""What an entry holds, what may not be entered, commitments, faces, and the log that grows."""

import hashlib
import json
import threading
from datetime import UTC, datetime
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction

from summitry.engines.merkle import note, tree
from summitry.record import canonical, keys, log
from summitry.record.act import act
from summitry.record.acts import enter, enter_all, forget, forget_actor
from summitry.record.models import Checkpoint, Entry, Node, Opening
from summitry.text.value import Text

from .factories import KIND, SUBJECT, say

pytestmark = pytest.mark.django_db


@act
def enter_one(kind=KIND, **options):
    return enter(kind, **{"subject": "tests.other:one", "facts": {}, "by": "secretariat", **options})


def test_an_entry_by_the_byte():
    with patch("django.utils.timezone.now", return_value=datetime(2027, 9, 16, 9, 0, 0, 12, UTC)):
        entry = enter_one(
            facts={"title": Text.of("Opening", zh_hans="开幕式"), "n": 3, "open": True, "none": None}
        )
    assert (
        Entry.objects.get().body
        == (
            '{"at":"2027-09-16T09:00:00.000012Z","by":"secretariat","commitments":{},"facts":{"n":3,"none":null,'
            '"open":true,"title":{"en":"Opening","zh-hans":"开幕式"}},"kind":"tests.opened",'
            '"subject":"tests.other:one","v":1}'
        ).encode()
    )
    stored = Entry.objects.get()
    assert stored.leaf == tree.hash_leaf(stored.body) == entry.leaf
    assert (stored.index, stored.kind, stored.subject) == (0, KIND, "tests.other:one")
    assert stored.at == stored.when == datetime(2027, 9, 16, 9, 0, 0, 12, UTC)


def test_many_entries_are_those_that_one_by_one_would_be():
    actor = get_user_model().objects.create_user("a@example.org")

    @act
    def many():
        return enter_all(
            KIND, [(f"tests.other:{n}", {"n": n}) for n in range(3)], by="secretariat", actor=actor
        )

    enter_one()
    made = many()
    assert [(one.index, one.subject, one.facts) for one in Entry.objects.order_by("index")[1:]] == [
        (1, "tests.other:0", {"n": 0}),
        (2, "tests.other:1", {"n": 1}),
        (3, "tests.other:2", {"n": 2}),
    ]
    assert [tree.hash_leaf(one.body) for one in made] == [one.leaf for one in made]
    assert Opening.objects.filter(name="actor").count() == 3
    assert [one.size for one in Checkpoint.objects.order_by("size")] == [1, 4]
    with pytest.raises(RuntimeError):
        enter_all(KIND, [], by="secretariat")


def test_checkpoints_are_signed_roots_of_all_entries_before():
    for count in (1, 3, 300, 1, 250):
        say(count)
    whole = tree.Tree(Entry.objects.order_by("index").values_list("body", flat=True))
    found = list(Checkpoint.objects.order_by("size"))
    assert [one.size for one in found] == [1, 4, 304, 305, 555]
    for one in found:
        head = note.open_checkpoint(one.note, keys.signer().verifier)
        assert (head.origin, head.size, head.root) == ("record.example/log", one.size, whole.root(one.size))
        assert one.root == head.root
    assert list(Node.objects.order_by("place").values_list("row", "place", "hash")) == [
        (1, 0, whole.node(8, 0)),
        (1, 1, whole.node(8, 1)),
    ]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"mark": 3.5}, "facts.mark: 3.5 is a float; write a string"),
        ({"a": [1, {"b": float("nan")}]}, r"facts.a\[1\].b: nan is a float"),
        ({"at": datetime(2027, 1, 1, tzinfo=UTC)}, "facts.at: a datetime cannot be entered"),
        ({"a": b"x"}, "facts.a: a bytes cannot be entered"),
        ({"a": {1: 2}}, "facts.a: 1 is a key but not a string"),
        ({"a": 2**53}, "beyond"),
        ({"a": "\ud800"}, "facts.a: not valid Unicode"),
        ({"a": "write to somebody@example.org"}, "looks like an e-mail address"),
        ({"a": ["x", {"somebody@example.org": 1}]}, "looks like an e-mail address"),
        ({"a": "x" * 70_000}, "at most 65,535 bytes"),
    ],
)
def test_what_may_not_be_a_fact(facts, why):
    with pytest.raises((TypeError, ValueError), match=why):
        enter_one(facts=facts)
    assert Entry.objects.count() == 0


@pytest.mark.parametrize("kind", ["opened", "Calls.opened", "calls.", "calls.a b", "calls.opened.twice"])
def test_what_is_no_kind(kind):
    with pytest.raises(ValueError, match="no kind of act"):
        enter_one(kind)


@pytest.mark.parametrize("subject", ["", "calls", "calls.call", "calls.call:", "calls.call: x"])
def test_what_is_no_subject(subject):
    with pytest.raises(ValueError, match="no subject"):
        enter_one(subject=subject)


def test_lazy_words_are_not_entered_in_the_actors_language():
    from django.utils.translation import gettext_lazy

    with pytest.raises(TypeError, match="cannot be entered"):
        enter_one(facts={"title": gettext_lazy("Call")})


def test_no_personal_data_in_an_entry():
    """Whatever is personal about the act leaves one trace in public: salted digests."""
    actor = get_user_model().objects.create_user("juror@example.org")
    private = {"applicant": "Wang Xiaoming", "reason": {"en": "ill", "n": 1}}
    entry = enter_one(facts={"ref": "A-1"}, actor=actor, private=private)
    said = Entry.objects.get().said
    assert {name: said[name] for name in said if name not in ("at", "commitments")} == {
        "v": 1,
        "kind": KIND,
        "subject": "tests.other:one",
        "by": "secretariat",
        "facts": {"ref": "A-1"},
    }
    assert all(len(bytes.fromhex(digest)) == 32 for digest in said["commitments"].values())
    openings = {one.name: one for one in Opening.objects.all()}
    assert {name: json.loads(one.value) for name, one in openings.items()} == {
        **private,
        "actor": str(actor.uid),
    }
    assert entry.said["commitments"] == {
        name: hashlib.sha256(one.salt + one.value).hexdigest() for name, one in openings.items()
    }
    assert len({one.salt for one in openings.values()}) == 3
    assert {len(one.salt) for one in openings.values()} == {32}


def test_an_actors_own_id_is_refused_among_the_facts():
    actor = SimpleNamespace(uid="0b173acf-5e42-4034-8d82-83cc95b51bef")
    with pytest.raises(ValueError, match="personal data"):
        enter_one(facts={"who": [actor.uid]}, actor=actor)


def test_the_same_value_is_committed_to_differently_each_time():
    one, two = enter_one(private={"a": "yes"}), enter_one(private={"a": "yes"})
    assert one.said["commitments"]["a"] != two.said["commitments"]["a"]


def test_erasing_openings_leaves_the_log_whole():
    actor = SimpleNamespace(uid="0b173acf-5e42-4034-8d82-83cc95b51bef")
    other = SimpleNamespace(uid="1b173acf-5e42-4034-8d82-83cc95b51bef")
    one = enter_one(actor=actor, private={"a": "x", "b": "y"})
    two = enter_one(actor=other)
    before = list(Entry.objects.order_by("index").values_list("body", "leaf"))
    assert forget_actor(actor.uid) == 1
    assert forget(one, "a") == 1
    assert forget(one, "a") == 0
    assert list(Opening.objects.values_list("entry", "name").order_by("entry", "name")) == [
        (one.index, "b"),
        (two.index, "actor"),
    ]
    assert forget(one) == 1
    assert list(Entry.objects.order_by("index").values_list("body", "leaf")) == before


def test_a_face_is_taken_as_the_act_leaves_it(world):
    @act
    def change():
        world.faces["one"] = {"title": "first"}
        first = enter(KIND, subject=SUBJECT, facts={}, by="secretariat")
        world.faces["one"] = {"title": "second"}
        return first

    entry = change()
    digest = hashlib.sha256(b'{"title":"second"}').hexdigest()
    assert entry.pk == 0
    assert Entry.objects.get().said["face"] == digest == log.digest({"title": "second"})
    assert Entry.objects.get().leaf == tree.hash_leaf(Entry.objects.get().body)
    del world.faces["one"]
    say()
    assert Entry.objects.get(index=1).said["face"] is None
    assert "face" not in enter_one().said


def test_faces_of_many_subjects_are_asked_for_together(django_assert_num_queries):
    from .factories import things

    asked = []
    with things(faces=lambda keys: asked.append(keys) or dict.fromkeys(keys, 1)):

        @act
        def many():
            for key in ("a", "b", "a"):
                enter(KIND, subject=f"tests.thing:{key}", facts={}, by="secretariat")

        many()
    assert asked == [["a", "b"]]


def test_a_fork_is_impossible():
    say(2)
    entry, checkpoint = Entry.objects.get(index=1), Checkpoint.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry(index=1, at=entry.at, kind=KIND, subject=SUBJECT, body=b"{}", leaf=bytes(32)).save(
            force_insert=True
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Checkpoint(size=2, root=bytes(32), at=checkpoint.at, note="").save(force_insert=True)
    Node.objects.create(row=1, place=0, hash=bytes(32))
    with pytest.raises(IntegrityError), transaction.atomic():
        Node.objects.create(row=1, place=0, hash=bytes(32))
    with pytest.raises(IntegrityError), transaction.atomic():
        Node.objects.create(row=0, place=0, hash=bytes(32))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: Entry.objects.filter(index=1).update(leaf=bytes(32)),
        lambda: Entry.objects.filter(index=1).delete(),
        lambda: Checkpoint.objects.update(root=bytes(32)),
    ],
)
def test_nothing_more_is_signed_on_top_of_a_spoiled_log(spoil):
    say(3)
    spoil()
    with pytest.raises(log.BrokenLog):
        say()
    assert Checkpoint.objects.count() == 1


@pytest.mark.parametrize("place", [0, 1])
def test_nothing_more_is_signed_on_top_of_a_spoiled_node(place):
    say(600)
    Node.objects.filter(row=1, place=place).update(hash=bytes(32))
    with pytest.raises(log.BrokenLog):
        say()


def test_an_act_costs_the_same_however_long_the_log_is(django_assert_num_queries):
    """Savepoint and its release, place and entry; checkpoint, new entries, tail of hashes, new checkpoint."""
    short = 8 if connection.vendor == "sqlite" else 9  # PostgreSQL: the lock
    say()
    with django_assert_num_queries(short):
        say()
    say(300)
    with django_assert_num_queries(short + 1):  # the row above the leaves
        say()
    say(300)
    with django_assert_num_queries(short + 1):
        say()


def test_the_key_is_made_once_for_its_owner_only(settings):
    path = settings.RECORD_KEY
    made = []
    threads = [
        threading.Thread(target=lambda: made.append(keys.make(path) or path.read_text())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["record.key"]
    assert keys.signer().verifier == keys.signer().verifier


@pytest.mark.parametrize("seed", ["", "not base64!", "AAAA"])
def test_a_broken_key_file_is_told(settings, seed):
    from django.core.exceptions import ImproperlyConfigured

    settings.RECORD_KEY.parent.mkdir(parents=True)
    settings.RECORD_KEY.write_text(seed)
    with pytest.raises(ImproperlyConfigured, match="RECORD_KEY"):
        say()


def test_canonical_json_is_one_sequence_of_bytes():
    value = {"b": [1, True, None, "é\n\u2028\x7f"], "a": {"z": "", "y": -5}, "中": ()}
    data = canonical.encode(value)
    assert data == '{"a":{"y":-5,"z":""},"b":[1,true,null,"é\\n\u2028\x7f"],"中":[]}'.encode()
    assert canonical.encode(canonical.decode(data)) == data
