"""The series, their past editions, and the next summit, announced and still without a programme."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from summitry.demo.texts import read, text
from summitry.gatherings.acts import add_room, add_track, create_gathering, create_series

from .story import Story, Thread

ZONE = "Asia/Shanghai"


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


def first_day(story: Story) -> date:
    """The next summit begins on a Tuesday, nine weeks or so from now."""
    day = (story.today + timedelta(days=63)).date()
    return day + timedelta(days=(1 - day.weekday()) % 7)


def threads(story: Story) -> Iterator[Thread]:
    yield tell(story)


def tell(story: Story) -> Thread:
    data = read("gatherings")
    yield story.ago(195)
    series = {
        row["slug"]: create_series(
            None, slug=row["slug"], title=text(row["title"]), summary=text(row["summary"])
        )
        for row in data["series"]
    }
    common = {"time_zone": ZONE, "country": "CN", "announce": True}
    for row in data["editions"]:
        yield story.ago(195)
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
    for row in data["others"]:
        yield story.ago(195)
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
    yield story.ago(194)
    _announce_next(story, series["wuzhen-summit"], common)


def _announce_next(story: Story, series: Any, common: dict[str, Any]) -> None:
    data = read("programme")
    begins = first_day(story)
    summit = data["summit"]
    manager = story.users["programme-manager"]
    story.gathering = create_gathering(
        manager,
        slug=summit["slug"],
        series=series,
        title=text(summit["title"]),
        summary=text(summit["summary"]),
        place=text(summit["place"]),
        starts=begins,
        ends=begins + timedelta(days=data["days"] - 1),
        **common,
    )
    for row in data["rooms"]:
        add_room(manager, story.gathering, slug=row["slug"], name=text(row["name"]), capacity=row["seats"])
    for row in data["tracks"]:
        add_track(manager, story.gathering, slug=row["slug"], name=text(row["name"]))
