"""Versions as files for everybody, and files into drafts and translations."""

import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from summitry.people.tests.factories import make_user
from summitry.record.models import Entry
from summitry.text.value import Text

from .. import acts, exporting, formats, importing, queries
from ..models import Version
from ..structure import Draft, Kind, Passage

pytestmark = pytest.mark.django_db
TITLE = Text.of("Initiative", fr="Initiative en français")
PASSAGES = [
    Passage(Kind.HEADING, {"en": "Aims", "fr": "Buts"}, "I."),
    Passage(Kind.PARAGRAPH, {"en": "Data serve everyone.", "fr": "Les données servent à tous."}),
    Passage(Kind.ITEM, {"en": "Ports share them."}, "(a)"),
]
WRITERS = [one.key for one in formats.writers()]


@pytest.fixture
def secretariat():
    return make_user("secretariat")


@pytest.fixture
def draft():
    document = acts.create_document(None, title=TITLE, languages=["en", "fr", "ar"])
    return acts.write_draft(None, acts.start_draft(None, document, "zero"), PASSAGES)


@pytest.fixture
def version(draft):
    return acts.publish_version(None, draft)


def door(key: str, version: Version) -> str:
    return reverse(f"documents-{key}", args=[version.document.slug, version.number])


def words(version: Version, code: str = "en") -> list[tuple[str, str]]:
    return [(one.anchor, one.text.get(code)) for one in version.provisions.order_by("position")]


# -- out ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [key for key in WRITERS if key != "pdf"])
def test_a_published_version_goes_out_and_comes_back(client, version, key):
    answer = client.get(door(key, version), {"text": "fr"})
    assert (answer.status_code, answer["Content-Language"]) == (200, "fr")
    assert answer["Content-Type"].partition(";")[0] == formats.known(key).media_type
    assert answer["Content-Disposition"].startswith('inline; filename="initiative-1-fr.')
    got = formats.read(answer.content, "fr", key)
    assert got == exporting.draft(version, queries.provisions(version)).narrowed("fr")
    assert [one.words for one in got.passages][2] == {"en": "Ports share them."}  # not translated yet
    assert [one.anchor for one in got.passages] == ["p1", "p2", "p3"]


def test_the_pdf_says_what_it_is(client, version):
    text = pypdfium2.PdfDocument(client.get(door("pdf", version)).content)[0].get_textpage().get_text_range()
    entry = Entry.objects.get(kind="documents.published")
    assert [
        one
        for one in ("Zero draft, version 1", version.digest, f"/en/record/{entry.index}/", "¶2")
        if one not in text
    ] == []


def test_several_languages_stand_side_by_side_in_a_word_file(client, version):
    answer = client.get(door("docx", version), {"text": "fr", "with": ["en", "xx", "ar"]})
    assert answer["Content-Language"] == "fr, en, ar"
    got = formats.read(answer.content, "fr").passages
    assert got[1].words == {"fr": "Les données servent à tous.", "en": "Data serve everyone."}
    assert client.get(door("markdown", version), {"text": "xx", "with": "fr"})["Content-Language"] == "en"


@pytest.mark.parametrize("key", WRITERS)
def test_a_draft_has_no_file_for_the_public(client, draft, key):
    assert client.get(door(key, draft)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_file_costs_the_same_for_one_and_three_provisions(client, draft, count, django_assert_num_queries):
    version = acts.publish_version(None, acts.write_draft(None, draft, PASSAGES[:count]))
    with django_assert_num_queries(3):  # version, provisions, entry
        client.get(door("akn", version))


def test_the_page_of_a_version_offers_every_format(version):
    from .. import parts

    [shown] = [
        one
        for one in parts.shown(parts.Place.FOOT, parts.Visit(version, None))
        if one.template == "documents/files.html"
    ]
    assert [one.key for one in shown.data["writers"]] == WRITERS
    assert shown.data["languages"] == ["en", "fr", "ar"]


def test_every_format_is_documented(request):
    docs = (request.config.rootpath / "docs" / "formats.md").read_text()
    for one in formats.every():
        assert f"| `{one.key}` |" in docs
        assert f"/documents/SLUG/N/text.{one.extension}" in docs


# -- in ----------------------------------------------------------------------------------------------


def upload(client, version: Version, data: bytes, language: str = "en", name: str = "text.md"):
    path = reverse("documents:file", args=[version.document.slug, version.number])
    file = SimpleUploadedFile(name, data)
    return client.post(path, {"file": file, "language": language, "format": ""})


def markdown(draft: Draft, language: str) -> bytes:
    return formats.known("markdown").write(formats.Sheet(draft, [language]))


def test_a_look_changes_nothing_and_the_taking_does(client, secretariat, draft):
    client.force_login(secretariat)
    old = exporting.draft(draft, queries.provisions(draft))
    passages = [old.passages[1], Passage(Kind.PARAGRAPH, {"en": "New words."}), old.passages[0]]
    page = upload(client, draft, markdown(Draft({}, passages), "en"))
    assert page.status_code == 200
    look = page.context["look"]
    assert look.counts == {"changed": 0, "added": 1, "removed": 1, "moved": 1, "renumbered": 0}
    assert words(draft) == [("p1", "Aims"), ("p2", "Data serve everyone."), ("p3", "Ports share them.")]
    asked = page.context["asked"]
    kept = {"kept": page.context["kept"], "language": "en", "format": "", "revision": asked.revision}
    path = reverse("documents:file", args=[draft.document.slug, draft.number])
    assert client.post(path, kept)["Location"] == reverse("documents:draft", args=[draft.document.slug])
    assert words(draft) == [("p2", "Data serve everyone."), ("p4", "New words."), ("p1", "Aims")]
    assert [one.text.get("fr") for one in draft.provisions.order_by("position")] == [
        "Les données servent à tous.",
        "",
        "Buts",
    ]
    client.post(path, kept)  # the file is taken once
    assert words(draft) == [("p2", "Data serve everyone."), ("p4", "New words."), ("p1", "Aims")]


def test_what_somebody_has_changed_since_the_look_is_not_overwritten(client, secretariat, draft):
    client.force_login(secretariat)
    page = upload(client, draft, b"Other words.")
    acts.write_draft(secretariat, draft, [Passage(Kind.PARAGRAPH, {"en": "Meanwhile."}, anchor="p2")])
    kept = {"kept": page.context["kept"], "language": "en", "format": ""}
    path = reverse("documents:file", args=[draft.document.slug, draft.number])
    for revision in (page.context["asked"].revision, "3"):
        client.post(path, {**kept, "revision": revision})
    assert words(draft) == [("p2", "Meanwhile.")]


def test_a_refused_file_is_told_on_the_page(client, secretariat, draft):
    client.force_login(secretariat)
    page = upload(client, draft, b"PK\x03\x04 broken", name="text.docx")
    assert page.status_code == 422
    assert "The archive that a Word file is made of is broken" in page.content.decode()


@pytest.mark.parametrize("role", ["", "juror", "auditor"])
def test_only_who_writes_texts_brings_files(client, draft, role):
    client.force_login(make_user(*([role] if role else [])))
    assert upload(client, draft, b"x").status_code == 403
    client.logout()
    assert upload(client, draft, b"x").status_code == 302


def test_a_translation_is_taken_by_its_addresses(draft):
    taken = formats.read(b"Les ports les partagent. {#p3}", "fr")
    look = importing.look(draft, taken)
    assert (look.translation, look.changes[0][0], look.changes[0][1].anchor) == (True, "fr", "p3")
    assert look.counts == {"changed": 0, "added": 1, "removed": 0, "moved": 0, "renumbered": 0}
    importing.take(None, draft, taken)
    assert words(draft, "fr") == [
        ("p1", "Buts"),
        ("p2", "Les données servent à tous."),
        ("p3", "Les ports les partagent."),
    ]
    assert words(draft)[2] == ("p3", "Ports share them.")


def test_a_translation_without_addresses_is_taken_if_it_is_built_as_the_text_is(version):
    importing.take(None, version, formats.read("# أهداف\n\nالبيانات للجميع.\n\n- الموانئ\n".encode(), "ar"))
    assert words(version, "ar") == [("p1", "أهداف"), ("p2", "البيانات للجميع."), ("p3", "الموانئ")]
    with pytest.raises(ValidationError, match="passage 2 is “مختلف”, where the text has “Data serve"):
        importing.look(version, formats.read("# أهداف\n\n- مختلف\n".encode(), "ar"))
    with pytest.raises(ValidationError, match="The file has 2 passages and the text 3"):
        importing.look(version, formats.read("# أهداف\n\nكلمات\n".encode(), "ar"))


def test_the_source_of_what_is_published_stays(version, draft):
    with pytest.raises(ValidationError):
        importing.take(None, version, formats.read(b"Other words.", "en"))
    assert words(version)[1] == ("p2", "Data serve everyone.")


def test_a_language_that_the_document_has_not_is_told(draft):
    with pytest.raises(ValidationError, match="The document has no language “Русский”"):
        importing.look(draft, formats.read("Слова".encode(), "ru"))


def test_a_look_costs_one_query(draft, django_assert_num_queries):
    taken = formats.read(markdown(Draft({}, PASSAGES), "en"), "en")
    draft = queries.any_version(draft.document.slug, 1)
    with django_assert_num_queries(1):
        importing.look(draft, taken)
