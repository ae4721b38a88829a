"""The desk of documents: made, drafted, published, translated."""

from datetime import timedelta

import pytest
from django.utils import timezone
from lxml import html

from summitry.documents import acts
from summitry.documents.changes import Write
from summitry.documents.models import Document, Version
from summitry.people.tests.factories import make_user

from . import factories

pytestmark = pytest.mark.django_db
DRAFT = "/en/desk/documents/initiative/draft/"


@pytest.fixture
def draft():
    version = factories.a_version(factories.a_document(languages=("en", "fr")), published=False)
    factories.provisions(version, "One.", "Two.", "Three.")
    return version


def text(version: Version) -> list[str]:
    return [f"{one.anchor} {one.text.get('en')}" for one in version.provisions.order_by("position")]


def form_of(client, path: str) -> dict[str, object]:
    """What the form of a page would send as it stands."""
    drawn = html.fromstring(client.get(path).content)
    [form] = [one for one in drawn.forms if one.method == "POST" and "display" not in (one.action or "")]
    data: dict[str, object] = {}
    for name, value in form.form_values():
        data[name] = [*data[name], value] if name in data else [value]
    return data


def test_a_document_is_made_and_begun(client, secretariat):
    facts = {
        "title_en": "Initiative",
        "source": "en",
        "others": ["fr"],
        "more": "SW, pt",
        "authentic": ["en", "fr"],
        "comment_days": "14",
        "objection_days": "14",
    }
    response = client.post("/en/desk/documents/new/", facts)
    assert response["Location"] == "/en/desk/documents/initiative/"
    document = Document.objects.get()
    assert (document.languages, document.authentic) == (["en", "fr", "sw", "pt"], ["en", "fr"])
    again = form_of(client, "/en/desk/documents/new/")
    assert client.post("/en/desk/documents/new/", {**again, "source": "en"}).status_code == 422
    drawn = html.fromstring(client.get("/en/desk/documents/initiative/").content)
    assert drawn.xpath("//select[@name='stage']")[0].value == "zero"
    response = client.post("/en/desk/documents/initiative/start/", {"stage": "zero", "note_en": "The first"})
    assert response["Location"] == DRAFT
    version = Version.objects.get()
    assert (version.stage, str(version.note)) == ("zero", "The first")
    client.post("/en/desk/documents/initiative/start/", {"stage": "zero"})
    assert Version.objects.count() == 1
    client.post("/en/desk/documents/initiative/about/", {"stage": "concept", "note_en": ""})
    assert Version.objects.get().stage == "concept"


def test_facts_are_edited(client, secretariat, draft):
    path = "/en/desk/documents/initiative/"
    drawn = html.fromstring(client.get(path).content)
    form = next(one for one in drawn.forms if "title_en" in one.fields)
    data: dict[str, list[str]] = {}
    for name, value in form.form_values():
        data.setdefault(name, []).append(value)
    assert client.post(path, {**data, "title_en": "Renamed"}).status_code == 302
    document = Document.objects.get()
    assert (str(document.title), document.languages, document.version) == ("Renamed", ["en", "fr"], 2)
    stale = client.post(path, {**data, "title_en": "Again"})
    assert stale.status_code == 422
    assert "Somebody else" in stale.content.decode()


def test_the_editor_changes_moves_inserts_and_removes(client, secretariat, draft):
    data = form_of(client, DRAFT)
    assert data["row"] == ["p1", "p2", "p3"]
    client.post(DRAFT, {**data, "words-p2": "Two,\r\nreworded.", "kind-p2": "heading", "do": "up:p2"})
    assert text(draft) == ["p2 Two, reworded.", "p1 One.", "p3 Three."]
    client.post(DRAFT, {**form_of(client, DRAFT), "do": "down:p1"})
    assert text(draft) == ["p2 Two, reworded.", "p3 Three.", "p1 One."]
    data = form_of(client, f"{DRAFT}?insert=p2")
    assert data["row"] == ["p2", "new", "p3", "p1"]
    client.post(
        DRAFT, {**data, "words-new": "Between.", "number-new": "(a)", "kind-new": "item", "do": "save"}
    )
    data = form_of(client, f"{DRAFT}?insert=start")
    client.post(DRAFT, {**data, "words-new": "First.", "do": "save"})
    client.post(DRAFT, {**form_of(client, DRAFT), "words-p3": "Never kept.", "do": "remove:p3"})
    assert text(draft) == ["p5 First.", "p2 Two, reworded.", "p4 Between.", "p1 One."]
    one = draft.provisions.get(anchor="p4")
    assert (one.kind, one.number) == ("item", "(a)")
    before = Version.objects.get().revision
    client.post(DRAFT, {**form_of(client, DRAFT), "do": "up:p5"})  # it is the first
    client.post(DRAFT, {**form_of(client, f"{DRAFT}?insert=p1"), "do": "save"})  # nothing was written
    assert Version.objects.get().revision == before


def test_two_editors_see_what_the_other_wrote(client, secretariat, draft):
    data = form_of(client, DRAFT)
    acts.write_provision(None, draft, Write("p1", {"en": "One by somebody else."}))
    response = client.post(DRAFT, {**data, "words-p1": "One of mine.", "words-p3": "Three of mine."})
    assert response.status_code == 422
    drawn = html.fromstring(response.content)
    assert "¶1 in the meantime" in response.content.decode()
    assert drawn.xpath("string(//textarea[@name='words-p1'])") == "One of mine."
    assert drawn.xpath("string(//textarea[@name='words-p3'])") == "Three of mine."
    assert drawn.xpath("//fieldset[@id='p1']//del") != []
    assert drawn.xpath("//fieldset[@id='p3']//del") == []
    assert text(draft) == ["p1 One by somebody else.", "p2 Two.", "p3 Three."]
    seen = drawn.xpath("string(//input[@name='seen-p1']/@value)")
    client.post(DRAFT, {**data, "words-p1": "One of mine.", "seen-p1": seen})
    assert text(draft) == ["p1 One of mine.", "p2 Two.", "p3 Three."]


def test_a_form_that_is_none_of_ours_changes_nothing(client, secretariat, draft):
    data = form_of(client, DRAFT)
    for wrong in ({"kind-p1": "poem"}, {"depth-p1": "9"}, {"words-p1": "x" * 20_001}, {"words-p1": " "}):
        assert client.post(DRAFT, {**data, **wrong}).status_code == 422
    client.post(DRAFT, {**data, "do": "burn:p1"})
    assert text(draft) == ["p1 One.", "p2 Two.", "p3 Three."]


def test_a_draft_is_looked_at_and_published(client, secretariat, draft):
    assert b"Three." in client.get("/en/desk/documents/initiative/preview/?with=fr").content
    path = "/en/desk/documents/initiative/publish/"
    data = form_of(client, path)
    soon = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    refused = client.post(path, {**data, "comments_until": soon})
    assert refused.status_code == 422
    assert "at least 28 days" in refused.content.decode()
    response = client.post(path, data)
    assert response["Location"] == "/en/documents/initiative/1/"
    assert Version.objects.get().is_public
    assert client.get(path).status_code == 404


def test_a_draft_is_discarded_after_asking(client, secretariat, draft):
    path = "/en/desk/documents/initiative/discard/"
    client.post(path, {"revision": "7"})
    assert Version.objects.count() == 1
    client.post(path, form_of(client, path))
    assert Version.objects.count() == 0


def test_who_may_see_and_do_what(client, draft):
    paths = [
        *("", "new/", "translations/", "initiative/", "initiative/draft/", "initiative/about/"),
        *("initiative/preview/", "initiative/publish/", "initiative/discard/", "initiative/1/translate/fr/"),
    ]

    def allowed(role: str) -> list[str]:
        client.force_login(make_user(role))
        found = {path: client.get(f"/en/desk/documents/{path}").status_code for path in paths}
        assert set(found.values()) <= {200, 403}
        return [path for path, status in found.items() if status == 200]

    assert allowed("secretariat") == paths
    reading = ["", "initiative/", "initiative/draft/", "initiative/preview/"]
    assert allowed("auditor") == reading
    assert allowed("translator") == ["", "translations/", *reading[1:], "initiative/1/translate/fr/"]
    assert allowed("juror") == []
    client.force_login(make_user("translator"))
    data = {"row": "p1", "words-p1": "Mine", "kind-p1": "paragraph", "depth-p1": "1"}
    for path in ("draft/", "publish/", "discard/", "start/", "about/", ""):
        assert (
            client.post(f"/en/desk/documents/initiative/{path}", {**data, "stage": "zero"}).status_code == 403
        )
    assert text(draft) == ["p1 One.", "p2 Two.", "p3 Three."]


def test_the_translators_desk(client, draft):
    translator = make_user("translator")
    client.force_login(translator)
    drawn = html.fromstring(client.get("/en/desk/documents/translations/").content)
    [row] = drawn.xpath("//tbody/tr")
    assert [" ".join(one.itertext()) for one in row.xpath("td[@class='num']")] == ["3", "0", "0"]
    assert b"Nothing is owed" in client.get("/en/desk/documents/translations/?language=ar").content
    path = "/en/desk/documents/initiative/1/translate/fr/"
    data = form_of(client, f"{path}?owed=1")
    assert data["row"] == ["p1", "p2", "p3"]
    [box] = html.fromstring(client.get(f"/ar{path[3:]}").content).xpath("//textarea[@name='words-p1']")
    assert (box.get("lang"), box.get("dir"), "Français" in box.get("aria-label")) == ("fr", "ltr", True)
    sent = {**data, "words-p1": "Un.", "words-p2": "Deux.", "reviewed-p2": "1"}
    assert client.post(f"{path}?owed=1", sent)["Location"] == f"{path}?owed=1"
    assert [one.text.state("fr") for one in draft.provisions.order_by("position")] == [
        "draft",
        "reviewed",
        None,
    ]
    stale = client.post(path, {**data, "words-p1": "Une.", "words-p3": "Trois."})
    assert stale.status_code == 422
    drawn = html.fromstring(stale.content)
    assert drawn.xpath("string(//textarea[@name='words-p1'])") == "Une."
    assert "Un." in drawn.xpath("string(//fieldset[@id='p1']//p[@class='hint'])")
    assert draft.provisions.get(anchor="p3").text.get("fr") == ""
    assert client.get("/en/desk/documents/initiative/1/translate/en/").status_code == 404
    assert client.get("/en/desk/documents/initiative/1/translate/ru/").status_code == 404
    ticked = client.post(path, {**data, "reviewed-p3": "1"})
    assert ticked.status_code == 422  # there is nothing yet to confirm


def test_lists_cost_a_fixed_number_of_queries(draft, django_assert_num_queries):
    from summitry.documents import queries

    for n in range(2):
        factories.a_version(factories.a_document(f"other-{n}", languages=("en", "fr")))
    with django_assert_num_queries(1):
        assert len(queries.desk_documents()) == 3
    with django_assert_num_queries(3):
        queries.owed()
