"""The Universal Declaration in 22 languages side by side, aligned by article."""

from dataclasses import replace

import pytest
from lxml import html

from summitry.text.value import Text

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


def test_a_form_with_several_languages_leads_to_one_address(client, version):
    answer = client.get("/en/documents/udhr/1/?text=en&with=ar&with=he")
    assert (answer.status_code, answer["Location"]) == (302, "/en/documents/udhr/1/?text=en&with=ar%2Che")
    drawn = html.fromstring(client.get(answer["Location"]).content)
    assert len(drawn.xpath("//input[@name='with']")) == 21
    assert drawn.xpath("//input[@name='with' and @checked]/@value") == ["ar", "he"]
    page = queries.page(version, "en", "ar,he,xx,en")
    assert [one.code for one in page.columns] == ["en", "ar", "he"]
