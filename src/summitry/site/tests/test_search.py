"""One search over what is public, in every language at once."""

import pytest
from lxml import html

from summitry.atlas.tests.factories import make_case
from summitry.people.tests.factories import make_institution
from summitry.site import acts, search
from summitry.site.tests.factories import make_page
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _house(monkeypatch):
    monkeypatch.setattr(search, "_kept", (b"", []))
    make_institution()
    make_case(Text.of("BeiDou serves the world", zh_hans="北斗系统服务全球"))
    make_page("Secret plan of BeiDou", slug="plan", shown=False)
    acts.create_page(
        None,
        "concept",
        kind="document",
        title=Text.of("Concept document", zh_hans="概念文件", ar="وثيقة المفهوم", fr="Document de réflexion"),
        body=Text.of("It mentions BeiDou once."),
    )


def found(client, query: str, language: str = "en") -> list[str]:
    response = client.get(f"/{language}/search/", {"q": query})
    assert response.status_code == 200
    return html.fromstring(response.content).xpath("//main//ol//h3/a/@href")


def test_titles_come_before_texts_and_what_is_private_not_at_all(client):
    (case, page) = found(client, "beidou")
    assert case.startswith("/en/cases/")
    assert page == "/en/pages/concept/"


@pytest.mark.parametrize("query", ["CONCEPT", "docum conc", "概念", "وَثيقة", "reflexion", "Réflexion"])
def test_every_language_finds_it_however_it_is_written(client, query):
    assert found(client, query, "ar") == ["/ar/pages/concept/"]


@pytest.mark.parametrize(
    "query", ["", "   ", "!!!", "no such thing", "concept nonsense", "\x00", "x" * 5000, "<script>"]
)
def test_what_finds_nothing_says_so_and_harms_nothing(client, query):
    response = client.get("/en/search/", {"q": query})
    assert response.status_code == 200
    assert found(client, query) == []
    assert b"<script>" not in response.content.replace(b'<script type="module"', b"")


def test_what_is_withdrawn_is_not_found_any_more(client):
    assert len(found(client, "concept")) == 1
    page = acts.create_page(None, "other", title=Text.of("Concept of another"))
    assert len(found(client, "concept")) == 2
    acts.edit_page(None, page, 1, shown=False)
    assert len(found(client, "concept")) == 1


def test_a_search_asks_the_database_nothing_while_nothing_changes(client, django_assert_num_queries):
    found(client, "concept")
    with django_assert_num_queries(1):  # the checkpoint
        found(client, "beidou")


def test_many_are_cut_into_pages(client):
    for number in range(21):
        acts.create_page(None, f"p{number}", kind="project", title=Text.of(f"Bridge {number}"))
    assert len(found(client, "bridge")) == 20
    response = client.get("/en/search/?q=bridge&page=2")
    assert len(html.fromstring(response.content).xpath("//main//ol//h3")) == 1


def test_before_the_first_entry_there_is_nothing_to_find():
    assert search.search("beidou", None) == []


def test_a_missing_page_offers_to_search_for_its_words(client):
    page = html.fromstring(client.get("/en/concept/document_2019/").content)
    assert page.xpath("//form[@role='search']//input[@name='q']/@value") == ["concept document 2019"]
    assert len(page.xpath("//*[contains(@class, 'btn') and contains(@class, 'go')]")) == 1
