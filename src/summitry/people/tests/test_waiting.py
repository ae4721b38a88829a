from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from summitry.people import queries, waiting
from summitry.people.tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_sources(monkeypatch):
    monkeypatch.setattr(waiting, "_sources", {})


def one(title, **more):
    return waiting.Waiting(title, "/", "mail", "test", **more)


def test_everything_is_sorted_late_first_then_by_due():
    now = timezone.now()
    first = [one("no time"), one("next week", due=now + timedelta(days=7))]
    second = [
        one("tomorrow", due=now + timedelta(days=1)),
        one("late", late=True),
        one("past", due=now - timedelta(1)),
    ]

    def one_app(user):
        return first

    def other_app(user):
        return second

    for source in (one_app, other_app, other_app):
        waiting.register(source)
    found = waiting.everything(make_user())
    assert [item.title for item in found] == ["past", "late", "tomorrow", "next week", "no time"]


def test_nothing_waits_for_a_visitor():
    waiting.register(lambda user: [one("a secret")])
    assert waiting.everything(AnonymousUser()) == []


def test_the_secretariat_confirms_organisations():
    make_organisation("A", confirmed=False)
    make_organisation("B", confirmed=False)
    make_organisation("C")
    waiting.register(queries.waiting)
    found = waiting.everything(make_user("secretariat"))
    assert [(item.title, item.count) for item in found] == [("2 organisations to confirm", 2)]
    assert waiting.everything(make_user("juror")) == []
