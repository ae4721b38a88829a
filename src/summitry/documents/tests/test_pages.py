"""What everybody reads of documents."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone
from lxml import html

from summitry.documents import acts, lineage, parts, queries
from summitry.documents.changes import Insert, Move, Remove, Write
from summitry.documents.models import Adoption, Version
from summitry.documents.structure import Kind, Passage
from summitry.people.tests.factories import make_user
from summitry.record.queries import changed_faces
from summitry.text.machine import MachineText, key_of
from summitry.text.tests.providers import HERE
from summitry.text.value import Text

from . import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return factories.a_document(
        languages=("en", "fr", "ar"),
        title=Text.of("Initiative", fr="Initiative (fr)"),
        summary=Text.of("In short"),
    )


@pytest.fixture
def first(document):
    """Version 1: a heading, a paragraph in three languages, one outdated in French, one in English only."""
    version = factories.a_version(document, published=False)
    factories.provisions(version, Text.of("Preamble", fr="Préambule"), kind=Kind.HEADING)
    stale = Text.of("Old.", fr="Vieux.").edited({"en": "States share data.", "fr": "Vieux."})
    factories.provisions(version, Text.of("One.", fr="Un.", ar="واحد"), stale, "Alone.")
    return acts.publish_version(None, version)


@pytest.fixture
def second(first):
    """Version 2: p3 reworded, p2 removed, p4 before p1, p5 new."""
    version = acts.start_draft(None, first.document, "revision")
    acts.change_draft(
        None,
        version,
        [
            Write("p3", {"en": "States must share data."}, number="2."),
            Remove("p2"),
            Move("p4"),
            Insert(Passage(Kind.ITEM, {"en": "Wholly new."}), "p3"),
        ],
    )
    return acts.publish_version(None, version)


def read(client, path: str, status: int = 200):
    response = client.get(path)
    assert response.status_code == status, path
    return html.fromstring(response.content)


def words(node) -> str:
    return " ".join(" ".join(node.itertext()).split())


def rows(drawn) -> dict[str, list[str]]:
    return {
        one.get("id"): [words(cell) for cell in one.xpath("*[contains(@class, 't t')]")]
        for one in drawn.xpath("//div[contains(concat(' ', @class, ' '), ' par ')]")
    }


def test_drafts_are_nowhere(client, document, django_assert_num_queries):
    version = factories.a_version(document, published=False)
    factories.provisions(version, "Secret words.")
    for path in ("", "1/", "1/since/", "1/compare/1/", "changes/"):
        if path == "changes/":
            client.force_login(make_user())
        assert client.get(f"/en/documents/initiative/{path}").status_code == 404
    assert client.get("/documents/initiative/1/source.json").status_code == 404
    assert b"initiative" not in client.get("/en/documents/").content
    published = acts.publish_version(None, version)
    draft = acts.start_draft(None, document, "revision")
    acts.change_draft(None, draft, [Write("p1", {"en": "Secret words of the draft."})])
    for path in ("/en/documents/", "/en/documents/initiative/", "/en/documents/initiative/1/since/"):
        page = client.get(path).content.decode()
        assert "of the draft" not in page
        assert "/initiative/2/" not in page
    assert client.get("/en/documents/initiative/2/").status_code == 404
    assert [one.version for one in queries.listed()] == [published]


def test_the_list_shows_what_takes_comments_first(client, first):
    now = timezone.now()
    other = factories.a_document("other", title=Text.of("Other"))
    factories.a_version(other, comments_from=now - timedelta(days=1), comments_until=now + timedelta(days=9))
    factories.a_version(
        factories.a_document("past", title=Text.of("Past")),
        comments_from=now - timedelta(days=9),
        comments_until=now - timedelta(days=1),
        published_at=now - timedelta(days=9),
    )
    drawn = read(client, "/en/documents/")
    assert [words(one) for one in drawn.xpath("//ul[@class='cases']//h3")] == ["Other", "Initiative", "Past"]
    assert len(drawn.xpath("//span[@class='chip due']")) == 1


def test_the_list_costs_one_query(first, django_assert_num_queries):
    for n in range(2):
        factories.a_version(factories.a_document(f"other-{n}"))
    with django_assert_num_queries(1):
        assert len(queries.listed()) == 3


def test_a_version_is_read_in_one_language_with_its_marks(client, first):
    drawn = read(client, "/fr/documents/initiative/1/")
    assert rows(drawn) == {
        "p1": ["Préambule"],
        "p2": ["Un."],
        "p3": ["Vieux. l’original a changé depuis"],
        "p4": ["Alone. pas encore traduite"],
    }
    assert drawn.xpath("string(//div[@id='p1']/h2/@lang)") == "fr"
    assert [one.get("lang") for one in drawn.xpath("//div[@id='p4']/p")] == ["en"]
    marks = [words(one) for one in drawn.xpath("//ul[contains(@class, 'cols')]//span")]
    assert marks == ["traduction", "1 disposition pas encore traduite", "1 disposition dépassée"]
    assert first.digest in words(drawn)
    english = read(client, "/fr/documents/initiative/1/?text=en")
    assert rows(english)["p4"] == ["Alone."]
    assert [words(one) for one in english.xpath("//ul[contains(@class, 'cols')]//span")] == [
        "fait foi",
        "source",
    ]
    nonsense = read(client, "/en/documents/initiative/1/?text=xx&with=yy")
    assert rows(nonsense)["p2"] == ["One."]


def test_languages_side_by_side(client, first):
    drawn = read(client, "/en/documents/initiative/1/?with=ar")
    assert rows(drawn)["p2"] == ["One.", "واحد"]
    assert [one.get("dir") for one in drawn.xpath("//div[@id='p2']/p")] == ["ltr", "rtl"]
    assert len(drawn.xpath("//div[@id='p1']/h2")) == 1  # one outline, whatever the columns
    everything = read(client, "/en/documents/initiative/1/?with=all")
    assert rows(everything)["p2"] == ["One.", "Un.", "واحد"]
    assert [one.get("value") for one in everything.xpath("//input[@name='column']")] == ["1", "2", "3"]


def test_machines_fill_gaps_and_are_marked(client, first, settings):
    settings.SUMMITRY_TRANSLATOR = f"{HERE}.Upside"
    alone = first.provisions.get(anchor="p4").text.get("en")
    MachineText.objects.create(key=key_of(alone), source="en", target="fr", words="Seul (machine).")
    drawn = read(client, "/fr/documents/initiative/1/")
    assert rows(drawn)["p4"] == ["Seul (machine). traduite par une machine"]
    assert drawn.xpath("string(//div[@id='p4']/p/@lang)") == "fr"


def test_what_is_digested_can_be_fetched(client, first):
    response = client.get("/documents/initiative/1/source.json")
    assert hashlib.sha256(response.content).hexdigest() == first.digest
    assert [one["anchor"] for one in response.json()["provisions"]] == ["p1", "p2", "p3", "p4"]


def test_what_two_versions_say_differently(client, first, second):
    comparison = queries.comparison(first, second, "en")
    assert [(one.anchor, one.fate, one.moved, one.was) for one in comparison.changes] == [
        ("p4", "same", True, None),
        ("p1", "same", False, None),
        ("p2", "removed", False, None),
        ("p3", "changed", False, ""),
        ("p5", "added", False, None),
    ]
    assert comparison.changes[0].after == "p3"
    assert comparison.counts == {
        "changed": 1,
        "added": 1,
        "removed": 1,
        "moved": 1,
        "renumbered": 1,
        "same": 1,
    }
    drawn = read(client, "/en/documents/initiative/1/compare/2/")
    assert words(drawn.xpath("//div[@id='p3']/div")[0]) == "added: 2. States added: must share data."
    assert len(drawn.xpath("//section//details")) == 1
    back = read(client, "/en/documents/initiative/2/compare/1/")
    assert "removed: must" in words(back.xpath("//div[@id='p3']/div")[0])
    french = queries.comparison(first, second, "fr")
    assert [(one.anchor, one.lacking) for one in french.changes if one.lacking] == [
        ("p4", True),
        ("p5", True),
    ]
    assert [one.anchor for one in french.changes if one.behind] == ["p3"]  # its French is of two sources ago
    [behind] = read(client, "/fr/documents/initiative/1/compare/2/").xpath("//div[@id='p3']")
    assert behind.xpath("div/@lang") == ["en"]
    assert "must" in words(behind.xpath(".//ins")[-1])
    assert len(behind.xpath(".//span[contains(@class, 'due')]")) == 1
    assert read(client, "/en/documents/initiative/1/since/").xpath("//div[@id='p5']//ins") != []
    assert "no newer version" in words(read(client, "/en/documents/initiative/2/since/"))
    assert queries.comparison(first, first).is_same
    read(client, "/en/documents/initiative/1/compare/9/", 404)
    read(client, f"/en/documents/initiative/{2**40}/", 404)


def test_pages_cost_a_fixed_number_of_queries(first, second, django_assert_num_queries):
    with django_assert_num_queries(1):
        queries.page(first, "en", "all")
    with django_assert_num_queries(2):
        queries.comparison(first, second)
    with django_assert_num_queries(4):  # the library's claims too
        queries.lineage(first.document)
    factories.provisions(first, *["More"] * 3)
    with django_assert_num_queries(1):
        queries.page(first, "en", "all")


def test_words_that_are_not_translated_keep_their_own_direction(client, first):
    document = first.document
    draft = acts.start_draft(None, document, "revision")
    acts.insert_provision(None, draft, Passage(Kind.PARAGRAPH, {"en": "It is new."}), "p1")
    acts.translate(None, draft, "ar", {"p1": "نتقابل."})
    acts.publish_version(None, draft)
    drawn = read(client, "/ar/documents/initiative/1/compare/2/?text=ar")
    [new] = [one for one in drawn.xpath("//div[contains(@class, 't1')]") if "It is new." in words(one)]
    assert (new.get("lang"), new.get("dir")) == ("en", "ltr")


def test_the_way_of_a_concept_goes_on_in_the_document_that_derives_from_it():
    concept = factories.a_version(factories.a_document("concept"), stage=Version.Stage.CONCEPT).document
    assert [one.state for one in queries.lineage(concept).steps] == ["now", "todo", "todo"]
    child = factories.a_document("child", title=Text.of("Child"), derives_from=concept)
    factories.a_version(child)
    assert [(one.state, one.detail, one.url) for one in queries.lineage(concept).steps] == [
        ("done", "version 1", "/en/documents/concept/1/"),
        ("done", "Child", "/en/documents/child/"),
    ]


def test_the_way_of_a_document(client, first, second, monkeypatch):
    document = first.document
    child = factories.a_document("child", title=Text.of("Child"), derives_from=document)
    factories.a_version(child)
    factories.a_document("hidden", title=Text.of("Hidden child"), derives_from=document)
    found = queries.lineage(document)
    assert [(str(one.label), one.state) for one in found.steps] == [
        ("zero draft", "done"),
        ("revision", "now"),
        ("final text", "todo"),
        ("adopted", "todo"),
    ]
    assert list(found.entries) == [1, 2]
    monkeypatch.setitem(
        lineage._claimants, "test", lambda one: [lineage.Claim(Text.of("A case"), "/en/cases/a/")]
    )
    monkeypatch.setitem(
        lineage._steps,
        "test",
        (lineage.SIGNATURES, lambda one: [lineage.Step("signed", "now", "8 signatures")]),
    )
    second.stage, second.adopted_at = "final", timezone.now()
    second.save()
    state, now = Adoption.State.ADOPTED, timezone.now()
    Adoption.objects.create(version=second, way="consensus", state=state, decided_at=now)
    drawn = read(client, "/en/documents/initiative/")
    steps = [words(one.xpath(".//strong")[0]) for one in drawn.xpath("//div[@class='crossing']//li")]
    assert steps == ["Zero draft", "Final text", "Adopted", "Signed", "Put into practice"]
    page = words(drawn)
    assert "A case" in page
    assert "Hidden child" not in page
    assert drawn.xpath("//a[@href='/en/documents/child/']") != []
    assert drawn.xpath("//a[@href='/en/documents/initiative/1/compare/2/']") != []
    assert "Initiative" in words(read(client, "/en/documents/child/").xpath("//dl")[0])


def test_what_others_put_on_the_page_of_a_version(client, first, monkeypatch, settings, tmp_path):
    (tmp_path / "part.html").write_text('<i class="told">{{ data }}{{ provision.anchor }}</i>')
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    for place, give in (
        (parts.Place.ASIDE, lambda visit: f"{visit.version.number}{visit.at}"),
        (parts.Place.PROVISION, lambda visit: {"p2": "here", "p3": ""}),
        (parts.Place.FOOT, lambda visit: None),
    ):
        monkeypatch.setitem(parts._parts, place, parts.Part(place, place, "part.html", give))
    drawn = read(client, "/en/documents/initiative/1/?at=p2")
    assert [words(one) for one in drawn.xpath("//i[@class='told']")] == ["1p2", "herep2"]
    assert drawn.xpath("//div[contains(@class, 'par open')]/@id") == ["p2"]


def test_what_changed_since_i_read_it(client, first):
    assert client.get("/en/documents/initiative/changes/").status_code == 302
    user = make_user()
    client.force_login(user)
    path = "/en/documents/initiative/changes/"
    assert "not marked a version as read" in words(read(client, path))
    client.post(path, {"do": "read", "number": 1})
    assert "the newest" in words(read(client, path))
    draft = acts.start_draft(None, first.document, "revision")
    acts.change_draft(None, draft, [Write("p2", {"en": "One, and more."})])
    acts.publish_version(None, draft)
    drawn = read(client, path)
    assert [words(one) for one in drawn.xpath("//ins[span]")] == ["added: , and more"]
    client.post(path, {"do": "follow"})
    assert queries.reader_of(user, first.document).follows
    client.post(path, {"do": "unfollow"})
    assert not queries.reader_of(user, first.document).follows
    assert client.post(path, {"do": "read", "number": 7}).status_code == 404
    client.post(path, {"do": "nonsense"})
    assert queries.reader_of(user, first.document).version == first


def test_it_is_all_verified(first, second):
    assert changed_faces() == []
    second.provisions.filter(anchor="p5").update(text=Text.of("Forged."))
    assert changed_faces() == ["documents.version:initiative/2"]
