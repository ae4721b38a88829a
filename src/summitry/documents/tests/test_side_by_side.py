"""The Universal Declaration in 22 languages side by side, aligned by article."""

import re
from dataclasses import replace

import pytest
from lxml import html

from summitry.text.value import Text
from tests.browser import weight

from .. import acts, queries
from .texts import declaration

pytestmark = pytest.mark.django_db
RIGHT = {"ar", "fa", "he", "ur"}


@pytest.fixture
def version(shared_data):
    folder = shared_data / "declarations" / "udhr" / "json"
    codes = sorted(path.stem.lower() for path in folder.glob("*.json"))
    codes.remove("en")
    draft = declaration(folder, "en", *codes)
    draft = replace(draft, passages=[replace(one, anchor="") for one in draft.passages])  # new here
    title = Text.from_values(draft.title, "en")
    document = acts.create_document(None, slug="udhr", title=title, languages=["en", *codes])
    made = acts.take_in(None, acts.start_draft(None, document, "final"), draft)
    return acts.publish_version(None, made)


def test_twenty_two_languages_stand_beside_each_other(client, version):
    page = queries.page(version, "en", "all")
    assert len(page.columns) == 22
    headings = [row for row in page.rows if row.provision.kind == "heading"]
    assert len(headings) == 30
    assert all(cell.language == column.code for row in headings
               for cell, column in zip(row.cells, page.columns, strict=True))  # fmt: skip
    drawn = html.fromstring(client.get("/en/documents/udhr/1/?text=en&with=all").content)
    for code in RIGHT:
        turned = {one.get("dir") for one in drawn.xpath(f"//article//*[@lang='{code}' and @dir]")}
        assert turned == {"rtl"}


def test_the_same_article_stands_in_one_row(version):
    page = queries.page(version, "en", "all")
    headings = [row for row in page.rows if row.provision.kind == "heading"]
    counted = set()
    for number, row in enumerate(headings, 1):
        for cell in row.cells:
            if found := re.search(r"\d+", cell.words):  # in whatever script
                assert int(found[0]) == number
                counted.add(cell.language)
    others = {code: [row.cells[at].words for row in headings] for at, code in enumerate(_codes(page))}
    assert counted == set(_codes(page)) - {"am", "fa", "he", "zh-hans", "zh-hant"}
    assert [others["zh-hans"][at] for at in (0, 9, 10, 20, 29)] == [
        *("第一条", "第十条", "第十一条", "第二十一条", "第三十条"),
    ]
    assert [others["he"][at] for at in (0, 10, 29)] == ["סעיף א.", "סעיף יא.", "סעיף ל."]
    assert [others["fa"][at] for at in (0, 10, 29)] == ["مادهٔ اول", "مادهٔ یازدهم", "مادهٔ سی\u200cام"]
    assert [others["am"][at] for at in (0, 10, 29)] == ["አንቀጽ፡፩፤", "አንቀጽ፡፲፩፤", "አንቀጽ፡፴፤"]


def _codes(page):
    return [column.code for column in page.columns]


def test_many_languages_are_loaded_in_parts(client, version):
    page = queries.page(version, "en", "all")
    parts = page.leaf().paginator
    assert [row for one in parts.page_range for row in page.leaf(str(one))] == page.rows
    last = page.rows[-1].provision.anchor
    assert page.leaf(at=last).number == parts.num_pages > 1
    assert queries.page(version, "en", "ar").leaf().paginator.num_pages == 1
    drawn = html.fromstring(client.get(f"/en/documents/udhr/1/?with=all&at={last}").content)
    assert drawn.xpath("//nav[@class='pages']/b/text()") == [str(parts.num_pages)]
    assert len(drawn.xpath(f"//div[@id='{last}']")) == 1


@pytest.mark.django_db(transaction=True)
def test_the_first_view_of_twenty_two_languages_is_light(django_db_setup, live_server, version):
    place = f"{live_server.url}/en/documents/udhr/1/?text=en&with=all"
    for part in range(1, queries.page(version, "en", "all").leaf().paginator.num_pages + 1):
        assert weight.first_view(f"{place}&page={part}").total < weight.LIMIT


def test_a_form_with_several_languages_leads_to_one_address(client, version):
    answer = client.get("/en/documents/udhr/1/?text=en&with=ar&with=he")
    assert (answer.status_code, answer["Location"]) == (302, "/en/documents/udhr/1/?text=en&with=ar%2Che")
    drawn = html.fromstring(client.get(answer["Location"]).content)
    assert len(drawn.xpath("//input[@name='with']")) == 21
    assert drawn.xpath("//input[@name='with' and @checked]/@value") == ["ar", "he"]
    page = queries.page(version, "en", "ar,he,xx,en")
    assert [one.code for one in page.columns] == ["en", "ar", "he"]
