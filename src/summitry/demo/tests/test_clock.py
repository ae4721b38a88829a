"""Story time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from summitry.demo import clock
from summitry.people.models import Mandate

THEN = datetime(2022, 7, 12, 9, 30, tzinfo=UTC)


def test_inside_it_is_then_and_afterwards_it_is_now():
    with clock.at(THEN):
        assert THEN <= timezone.now() < THEN + timedelta(seconds=5)
        assert timezone.now().tzinfo is not None
        assert Mandate._meta.get_field("since").get_default() < THEN + timedelta(seconds=5)
    assert abs(timezone.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_goes_on_from_there():
    with clock.at(THEN):
        first = timezone.now()
        second = timezone.now()
    assert first < second


def test_ends_with_a_failure_too():
    with pytest.raises(RuntimeError), clock.at(THEN):
        raise RuntimeError
    assert timezone.now() > THEN + timedelta(days=365)
