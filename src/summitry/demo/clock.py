"""Story time: while the demonstration is loaded, acts happen when the story says, and the record tells it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from time import monotonic
from typing import Any
from unittest import mock


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside, Django's timezone.now() says `moment` and goes on from there as fast as the real clock.

    For the one process that loads; never where people's requests are answered.
    """
    began = monotonic()

    class Then(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            then = moment + timedelta(seconds=monotonic() - began)
            return then.astimezone(tz) if tz else then.replace(tzinfo=None)

    with mock.patch("django.utils.timezone.datetime", Then):
        yield
