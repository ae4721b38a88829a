"""The series, their past editions, and the next summit, announced and still without a programme."""

import calendar
from collections.abc import Generator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from summitry.demo import clock
from summitry.demo.texts import read, text
from summitry.gatherings.acts import add_room, add_track, create_gathering, create_series
from summitry.gatherings.models import Gathering

if TYPE_CHECKING:
    from . import Story

ZONE = "Asia/Shanghai"
STEPS = 14


def days_of(year: int, month: int | None = None, day: int | None = None) -> dict[str, date]:
    """The first and the last day that a date may mean, as far as it is known."""
    if month is None:
        return {"starts": date(year, 1, 1), "ends": date(year, 12, 31)}
    if day is None:
        return {
            "starts": date(year, month, 1),
            "ends": date(year, month, calendar.monthrange(year, month)[1]),
        }
    return {"starts": date(year, month, day), "ends": date(year, month, day)}


def first_day(story: "Story") -> date:
    """The next summit begins on a Tuesday, nine weeks or so from now."""
    day = (story.today + timedelta(days=63)).date()
    return day + timedelta(days=(1 - day.weekday()) % 7)


def load(story: "Story") -> Generator[None]:
    data = read("gatherings")
    with clock.at(story.ago(195)):
        series = {
            row["slug"]: create_series(
                None, slug=row["slug"], title=text(row["title"]), summary=text(row["summary"])
            )
            for row in data["series"]
        }
        common = {"time_zone": ZONE, "country": "CN", "announce": True}
        for row in data["editions"]:
            create_gathering(
                None,
                slug=f"wuzhen-{row['year']}",
                series=series["wuzhen-summit"],
                number=row["number"],
                title=text(data["edition"]["title"], year=row["year"]),
                summary=text(row.get("summary")),
                place=text(data["edition"]["place"]),
                **days_of(row["year"], row.get("month"), row.get("day")),
                **common,
            )
            yield
        for row in data["others"]:
            create_gathering(
                None,
                slug=row["slug"],
                series=series[row["series"]],
                title=text(row["title"]),
                subtitle=text(row["subtitle"]),
                summary=text(row["summary"]),
                place=text(row["place"]),
                **days_of(row["year"], row.get("month"), row.get("day")),
                **common,
            )
            yield
        yield from _next(story, series["wuzhen-summit"], common)


def _next(story: "Story", series: Any, common: dict[str, Any]) -> Generator[None]:
    data = read("programme")
    begins = first_day(story)
    summit = data["summit"]
    gathering: Gathering = create_gathering(
        story.users["programme-manager"],
        slug=summit["slug"],
        series=series,
        title=text(summit["title"]),
        summary=text(summit["summary"]),
        place=text(summit["place"]),
        starts=begins,
        ends=begins + timedelta(days=data["days"] - 1),
        **common,
    )
    story.gathering = gathering
    manager = story.users["programme-manager"]
    for row in data["rooms"]:
        add_room(manager, gathering, slug=row["slug"], name=text(row["name"]), capacity=row["seats"])
    for row in data["tracks"]:
        add_track(manager, gathering, slug=row["slug"], name=text(row["name"]))
    yield
