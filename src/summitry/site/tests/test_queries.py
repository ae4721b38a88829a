"""What may be asked about pages, and what it costs."""

import pytest

from summitry.people.models import Role
from summitry.people.tests.factories import make_user
from summitry.site import queries
from summitry.site.models import Page
from summitry.site.tests.factories import make_page
from summitry.text import parity
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
BEHIND = Text.of("One", fr="Un").edited({"en": "Two", "fr": "Un"})


def test_what_is_not_shown_is_in_no_answer():
    for kind in ("document", "milestone", "home"):
        make_page(slug=f"hidden-{kind}", kind=kind, shown=False, in_foot=True)
    make_page(slug="about", shown=False)
    assert list(queries.shown()) == []
    assert queries.page("hidden-document") is None
    assert list(queries.by_year("document")) == list(queries.milestones()) == []
    assert queries.home_words() is None
    assert queries.in_frame() == queries.InFrame()
    assert queries.faces(["hidden-document", "about"]) == {}
    assert list(queries.public_keys()) == []


def test_documents_come_by_year_newest_first_and_undated_last():
    for slug, year, month in (
        ("a", 2019, None),
        ("b", 2022, 7),
        ("c", None, None),
        ("d", 2022, 11),
        ("e", 2019, 3),
    ):
        make_page(slug=slug, kind="document", year=year, month=month)
    make_page(slug="no", kind="project", year=2022)
    found = queries.years(queries.by_year("document", "message"))
    assert [(year, [one.slug for one in rows]) for year, rows in found] == [
        (2022, ["d", "b"]),
        (2019, ["e", "a"]),
        (None, ["c"]),
    ]


def test_the_history_runs_forward_and_other_lists_by_position():
    for slug, year in (("b", 2022), ("a", 2014)):
        make_page(slug=slug, kind="milestone", year=year)
    make_page(slug="late", kind="project", position=9)
    make_page(slug="early", kind="project", position=1)
    assert [one.slug for one in queries.milestones()] == ["a", "b"]
    assert [one.slug for one in queries.of_kind("project")] == ["early", "late"]


@pytest.mark.parametrize("n", [1, 3])
def test_lists_cost_one_query_each(n, django_assert_num_queries):
    for number in range(n):
        make_page(
            kind="document", in_foot=True, year=2000 + number, body=Text.of("long"), origin=Text.of("WIC")
        )
    with django_assert_num_queries(1):
        rows = list(queries.by_year("document", "message"))
        assert [(str(one.title), one.when, str(one.origin), one.get_absolute_url()) for one in rows] != []
    with django_assert_num_queries(1):
        assert len(queries.in_frame().foot) == n
    with django_assert_num_queries(1):
        assert len(queries.faces([one.slug for one in rows])) == n


def test_the_frame_knows_the_foot_in_its_order_and_whether_there_are_documents():
    make_page("Two", slug="two", in_foot=True, position=2)
    make_page("One", slug="one", in_foot=True, position=1)
    assert queries.in_frame() == queries.InFrame(
        foot=(("one", Text.of("One")), ("two", Text.of("Two"))), documents=False
    )
    for n in range(2):
        make_page(slug=f"message-{n}", kind="message")
    found = queries.in_frame()
    assert ([slug for slug, _ in found.foot], found.documents) == (["one", "two"], True)


def test_waiting_tells_translators_what_is_behind(django_assert_num_queries):
    make_page(BEHIND)
    make_page(Text.of("Fine", fr="Bien"))
    for role, expected in ((Role.TRANSLATOR, [1]), (Role.SECRETARIAT, [1]), (Role.JUROR, []), (None, [])):
        user = make_user(role)
        _ = user.roles
        with django_assert_num_queries(1 if expected else 0):
            assert [one.count for one in queries.waiting(user)] == expected
    Page.objects.update(title=Text.of("Fine"))
    assert queries.waiting(make_user(Role.TRANSLATOR)) == []


def test_reviews_count_the_texts_of_each_language(settings):
    settings.CONTENT_LANGUAGES = ["en", "fr", "ar"]
    page = make_page(BEHIND, lede=Text.from_values({"en": "a", "fr": "b"}, "en"))
    assert queries.reviews(page) == [
        parity.Owed("en"),
        parity.Owed("fr", drafts=1, behind=1),
        parity.Owed("ar", missing=2),
    ]


@pytest.mark.parametrize(
    ("parts", "when", "iso"),
    [
        ((None, None, None), "", ""),
        ((2019, None, None), "2019", "2019"),
        ((2014, 11, None), "November 2014", "2014-11"),
        ((2022, 7, 12), "12 July 2022", "2022-07-12"),
    ],
)
def test_dates_are_as_exact_as_they_are_known(parts, when, iso):
    page = Page(year=parts[0], month=parts[1], day=parts[2])
    assert (page.when, page.iso) == (when, iso)
