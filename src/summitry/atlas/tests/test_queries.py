"""The library's questions: what is found, how it is counted, and at what cost."""

from collections import Counter

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from summitry.atlas import faces, queries
from summitry.atlas.models import Case, CaseCountry, CaseLanguage, Topic
from summitry.atlas.queries import Filters
from summitry.people import countries
from summitry.people.models import Role
from summitry.people.tests.factories import make_user
from summitry.text.value import Text

from .factories import make_case, make_topic

pytestmark = pytest.mark.django_db


def asked(**facets) -> Filters:
    get = {name: values if isinstance(values, list) else [values] for name, values in facets.items()}
    return Filters.of(lambda name: get.get(name, []))


def titles(filters: Filters) -> list[str]:
    return [str(case.title) for case in queries.found(filters)]


# -- what is asked --------------------------------------------------------------------------------
def test_filters_are_read_from_an_address():
    filters = asked(year=["2022", "2022", " "], topic="health", q="  data\x00 ", sort="oldest", other="x")
    assert (filters.chosen, filters.words, filters.sort) == (
        {"topic": ("health",), "year": ("2022",)},
        "data",
        "oldest",
    )
    assert asked(sort="by-evil").sort == "newest"
    assert (asked().active, asked(q="a").active, asked(year="1").active) == (False, True, True)


def test_endless_filters_are_cut():
    filters = asked(topic=[f"t{n}" for n in range(500)], region="x" * 900, q="y" * 900)
    assert (len(filters.values("topic")), len(filters.values("region")[0]), len(filters.words)) == (
        40,
        60,
        200,
    )


@pytest.mark.parametrize("value", ["", "٢٠٢٢x", "20222", "-1", "9" * 30, "abc", "1e3"])
def test_a_year_that_is_none_finds_nothing_and_breaks_nothing(value):
    make_case("A")
    assert titles(asked(year=value)) == ([] if value else ["A"])


# -- what is found --------------------------------------------------------------------------------
@pytest.fixture
def library():
    health, data = make_topic("health"), make_topic("data")
    make_case(
        "A",
        year=2020,
        topics=[health],
        countries=("UG", "KE"),
        tier="top",
        tier_label=Text.of("Top"),
        top=True,
    )
    make_case(Text.of("B", zh_hans="乙"), year=2021, topics=[health, data], countries=("BR",), tier="low")
    make_case("C", year=2022, worldwide=True, tier="low")
    make_case("Gone", year=2022, state="withdrawn", withdrawn_at="2026-02-02T00:00Z", topics=[data])


@pytest.mark.parametrize(
    ("facets", "found"),
    [
        ({}, ["C", "B", "A"]),
        ({"sort": "oldest"}, ["A", "B", "C"]),
        ({"topic": "health"}, ["B", "A"]),
        ({"topic": ["health", "data"]}, ["B", "A"]),
        ({"topic": "data"}, ["B"]),
        ({"year": ["2020", "2022"]}, ["C", "A"]),
        ({"region": "002"}, ["A"]),
        ({"region": "014"}, ["A"]),
        ({"region": ["019", "002"]}, ["B", "A"]),
        ({"region": "001"}, ["C"]),
        ({"region": ["001", "005"]}, ["C", "B"]),
        ({"country": ["ke", "BR"]}, ["B", "A"]),
        ({"language": "zh-hans"}, ["B"]),
        ({"language": "ZH-Hans"}, ["B"]),
        ({"tier": "low", "year": "2021"}, ["B"]),
        ({"tier": "low", "topic": "health", "region": "002"}, []),
        ({"topic": "' OR 1=1 --"}, []),
    ],
)
def test_facets_narrow(library, facets, found):
    assert titles(asked(**facets)) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("boats", [1]),
        ("BOAT  share", [1]),
        ("boats hospital", []),
        ("hôpital", [2]),
        ("hopital", [2]),
        ("医院", [2]),
        ("智慧的医院", []),
        ("慧医", [2]),
        ("المستشفيات", []),
        ("مستشفي", [2]),
        ("مُسْتَشْفَى", [2]),
        ("100%", [3]),
        ("10_", [3]),
        ("_", []),
        ("!!!", []),
        ("university", [3]),
    ],
)
def test_words_are_found_in_every_language(words, found):
    from summitry.people.tests.factories import make_organisation

    make_case("Boats share data", slug="n1")
    make_case(Text.of("Smart hospital", zh_hans="智慧医院", ar="المستشفى الذكي", fr="L’hôpital"), slug="n2")
    make_case(
        "Last",
        slug="n3",
        summary=Text.of("100 % of 10 villages"),
        body=Text.of("boats in the text do not count"),
        organisations=(make_organisation("A University"),),
    )
    assert [case.slug for case in queries.found(asked(q=words))] == [f"n{n}" for n in found]


# -- how it is counted: against counting by hand --------------------------------------------------
CODES = ("CN", "JP", "UG", "BR", "FR", "AQ")
rows = st.lists(
    st.fixed_dictionaries(
        {
            "year": st.sampled_from([2020, 2021, 2022]),
            "tier": st.sampled_from(["", "a", "b"]),
            "topics": st.sets(st.sampled_from(["t1", "t2", "t3"])),
            "countries": st.sets(st.sampled_from(CODES)),
            "languages": st.sets(st.sampled_from(["en", "ar", "zh-hans"])),
            "worldwide": st.booleans(),
        }
    ),
    max_size=7,
)
choices = st.fixed_dictionaries(
    {},
    optional={
        "year": st.lists(st.sampled_from(["2020", "2021", "1999"]), max_size=2),
        "tier": st.lists(st.sampled_from(["a", "b"]), max_size=2),
        "topic": st.lists(st.sampled_from(["t1", "t2"]), max_size=2),
        "country": st.lists(st.sampled_from(CODES), max_size=2),
        "region": st.lists(st.sampled_from(["142", "030", "002", "001"]), max_size=2),
        "language": st.lists(st.sampled_from(["en", "ar"]), max_size=2),
    },
)


def values_of(row) -> dict[str, set[str]]:
    places = {
        place
        for code in row["countries"]
        for place in (countries.region_of(code), countries.subregion_of(code))
    }
    return {
        "year": {str(row["year"])},
        "tier": {row["tier"]} - {""},
        "topic": row["topics"],
        "country": row["countries"],
        "region": (places - {""}) | ({"001"} if row["worldwide"] else set()),
        "language": row["languages"],
    }


def fits(row, chosen, but: str = "") -> bool:
    has = values_of(row)
    return all(has[name] & set(values) for name, values in chosen.items() if values and name != but)


@given(rows, choices)
@bounds(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_are_those_of_counting_by_hand(given_rows, chosen):
    Case.objects.all().delete()
    topics = {
        slug: Topic.objects.get_or_create(slug=slug, defaults={"name": Text.of(slug)})[0]
        for slug in ("t1", "t2", "t3")
    }
    for n, row in enumerate(given_rows):
        case = Case.objects.create(
            slug=f"c{n}",
            title=Text.of(f"c{n}"),
            year=row["year"],
            tier=row["tier"],
            worldwide=row["worldwide"],
        )
        case.topics.set(topics[slug] for slug in row["topics"])
        CaseCountry.objects.bulk_create(
            CaseCountry(
                case=case,
                country=code,
                region=countries.region_of(code),
                subregion=countries.subregion_of(code),
            )
            for code in row["countries"]
        )
        CaseLanguage.objects.bulk_create(CaseLanguage(case=case, code=code) for code in row["languages"])

    filters = asked(**chosen)
    found = {case.slug for case in queries.found(filters)}
    assert found == {f"c{n}" for n, row in enumerate(given_rows) if fits(row, chosen)}

    world = {region.code for region in countries.regions()} | {"001"}
    for facet in queries.facets(filters):
        expected = Counter(
            value
            for row in given_rows
            if fits(row, chosen, but=facet.name)
            for value in values_of(row)[facet.name]
        )
        chosen_here = set(chosen.get(facet.name, []))
        if facet.name == "region":
            expected = Counter({key: n for key, n in expected.items() if key in world | chosen_here})
        by_hand = {key: expected[key] for key in {*expected, *chosen_here}}
        assert {value.key: value.count for value in facet.values} == by_hand
        assert {value.key for value in facet.chosen} == chosen_here

    points = queries.map_points(filters)
    assert points.worldwide == sum(row["worldwide"] for row in given_rows if fits(row, chosen))
    place = (lambda code: code) if points.by == "country" else countries.subregion_of
    drawn = Counter(
        key
        for row in given_rows
        if fits(row, chosen)
        for key in {place(code) for code in row["countries"]}
        if key
    )
    assert {pin.key: pin.count for pin in points.pins} == drawn


def test_facets_have_names_and_an_order(library):
    found = {
        facet.name: [(value.key, str(value.label), value.count) for value in facet.values]
        for facet in queries.facets(asked())
    }
    assert found == {
        "tier": [("top", "Top", 1), ("low", "low", 2)],
        "topic": [
            (slug, str(Topic.objects.get(slug=slug).name), n) for slug, n in (("health", 2), ("data", 1))
        ],
        "year": [("2022", "2022", 1), ("2021", "2021", 1), ("2020", "2020", 1)],
        "region": [("002", "Africa", 1), ("019", "Americas", 1), ("001", "Worldwide", 1)],
        "country": [("BR", "Brazil", 1), ("KE", "Kenya", 1), ("UG", "Uganda", 1)],
        "language": [("en", "English", 3), ("zh-hans", "中文", 1)],
    }


def test_pins_tell_of_the_highest_tier_and_zoom_into_a_region(library):
    assert [(pin.key, pin.label, pin.count, pin.top) for pin in queries.map_points(asked()).pins] == [
        ("005", "South America", 1, 0),
        ("014", "Eastern Africa", 1, 1),
    ]
    assert [(pin.key, pin.label) for pin in queries.map_points(asked(region="014")).pins] == [
        ("KE", "Kenya"),
        ("UG", "Uganda"),
    ]


# -- what it costs --------------------------------------------------------------------------------
@pytest.mark.parametrize("cases", [1, 3])
def test_queries_do_not_grow_with_the_library(cases, django_assert_num_queries):
    for _ in range(cases):
        make_case(topics=[make_topic(), make_topic()], countries=("UG", "CN"))
    everything = asked(region="002", topic=[], q="case")
    with django_assert_num_queries(10):
        queries.facets(everything)
    with django_assert_num_queries(2):
        queries.map_points(everything)
    with django_assert_num_queries(6):
        for row in queries.page(everything):
            assert (row.places, len(row.case.topics.all()), len(row.case.languages.all())) == (
                ["China", "Uganda"],
                2,
                1,
            )
    with django_assert_num_queries(5):
        queries.newest()
    with django_assert_num_queries(2):
        list(queries.desk_cases())
    slugs = [case.slug for case in Case.objects.only("slug")]
    with django_assert_num_queries(6):
        assert len(faces.faces(slugs)) == cases


def test_pages_hold_twenty(library):
    Case.objects.all().delete()
    for n in range(23):
        make_case(slug=f"case-{n:02}", year=2000 + n)
    assert [row.case.year for row in queries.page(asked(), 2)] == [2002, 2001, 2000]
    assert queries.page(asked(), "99").number == 2
    assert queries.page(asked(), "x").number == 1


# -- the desk -------------------------------------------------------------------------------------
def test_translators_are_told_of_missing_languages(django_assert_num_queries):
    make_case(
        Text.of(
            "In all", **{code.replace("-", "_"): code for code in settings.CONTENT_LANGUAGES if code != "en"}
        )
    )
    translator = make_user(Role.TRANSLATOR)
    assert list(queries.waiting(translator)) == []
    make_case("In one")
    make_case(Text.of("In two", zh_hans="两"))
    translator.roles  # noqa: B018  (known before counting)
    with django_assert_num_queries(2):
        (found,) = queries.waiting(translator)
    assert (found.title, found.count, found.url) == (
        "2 cases cannot be read in every language",
        2,
        "/en/desk/cases/",
    )
    assert found.detail == "中文 1 · العربية 2 · Français 2 · Русский 2 · Español 2"
    assert [str(case.title) for case in queries.lacking("zh-hans")] == ["In one"]
    assert list(queries.waiting(make_user(Role.JUROR))) == []


def test_the_desk_sees_the_least_finished_state():
    title = Text.of("Title").edited({"en": "Title", "fr": "Titre"}).reviewed("fr")
    summary = Text.of("Summary").edited({"en": "Summary", "fr": "Résumé", "ru": "Кратко"})
    make_case(title, summary=summary)
    (row,) = queries.desk_cases()
    assert {code: state for code, state in row.states if state} == {"en": "source", "fr": "draft"}
