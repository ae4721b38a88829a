"""The series, their past editions, and the next summit, announced and still without a programme."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from summitry.demo.texts import read, text
from summitry.gatherings.acts import add_room, add_track, create_gathering, create_series

from .story import FOUNDED, Story, Thread

ZONE = "Asia/Shanghai"
BEFORE = timedelta(days=60)  # so long before its first day a gathering is announced


def days_of(row: dict[str, Any]) -> dict[str, date]:
    """The first and the last day that a date may mean, as far as it is known."""
    year, month, day = row["year"], row.get("month"), row.get("day")
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
    yield FOUNDED + timedelta(hours=2)
    series = {
        row["slug"]: create_series(
            None, slug=row["slug"], title=text(row["title"]), summary=text(row["summary"])
        )
        for row in data["series"]
    }
    common: dict[str, Any] = {"time_zone": ZONE, "country": "CN", "announce": True}
    edition = data["edition"]
    rows = [
        {
            **row,
            "slug": f"wuzhen-{row['year']}",
            "series": "wuzhen-summit",
            "title": {code: words.format(year=row["year"]) for code, words in edition["title"].items()},
            "place": edition["place"],
        }
        for row in data["editions"]
    ]
    for row in sorted([*rows, *data["others"]], key=lambda row: days_of(row)["starts"]):
        days = days_of(row)
        yield story.on(days["starts"] - BEFORE)
        create_gathering(
            None,
            slug=row["slug"],
            series=series[row["series"]],
            number=row.get("number"),
            title=text(row["title"]),
            subtitle=text(row.get("subtitle")),
            summary=text(row.get("summary")),
            place=text(row["place"]),
            starts=days["starts"],
            ends=days["ends"],
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
