"""Pages and their lists, as the public reads them and as the secretariat and translators keep them."""

import pytest
from lxml import html

from summitry.people.models import Role
from summitry.people.tests.factories import make_institution, make_user
from summitry.record.models import Entry
from summitry.site import acts
from summitry.site.models import Page
from summitry.site.tests.factories import make_page
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
TITLE = Text.of("Concept document", zh_hans="概念文件")


def read(client, address: str, status: int = 200) -> html.HtmlElement:
    response = client.get(address)
    assert response.status_code == status
    return html.fromstring(response.content)


def shore(page: html.HtmlElement) -> list[tuple[str, str, bool]]:
    return [
        (one.text, one.get("href"), one.get("aria-current") == "page")
        for one in page.xpath("//nav[@class='shore']//a")
    ]


def test_a_page_stands_with_its_date_origin_and_entry(client):
    page = acts.create_page(
        None,
        "concept",
        kind="document",
        title=TITLE,
        lede=Text.of("What it sets out."),
        body=Text.of("## Background\n\n<script>alert(1)</script>"),
        origin=Text.of("Organising committee"),
        year=2019,
        month=10,
    )
    drawn = read(client, page.get_absolute_url())
    assert [one.text for one in drawn.xpath("//h1")] == ["Concept document"]
    assert drawn.xpath("//div[@class='read']//h2")[0].text == "Background"
    assert drawn.xpath("//time[@datetime='2019-10']")[0].text == "October 2019"
    assert drawn.xpath("//article//a[contains(@href, '/record/')]/@href") == [Entry.objects.get().url]
    assert drawn.xpath("//nav[@class='crumb']//a/@href") == ["/en/documents/"]
    assert "alert(1)" in drawn.text_content()
    assert drawn.xpath("//article//script") == []


def test_a_reader_is_told_which_language_she_reads(client):
    make_page(TITLE, slug="concept", body=Text.of("Only English."))
    drawn = read(client, "/ar/pages/concept/")
    assert (drawn.get("lang"), drawn.get("dir")) == ("ar", "rtl")
    (title,) = drawn.xpath("//h1")
    assert (title.get("lang"), title.get("dir")) == ("en", "ltr")
    assert (
        len(drawn.xpath("//article//span[@class='chip']")) == 0
    )  # no meta line without date, origin or entry


def test_a_private_page_is_not_there(client):
    make_page(slug="plan", kind="document", shown=False, title="Secret plan")
    read(client, "/en/pages/plan/", 404)
    assert b"Secret plan" not in client.get("/en/documents/").content
    client.force_login(make_user(Role.JUROR))
    read(client, "/en/pages/plan/", 404)


def test_documents_by_year(client):
    make_page("Concept", slug="a", kind="document", year=2019)
    make_page("Congratulations", slug="b", kind="message", year=2022, month=7, day=12)
    make_page("Undated", slug="c", kind="document")
    drawn = read(client, "/en/documents/")
    assert [one.text for one in drawn.xpath("//h1|//h2[not(ancestor::footer)]")] == [
        "Documents",
        "2022",
        "2019",
        "Without a date",
    ]
    assert drawn.xpath("//main//h3/a/@href") == ["/en/pages/b/", "/en/pages/a/", "/en/pages/c/"]


def test_lists_of_other_kinds_and_of_none(client):
    make_page("Digital Uganda", kind="project", slug="uganda")
    assert read(client, "/en/lists/project/").xpath("//main//h3/a/@href") == ["/en/pages/uganda/"]
    assert (
        read(client, "/en/lists/rule/").xpath("//main//p[@class='lede']")[-1].text == "Nothing is here yet."
    )
    for kind in ("page", "home", "nonsense"):
        read(client, f"/en/lists/{kind}/", 404)


def test_long_lists_are_cut_into_pages(client):
    Page.objects.bulk_create(
        Page(slug=f"p{n}", kind="project", title=Text.of(f"P {n}"), position=n) for n in range(51)
    )
    assert len(read(client, "/en/lists/project/").xpath("//main//h3")) == 50
    assert len(read(client, "/en/lists/project/?page=2").xpath("//main//h3")) == 1
    assert len(read(client, "/en/lists/project/?page=nonsense").xpath("//main//h3")) == 50


@pytest.mark.parametrize("n", [1, 3])
def test_what_a_public_page_costs(client, django_assert_num_queries, n):
    """Checkpoint, institution and navigation, the foot's pages; the checkpoint alone while these are kept."""
    make_institution()
    for number in range(n):
        acts.create_page(None, f"d{number}", kind="document", title=TITLE, in_foot=True, year=2019)
    with django_assert_num_queries(3):
        client.get("/en/display/")
    with django_assert_num_queries(1):
        client.get("/en/display/")
    with django_assert_num_queries(3):  # the page, and its entry in the record
        client.get("/en/pages/d0/")
    with django_assert_num_queries(4):  # texts in versions, count and rows
        client.get("/en/documents/")


def test_before_the_first_entry_the_frame_costs_two_queries(client, django_assert_num_queries):
    make_page(kind="document", in_foot=True)
    with django_assert_num_queries(2):
        client.get("/en/display/")


def test_the_shore_shows_only_what_there_is_and_follows_the_record(client):
    assert shore(read(client, "/en/display/")) == [("Public record", "/en/record/", False)]
    page = acts.create_page(None, "concept", kind="document", title=TITLE)
    acts.create_page(None, "about", title=Text.of("About us"), in_foot=True)
    drawn = read(client, "/en/documents/")
    assert shore(drawn) == [
        ("Documents", "/en/documents/", True),
        ("Public record", "/en/record/", False),
        ("About", "/en/pages/about/", False),
    ]
    assert drawn.xpath("//footer//nav[@aria-label='About']//a/@href") == ["/en/pages/about/", "/en/api/"]
    secretariat = make_user(Role.SECRETARIAT)
    acts.edit_page(secretariat, page, 1, shown=False)
    assert [label for label, *_ in shore(read(client, "/en/display/"))] == ["Public record", "About"]


def test_only_those_with_a_mandate_see_the_way_to_the_desk(client):
    def ways() -> set[str]:
        return set(read(client, "/en/display/").xpath("//div[@class='tools']/a[not(@class)]/@href"))

    assert ways() == {"/en/search/", "/en/account/login/"}
    client.force_login(make_user())
    assert "/en/desk/" not in ways()
    client.force_login(make_user(Role.JUROR, "calls.call:cases"))
    assert "/en/desk/" in ways()


# -- the desk -------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/en/desk/pages/", "/en/desk/pages/new/", "/en/desk/pages/plan/"])
def test_the_pages_desk_is_closed_to_others(client, address):
    make_page("Secret plan", slug="plan", shown=False)
    assert client.get(address).status_code == 302
    client.force_login(make_user(Role.JUROR))
    response = client.get(address)
    assert response.status_code == 403
    assert b"Secret plan" not in response.content


def test_the_secretariat_makes_and_changes_a_page(client):
    client.force_login(make_user(Role.SECRETARIAT))
    response = client.post(
        "/en/desk/pages/new/", {"slug": "concept", "kind": "document", "title_en": "Concept", "shown": "on"}
    )
    assert (response.status_code, response["Location"]) == (302, "/en/desk/pages/concept/")
    values = {
        "kind": "document",
        "title_en": "Concept document",
        "title_zh-hans": "概念文件",
        "year": "2019",
        "position": "5",
        "shown": "on",
        "version": "1",
    }
    assert client.post("/en/desk/pages/concept/", values).status_code == 302
    page = Page.objects.get()
    assert page.title.values == {"en": "Concept document", "zh-hans": "概念文件"}
    assert (page.year, page.position, page.version) == (2019, 5, 2)
    stale = client.post("/en/desk/pages/concept/", {**values, "title_en": "Other"})
    assert stale.status_code == 422
    assert (
        "Somebody else has changed this"
        in html.fromstring(stale.content).xpath("//*[@role='alert']")[0].text_content()
    )
    assert str(Page.objects.get()) == "Concept document"


def test_faults_stand_at_their_fields(client):
    client.force_login(make_user(Role.SECRETARIAT))
    make_page(slug="taken")
    response = client.post(
        "/en/desk/pages/new/", {"slug": "taken", "kind": "document", "title_en": "x" * 301}
    )
    assert response.status_code == 422
    assert html.fromstring(response.content).xpath("//*[@role='alert']//a/@href") == ["#id_title_group"]
    response = client.post("/en/desk/pages/new/", {"slug": "taken", "kind": "document", "title_en": "Fine"})
    assert response.status_code == 422
    assert html.fromstring(response.content).xpath("//*[@role='alert']//a/@href") == ["#id_slug"]


def test_a_translator_keeps_translations_and_cannot_touch_the_original(client):
    page = make_page(Text.of("One", fr="Un").edited({"en": "Two", "fr": "Un"}), slug="two")
    client.force_login(make_user(Role.TRANSLATOR))
    drawn = read(client, "/en/desk/pages/?owed=1")
    assert drawn.xpath("//tbody//a/@href") == ["/en/desk/pages/two/"]
    assert drawn.xpath("//a[@href='/en/desk/pages/new/']") == []
    form = read(client, "/en/desk/pages/two/").xpath("//form[@class='form']")[0]
    assert form.xpath(".//*[@readonly]/@name") == ["title_en"]
    assert form.xpath(".//fieldset/legend")[0].text == "Title"
    assert len(form.xpath(".//fieldset")) == 1  # of the other texts there is no original yet
    values = {"title_en": "Two", "title_fr": "Deux", "version": "1"}
    assert client.post("/en/desk/pages/two/", {**values, "title_en": "Three"}).status_code == 422
    assert client.post("/en/desk/pages/two/", values).status_code == 302
    page.refresh_from_db()
    assert (page.title.get("en"), page.title.get("fr"), page.title.state("fr")) == ("Two", "Deux", "draft")
    assert client.post("/en/desk/pages/two/reviewed/fr/", {"version": "2"}).status_code == 302
    page.refresh_from_db()
    assert page.title.state("fr") == "reviewed"
    assert read(client, "/en/desk/pages/?owed=1").xpath("//tbody//a") == []


def test_a_review_of_an_old_version_says_so_and_changes_nothing(client):
    page = make_page(Text.from_values({"en": "One", "fr": "Un"}, "en"), slug="one")
    client.force_login(make_user(Role.TRANSLATOR))
    for version in ("7", "", "x", "-1"):
        response = client.post("/en/desk/pages/one/reviewed/fr/", {"version": version}, follow=True)
        assert "Somebody else has changed this" in response.content.decode()
    page.refresh_from_db()
    assert page.title.state("fr") == "draft"
    assert client.get("/en/desk/pages/one/reviewed/fr/").status_code == 405


@pytest.mark.parametrize("n", [1, 3])
def test_the_pages_desk_costs_the_same_for_any_number(client, django_assert_num_queries, n):
    for _ in range(n):
        make_page(kind="document")
    client.force_login(make_user(Role.SECRETARIAT))
    client.get("/en/desk/pages/")
    with django_assert_num_queries(7):  # session, user, mandates, checkpoint, institution, count, rows
        client.get("/en/desk/pages/")
