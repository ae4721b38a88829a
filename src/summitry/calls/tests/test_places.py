"""Paths of rules in words: what keeps a call from being opened leads to the page where it is put right."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from summitry.calls import acts, rulesets
from summitry.calls.codec import join
from summitry.calls.compare import is_text
from summitry.calls.rules import with_dates
from summitry.calls.views.places import place_of
from summitry.people.tests.factories import make_institution
from summitry.text.value import Text

from .factories import STAGES, T, make_world, rules

pytestmark = pytest.mark.django_db
# What no page has an input for: keys that the editor makes by itself, and the number of the format.
UNNAMED = {"key", "format"}


def paths(data: Any, path: str = "") -> Iterator[str]:
    """Every path of a rule set that holds a value."""
    if isinstance(data, dict) and not is_text(data):
        for name, one in data.items():
            yield from paths(one, join(path, name))
    elif isinstance(data, list) and data and all(isinstance(one, dict) and "key" in one for one in data):
        for one in data:
            yield from paths(one, join(path, one["key"]))
    else:
        yield path


@pytest.mark.parametrize("name", rulesets.names())
def test_every_rule_of_a_template_has_words_and_a_page(name, client):
    make_institution()
    found = rulesets.load(name)
    world = make_world(found)
    client.force_login(world.manager)
    pages = set()
    for path in paths(found.to_json()):
        place = place_of(world.call.slug, found, path)
        if path.rpartition(".")[2] not in UNNAMED:
            assert (place.rest, bool(place.words)) == ("", True), path
            pages.add(place.url)
    assert {url: client.get(url).status_code for url in pages} == dict.fromkeys(pages, 200)


def test_the_way_is_told_in_the_readers_language():
    found = rules(stages=STAGES)
    stage, criterion = STAGES[1].key, STAGES[1].criteria[0]
    with translation.override("fr"):
        place = place_of("a-call", found, f"stages.{stage}.criteria.{criterion.key}.weights.moon")
        url = reverse("calls:part", args=["a-call", f"weights-{stage}"])
        assert (place.rest, place.url) == ("moon", url)
        assert str(place).split(" › ")[0] == "Étapes"
    assert isinstance(place.words[1], Text)


@pytest.mark.parametrize(
    ("path", "words", "name", "where"),
    [
        ("closes_at", "Dates › The call closes (UTC)", "part", ["dates"]),
        ("title.fr", "Title and terms › Title › Français", "part", ["basics"]),
        ("decision.places", "How it is decided › Accepted entries in all, at most", "part", ["decision"]),
        ("decision.shares", "Several stages make the order", "part", ["shares"]),
        ("decision.shares.jury", "Several stages make the order › Jury", "part", ["shares"]),
        (
            "decision.tiers.gold.quota",
            "Classes of acceptance › Gold › Accepted entries, at most",
            "item",
            ["decision.tiers", "gold"],
        ),
        ("decision.tiers.moon", "Classes of acceptance › moon", "items", ["decision.tiers"]),
        ("tie_break", "How ties are broken", "part", ["ties"]),
        ("stages", "Stages", "items", ["stages"]),
        ("stages.jury.criteria", "Stages › Jury › Criteria", "items", ["stages.jury.criteria"]),
        (
            "stages.jury.options.per_entry",
            "Stages › Jury › Jurors for each entry",
            "item",
            ["stages", "jury"],
        ),
        ("stages.jury.closes_at", "Stages › Jury › Closes (UTC)", "item", ["stages", "jury"]),
    ],
)
def test_a_path_in_words(path, words, name, where):
    found = rules(stages=STAGES)
    place = place_of("a-call", found, path)
    assert str(place) == words
    assert place.url == reverse(f"calls:{name}", args=["a-call", *where])


def test_what_no_page_knows_keeps_its_path():
    assert (str(place_of("a-call", rules(), "moon.phase")), place_of("a-call", rules(), "").words) == (
        "moon.phase",
        (),
    )


def test_the_page_of_a_draft_says_where_and_leads_there(client):
    make_institution()
    world = make_world(rules(tie_break=("moon",)))
    client.force_login(world.manager)
    undated = {"version": world.call.version, "opens_at": "2027-01-01T00:00"}
    client.post(reverse("calls:part", args=[world.call.slug, "dates"]), undated)
    html = client.get(reverse("calls:manage", args=[world.call.slug])).content.decode()
    assert (
        f'<a href="{reverse("calls:part", args=[world.call.slug, "dates"])}">Dates › The call closes' in html
    )
    assert "closes_at" not in html
    refused = client.post(reverse("calls:open", args=[world.call.slug]))
    assert refused.status_code == 422
    assert "Dates › The call closes (UTC): is missing" in refused.content.decode()
    assert "tie_break" not in refused.content.decode()


def test_an_amendment_that_is_refused_says_where(client):
    make_institution()
    world = make_world()
    client.force_login(world.manager)
    now = timezone.now().replace(microsecond=0)
    acts.edit_rules(world.manager, world.call, with_dates(world.call.rules, now, now + timedelta(9)))
    acts.open_call(world.manager, world.fresh())
    dates = {"opens_at": now, "closes_at": now + timedelta(9), "screening-opens_at": now + timedelta(8)}
    form = {name: f"{moment:%Y-%m-%dT%H:%M:%S}" for name, moment in dates.items()}
    form |= {"version": world.fresh().version, "amendment_en": "Sooner"}
    answer = client.post(reverse("calls:part", args=[world.call.slug, "dates"]), form)
    assert answer.status_code == 422
    assert "Stages › Screening › Opens (UTC): the stage opens before" in answer.content.decode()


def test_a_file_that_would_still_not_open_says_where_without_a_link(client):
    make_institution()
    world = make_world()
    client.force_login(world.manager)
    address = reverse("calls:rules_upload", args=[world.call.slug])
    file = BytesIO(json.dumps(replace(rules(), opens_at=None, title=T("New")).to_json()).encode())
    file.name = "rules.json"
    html = client.post(address, {"file": file}).content.decode()
    assert "Dates › The call opens (UTC): is missing" in html
    assert '<th scope="row">Title and terms › Title › English</th>' in html
