"""The named cases of which no call here tells: each says where the facts are from."""

from collections.abc import Iterator
from datetime import date

from summitry.atlas.acts import add_case
from summitry.atlas.models import Topic
from summitry.demo.texts import read, text

from .entries import entry
from .story import Story, Thread


def threads(story: Story) -> Iterator[Thread]:
    yield tell(story)


def tell(story: Story) -> Thread:
    data = read("cases")
    for row in data["named"]:
        if "selected" in row:
            continue  # it stands in the call that selected it
        yield story.on(date(2023, 11, 10))
        found = entry(row["key"])
        topics = [slug for slug in Topic.objects.values_list("slug", flat=True) if row["category"] in slug]
        add_case(
            story.users["secretariat"],
            slug=row["key"],
            title=found["title"],
            summary=found["summary"],
            year=2023,
            source=text(data["source"]),
            topic_slugs=topics[:1],
            countries=found["countries"],
            worldwide=bool(row.get("worldwide")),
        )
