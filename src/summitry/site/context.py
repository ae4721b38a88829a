"""The frame around every page: masthead, navigation, foot. A part costs only the page that shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from summitry.gatherings.mirror import MARK, Copy
from summitry.people.models import Institution
from summitry.record.models import Checkpoint
from summitry.record.queries import head
from summitry.text.value import Text

from . import shore
from .shore import Facts, Item

THEMES = ("light", "dark")  # else the system's


class Frame:
    """For a reader: three queries at most for all of it, one while the record does not grow."""

    languages = settings.LANGUAGES
    _last_name = Text.of("Summitry")  # what a page says that may not ask the database

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def demo(self) -> bool:
        return bool(settings.DEMO)

    @property
    def theme(self) -> str:
        chosen = self._request.COOKIES.get("theme", "")
        return chosen if chosen in THEMES else ""

    @property
    def copy(self) -> Copy | None:
        """The copy for reading without a server of which this page is to be a part."""
        return self._request.META.get(MARK)

    @cached_property
    def institution(self) -> Institution:
        found = self._facts.institution
        Frame._last_name = found.name
        return found

    @cached_property
    def checkpoint(self) -> Checkpoint | None:
        return head()

    @cached_property
    def _facts(self) -> Facts:
        return shore.FRAME.shown(lambda: shore.facts(self.checkpoint))

    @property
    def until(self) -> datetime | None:
        """When something opens, ends or begins by the clock alone."""
        return self._facts.until

    @cached_property
    def shore(self) -> list[Item]:
        here = self._request.path
        if self.copy:
            return [Item(label, url, url == here) for label, url in self.copy.places()]
        return shore.items(self._facts, here)

    @cached_property
    def foot_pages(self) -> list[dict[str, Any]]:
        return [{"slug": slug, "title": title} for slug, title in self._facts.pages.foot]

    @cached_property
    def works_here(self) -> bool:
        return bool(getattr(self._request.user, "roles", ()))


@dataclass(frozen=True, slots=True)
class Named:
    name: Text


class QuietFrame(Frame):
    """For the page that says that something broke: touches no database, no session, no account."""

    checkpoint = None
    works_here = False

    @property
    def institution(self) -> Named:  # type: ignore[override]
        return Named(Frame._last_name)

    @property
    def shore(self) -> list[Item]:
        return []

    @property
    def foot_pages(self) -> list[dict[str, Any]]:
        return []


def frame(request: HttpRequest) -> Mapping[str, Any]:
    """The context processor."""
    return {"frame": Frame(request)}
