"""The named cases of which no call here tells: each says where the facts are from."""

from collections.abc import Iterator
from datetime import date

from summitry.atlas import acts
from summitry.atlas.models import Case, Topic
from summitry.demo.texts import read, text
from summitry.documents.models import Document

from .entries import entry
from .story import Story, Thread


def threads(story: Story) -> Iterator[Thread]:
    yield tell(story)


def tell(story: Story) -> Thread:
    """They practise the initiative of 2020, as the call of 2022 asked; so do those that it chose."""
    data = read("cases")
    for row in data["named"]:
        if "selected" in row:
            continue  # it stands in the call that selected it
        yield story.on(date(2023, 11, 10))
        secretariat = story.users["secretariat"]
        initiative = Document.objects.get(slug="action-2020")
        found = entry(row["key"])
        topics = [slug for slug in Topic.objects.values_list("slug", flat=True) if row["category"] in slug]
        acts.add_case(
            secretariat,
            slug=row["key"],
            title=found["title"],
            summary=found["summary"],
            year=2023,
            source=text(data["source"]),
            topic_slugs=topics[:1],
            countries=found["countries"],
            worldwide=bool(row.get("worldwide")),
            documents=[initiative],
        )
    for case in Case.objects.exclude(decision=None):
        acts.edit_case(secretariat, case, case.version, documents=[initiative])
