"""A series by years: figures, the picture, the page."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitry.gatherings import acts, queries, yearly
from summitry.gatherings.models import Gathering, Series
from summitry.gatherings.tests.factories import at, make_gathering, make_placed, make_room, make_session
from summitry.gatherings.tests.test_pages import url, words
from summitry.people.tests.factories import make_person
from summitry.text.value import Text


@given(st.integers(0, 10**9))
def test_steps_are_round_few_and_reach_the_most(most):
    steps = yearly.steps_to(most)
    assert (steps[0], len(steps) <= 5, steps[-1] >= most) == (0, True, True)
    size = steps[1]
    assert [one % size for one in steps] == [0] * len(steps)
    assert str(size).rstrip("0") in {"1", "2", "5"}


_rows = st.lists(st.tuples(st.just("2020"), st.integers(0, 5000), st.integers(0, 5000)), max_size=30)


@given(_rows, st.booleans())
def test_every_bar_stands_in_the_picture_and_is_as_high_as_its_number(rows, mirrored):
    found = yearly.picture(rows, mirrored=mirrored)
    if found is None:
        assert not any(sessions or people for _label, sessions, people in rows)
        return
    top = found.lines[-1].value
    for (_label, sessions, people), bar in zip(rows, found.bars, strict=True):
        for value, (x, y, height) in ((sessions, bar.sessions), (people, bar.people)):
            assert found.left - 0.2 <= x <= x + bar.width <= found.right + 0.2
            assert abs(y + height - found.ground) < 0.2
            assert abs(height - value / top * (found.ground - yearly.TOP)) < 0.1
    middles = [bar.middle for bar in found.bars]
    assert middles == sorted(middles, reverse=mirrored)


def year_of(number: int, **fields) -> Gathering:
    day = date(number, 11, 3)
    return make_gathering(
        slug=f"summit-{number}", title=Text.of(f"Summit {number}"), starts=day, ends=day, **fields
    )


@pytest.fixture
def series(db) -> Series:
    """Two released editions that share a person, one without a programme, a draft, and another series."""
    found = acts.create_series(None, title=Text.of("Summits"), slug="summits")
    ada = make_person("Ada", country="GB")
    for number, others in ((2026, 1), (2027, 2)):
        gathering = year_of(number, series=found)
        room = make_room(gathering)
        for n in range(others):
            when = at(9 + n, day=date(number, 11, 3))
            session = make_placed(gathering, room, when, None, ada, language="en", interpreted=["fr"])
            acts.edit_session(
                None, session, people=[(ada, "speaker"), (make_person(country="FR"), "speaker")]
            )
        make_session(gathering, "Secret", make_person("Spy", country="US"), language="de")
        acts.release(None, gathering)
    year_of(2025, series=found)
    year_of(2028, series=found, state=Gathering.State.DRAFT)
    year_of(2024)
    return found


def test_each_edition_and_all_together(series, django_assert_num_queries):
    with django_assert_num_queries(5):
        found = queries.figures_of(series)
    assert [
        (one.gathering.slug, one.sessions, one.people, one.countries, one.languages) for one in found.editions
    ] == [("summit-2025", 0, 0, 0, 0), ("summit-2026", 1, 2, 2, 2), ("summit-2027", 2, 3, 2, 2)]
    assert (found.sessions, found.people, found.countries, found.languages) == (3, 4, 2, 2)


def test_the_page_shows_a_picture_and_the_same_numbers_as_a_table(series, client):
    response = client.get(url("series", "summits"))
    page, body = words(response), response.content.decode()
    assert "Editions 3 Sessions 3 People 4 Countries 2 Languages 2" in page
    assert ("Summit 2028" in page, "Summit 2024" in page, "Secret" in page) == (False, False, False)
    assert "Summit 2025 3 November 2025 no programme is kept here" in page
    assert body.count('class="f1"') == body.count('class="f2"') == 3 + 1  # editions and the legend
    assert re.search(r"<table>.*Summit 2027.*Summit 2026.*Summit 2025", body, re.DOTALL)
    right = client.get(url("series", "summits").replace("/en/", "/ar/")).content.decode()
    assert right.index(">2027<") > right.index(">2025<")


def test_nothing_to_see(client, db):
    acts.create_series(None, title=Text.of("Empty"), slug="empty")
    hidden = acts.create_series(None, title=Text.of("Hidden"), slug="hidden")
    make_gathering(series=hidden, state=Gathering.State.DRAFT)
    assert [client.get(url("series", slug)).status_code for slug in ("empty", "hidden", "none")] == [404] * 3
    assert list(queries.public_series()) == []
    only = acts.create_series(None, title=Text.of("Only"), slug="only")
    make_gathering(series=only)
    assert 'svg class="chart' not in client.get(url("series", "only")).content.decode()
    assert list(queries.public_series()) == [only]


def test_an_edition_leads_to_its_series(series, client):
    assert url("series", "summits") in client.get(url("detail", "summit-2026")).content.decode()
    assert url("series", "summits") in client.get(url("archive")).content.decode()
