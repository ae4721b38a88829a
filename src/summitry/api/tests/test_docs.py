"""The examples of docs/api.md: each is asked, and what it shows is part of the answer."""

import json
import re
from pathlib import Path

import pytest

from summitry.api import views

from .factories import make_world

GUIDE = (Path(__file__).resolve().parents[4] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```\nGET (\S+)\n```\n```json\n(.*?)```", GUIDE, re.S)


def part_of(shown, given) -> bool:
    """Whether what is shown is in the answer: of objects the named keys, of lists every item in its place."""
    if isinstance(shown, dict):
        return isinstance(given, dict) and all(
            key in given and part_of(value, given[key]) for key, value in shown.items()
        )
    if isinstance(shown, list):
        return isinstance(given, list) and len(shown) == len(given) and all(map(part_of, shown, given))
    return shown == given


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "shown"), EXAMPLES)
def test_an_example_answers_as_the_guide_says(client, path, shown):
    make_world()
    expected, given = json.loads(shown), client.get(path).json()
    assert part_of(expected, given), (expected, given)


def test_the_guide_has_examples_and_names_every_subject():
    assert len(EXAMPLES) == 9
    for group in views.groups():
        assert f"/api/v1/{group.name}" in GUIDE
