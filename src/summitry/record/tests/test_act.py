"""Acts: whole or not at all, joined, sealed once, durable; and what may not be done."""

import re

import pytest
import rules
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.db import OperationalError, connection, transaction

from summitry.record.act import Stale, act, require, running
from summitry.record.acts import enter
from summitry.record.models import Checkpoint, Entry

from .factories import SUBJECT, say

User = get_user_model()


def sizes():
    return list(Checkpoint.objects.order_by("size").values_list("size", flat=True))


@pytest.mark.django_db
def test_an_act_without_entries_seals_nothing():
    @act
    def nothing():
        return 7

    assert nothing() == 7
    assert sizes() == []


@pytest.mark.django_db
def test_one_checkpoint_an_outermost_act():
    say(3)
    say()

    @act
    def both():
        say(2)
        say(2)

    both()
    assert sizes() == [3, 4, 8]
    assert list(Entry.objects.order_by("index").values_list("index", flat=True)) == list(range(8))


@pytest.mark.django_db
def test_what_fails_leaves_nothing():
    @act
    def fails():
        say(2)
        raise ValidationError("no")

    with pytest.raises(ValidationError):
        fails()
    assert (Entry.objects.count(), sizes(), running.act, running.entered) == (0, [], False, False)
    say()
    assert sizes() == [1]


@pytest.mark.django_db
def test_a_nested_act_that_fails_and_is_forgiven_leaves_no_entry():
    @act
    def inner():
        say(2)
        raise ValidationError("no")

    @act
    def outer():
        say()
        for _ in range(2):
            with pytest.raises(ValidationError):
                inner()
        try:
            with transaction.atomic():
                say(5)
                raise ValueError
        except ValueError:
            pass
        say()

    outer()
    assert sizes() == [2]
    assert Entry.objects.count() == 2


@pytest.mark.django_db
def test_entering_outside_an_act_is_refused():
    with pytest.raises(RuntimeError, match="inside an act"):
        enter("tests.opened", subject=SUBJECT, facts={}, by="secretariat")


@pytest.mark.django_db(transaction=True)
def test_on_sqlite_an_act_is_written_through_and_the_connection_is_quick_again():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL always writes through")
    level = lambda: connection.cursor().execute("PRAGMA synchronous").fetchone()[0]  # noqa: E731
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
    seen = []

    @act
    def look():
        seen.append(level())

    @act
    def outer():
        look()
        raise ValidationError("no")

    look()
    with pytest.raises(ValidationError):
        outer()
    assert (seen, level()) == ([2, 2], 1)


@pytest.mark.django_db(transaction=True)
def test_what_follows_a_commit_may_act_itself():
    @act
    def first():
        say()
        transaction.on_commit(lambda: say(2))

    first()
    assert sizes() == [1, 3]


@pytest.mark.django_db(transaction=True)
def test_a_deadlock_is_told_as_somebody_else_was_first():
    class Deadlock(Exception):
        sqlstate = "40P01"

    @act
    def meets(cause):
        raise OperationalError("deadlock detected") from cause

    with pytest.raises(Stale, match="Two acts met"):
        meets(Deadlock())
    with pytest.raises(OperationalError):
        meets(ValueError())


def test_stale_is_a_validation_error_that_says_what_to_do():
    assert Stale().messages == [
        "Somebody else has changed this in the meantime. Nothing of yours was saved; look again and repeat."
    ]
    assert Stale().code == "stale"
    assert Stale("Mine").messages == ["Mine"]
    assert isinstance(Stale(), ValidationError)


@pytest.fixture
def permission():
    rules.add_perm("tests.do_it", rules.predicate(lambda user, obj: obj == "mine"))
    yield "tests.do_it"
    rules.remove_perm("tests.do_it")


def test_require_lets_through_who_may(permission):
    require(User(email="a@example.org"), permission, "mine")


@pytest.mark.parametrize(
    ("user", "obj", "why"),
    [
        (None, "mine", "Sign in first"),
        (AnonymousUser(), "mine", "Sign in first"),
        (User(email="a@example.org", is_active=False), "mine", "This account is closed"),
        (User(email="a@example.org"), "yours", "None of your mandates allows this here (tests.do_it)"),
        (User(email="a@example.org", is_superuser=True), "yours", "None of your mandates"),
    ],
)
def test_require_refuses(permission, user, obj, why):
    with pytest.raises(PermissionDenied, match=re.escape(why)):
        require(user, permission, obj)


def test_a_permission_that_nobody_registered_is_a_mistake():
    with pytest.raises(ImproperlyConfigured, match=r"tests\.unheard"):
        require(User(), "tests.unheard")
