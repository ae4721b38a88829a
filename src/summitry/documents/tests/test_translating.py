"""Translations: of drafts and of what is published."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from summitry.documents import acts, queries
from summitry.documents.changes import Write
from summitry.documents.models import Version
from summitry.people import waiting
from summitry.people.tests.factories import make_user
from summitry.record.act import Stale
from summitry.record.models import Entry
from summitry.record.queries import changed_faces
from summitry.text import parity
from summitry.text.value import Text

from . import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def translator():
    return make_user("translator")


@pytest.fixture
def draft():
    document = factories.a_document(languages=("en", "fr", "ar"))
    version = factories.a_version(document, published=False)
    factories.provisions(version, Text.of("One.", fr="Un."), "Two.")
    return version


@pytest.fixture
def version(draft):
    return acts.publish_version(None, draft)


def states(version: Version, language: str = "fr") -> list[str | None]:
    return [one.text.state(language) for one in version.provisions.order_by("position")]


def test_a_translation_is_a_draft_until_somebody_confirms_it(translator, version):
    before = version.digest
    assert acts.translate(translator, version, "fr", {"p1": "Un.", "p2": " Deux.\n"}) == 1
    assert states(version) == ["reviewed", "draft"]
    assert acts.review_translation(translator, version, "fr", ["p1", "p2"]) == 1
    assert acts.review_translation(translator, version, "fr", ["p2"]) == 0
    assert states(version) == ["reviewed", "reviewed"]
    told = list(Entry.objects.order_by("index").values_list("kind", flat=True))[2:]
    assert told == ["documents.translated", "documents.reviewed"]
    assert Entry.objects.last().facts["language"] == "fr"
    assert acts.translate(translator, version, "fr", {"p2": ""}) == 1
    assert states(version) == ["reviewed", None]
    assert Version.objects.get(pk=version.pk).digest == before
    assert [one for one in changed_faces() if one.startswith("documents")] == []


def test_a_change_of_the_source_makes_a_translation_outdated(translator, draft):
    acts.change_draft(None, draft, [Write("p1", {"en": "One, changed."})])
    assert states(draft) == ["outdated", None]
    acts.review_translation(translator, draft, "fr", ["p1"])
    assert states(draft) == ["reviewed", None]
    assert Entry.objects.count() == 0


def test_what_translators_may_not(translator, version):
    secretariat = make_user("secretariat")
    with pytest.raises(PermissionDenied):
        acts.translate(make_user("auditor"), version, "fr", {"p1": "Autre."})
    with pytest.raises(PermissionDenied):
        acts.review_translation(make_user(), version, "fr", ["p1"])
    with pytest.raises(PermissionDenied):
        acts.translate_and_review(make_user(), version, "fr", {}, ["p1"])
    with pytest.raises(ValidationError, match="source of this document"):
        acts.translate(secretariat, version, "en", {"p1": "Other."})
    with pytest.raises(ValidationError, match="no language"):
        acts.translate(translator, version, "ru", {"p1": "Один."})
    with pytest.raises(ValidationError, match="no provision p9"):
        acts.translate(translator, version, "fr", {"p1": "Autre.", "p9": "Neuf."})
    with pytest.raises(ValidationError, match="not been translated"):
        acts.review_translation(translator, version, "ar", ["p1"])
    with pytest.raises(ValidationError) as error:
        acts.translate(translator, version, "fr", {"p1": "x" * 20_001})
    assert list(error.value.message_dict) == ["p1"]
    assert states(version) == ["reviewed", None]


def test_an_adopted_authentic_language_stays(translator, version):
    document = version.document
    document.authentic = ["en", "fr"]
    document.save()
    Version.objects.filter(pk=version.pk).update(adopted_at=timezone.now())
    with pytest.raises(ValidationError, match="authentic"):
        acts.translate(translator, version, "fr", {"p2": "Deux."})
    assert acts.translate(translator, version, "ar", {"p2": "اثنان"}) == 1


def test_two_translators_at_one_provision_get_a_clear_answer(translator, version):
    one, two = (version.provisions.get(anchor=anchor) for anchor in ("p1", "p2"))
    seen = {"p1": one.mark_in("fr"), "p2": two.mark_in("fr")}
    acts.translate(translator, version, "fr", {"p2": "Deux."}, seen)
    with pytest.raises(Stale, match="¶2 in the meantime"):
        acts.translate(translator, version, "fr", {"p1": "Une.", "p2": "2."}, seen)
    assert version.provisions.get(anchor="p1").text.get("fr") == "Un."
    assert acts.translate_and_review(translator, version, "ar", {"p1": "واحد"}, ["p1"]) == (1, 1)
    assert states(version, "ar") == ["reviewed", None]


@pytest.mark.django_db(transaction=True)
def test_two_translations_at_once_are_both_kept(at_once, translator, version):
    at_once(
        lambda: acts.translate(translator, version, "fr", {"p2": "Deux."}),
        lambda: acts.translate(translator, version, "ar", {"p2": "اثنان"}),
    )
    [text] = at_once(lambda: version.provisions.get(anchor="p2").text.values)
    assert text == {"en": "Two.", "ar": "اثنان", "fr": "Deux."}


def test_the_database_counts_what_each_text_says_of_itself():
    source = Text.of("One.", zh_hans="一。", fr="Un.")  # reviewed
    texts = [
        source,
        source.edited({"en": "Two.", "zh-hans": "一。", "fr": "Un."}),  # behind
        Text.from_values({"en": "Three.", "zh-hans": "三。"}, "en"),  # not reviewed, and none
        Text.of("Four."),
    ]
    version = factories.a_version(factories.a_document(languages=("en", "zh-hans", "fr", "pt")))
    factories.provisions(version, *texts)
    assert [one.owed for one in queries.owed()] == sorted(
        parity.owed(texts, ["zh-hans", "fr", "pt"]), key=lambda one: one.language
    )


def test_what_is_owed(translator, version, django_assert_num_queries):
    draft = acts.start_draft(None, version.document, "final")
    factories.a_version(factories.a_document("other", languages=("en",)))
    with django_assert_num_queries(3):
        debts = queries.owed()
    assert [(one.version.pk, one.language, one.owed.missing, one.percent) for one in debts] == [
        (version.pk, "ar", 2, 0),
        (version.pk, "fr", 1, 50),
        (draft.pk, "ar", 2, 0),
        (draft.pk, "fr", 1, 50),
    ]
    assert [one.language for one in queries.owed("fr")] == ["fr", "fr"]
    [line] = [one for one in waiting.everything(translator) if one.area == "documents"]
    assert line.count == 6
    assert [one for one in waiting.everything(make_user()) if one.area == "documents"] == []
    lacking = queries.passages_to_translate(version, "fr", only_owed=True)
    assert [one.anchor for one in lacking] == ["p2"]
