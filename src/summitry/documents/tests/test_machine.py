"""Machine translation: kept apart, marked, and never in the place of what people wrote."""

import html

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from summitry.people.models import Role
from summitry.people.tests.factories import make_user
from summitry.text.machine import MachineText
from summitry.text.value import Text

from .. import acts, exporting, queries, tasks
from ..models import Version
from ..queries import consulting, disposition
from ..structure import Kind, Passage
from .consulting import a_comment, an_amendment, consulted, over

pytestmark = pytest.mark.django_db


def make(*words: dict[str, str]):
    document = acts.create_document(None, title=Text.of("T"), languages=["en", "fr", "ar"])
    draft = acts.start_draft(None, document, "zero")
    acts.write_draft(None, draft, [Passage(Kind.PARAGRAPH, one) for one in words])
    return acts.publish_version(None, draft)


def cells(version, code):
    page = queries.page(version, code)
    return [(row.cells[0].words, row.cells[0].state, row.cells[0].language) for row in page.rows]


def test_without_a_provider_nothing_happens():
    version = make({"en": "One."})
    assert (tasks.translate_due(), MachineText.objects.count()) == (0, 0)
    assert cells(version, "fr") == [("One.", "missing", "en")]


def test_what_nobody_has_translated_is_shown_marked(provider):
    version = make({"en": "One.", "fr": "Un."}, {"en": "Two."}, {"en": "Untranslatable."})
    assert tasks.translate_due() == 2  # French and Arabic; done at once here
    assert provider.asked == [
        (["Two.", "Untranslatable."], "en", "fr"),
        (["One.", "Two.", "Untranslatable."], "en", "ar"),
    ]
    assert cells(version, "fr") == [
        ("Un.", "draft", "fr"),
        (".owT", "machine", "fr"),
        ("Untranslatable.", "missing", "en"),
    ]
    assert queries.page(version, "fr").columns[0].machine == 1
    assert tasks.translate_due() == 0  # nothing is asked twice, not even what could not be translated
    assert len(provider.asked) == 2


def test_people_win_over_machines(provider):
    version = make({"en": "One."})
    tasks.translate_due()
    acts.translate(None, version, "fr", {"p1": "Un."})
    assert cells(version, "fr") == [("Un.", "draft", "fr")]
    row = version.provisions.get()
    assert (row.text.languages, row.text.state("ar")) == (["en", "fr"], None)  # never counts as a translation
    assert {one.language for one in queries.owed()} == {"fr", "ar"}


def test_a_provision_that_changes_is_translated_anew(provider):
    version = make({"en": "One."})
    tasks.translate_due()
    draft = acts.start_draft(None, version.document, "revision")
    acts.write_draft(None, draft, [Passage(Kind.PARAGRAPH, {"en": "Other."}, anchor="p1")])
    newer = acts.publish_version(None, draft)
    assert cells(newer, "fr") == [("Other.", "missing", "en")]
    tasks.translate_due()
    assert cells(newer, "fr") == [(".rehtO", "machine", "fr")]
    assert cells(version, "fr") == [(".enO", "machine", "fr")]


def test_drafts_are_not_sent_anywhere(provider):
    version = make({"en": "One."})
    draft = acts.start_draft(None, version.document, "revision")
    acts.write_draft(None, draft, [Passage(Kind.PARAGRAPH, {"en": "Secret."})])
    tasks.translate_due()
    assert tasks.translate_version.call(draft.pk, "fr") == 0
    assert all("Secret." not in texts for texts, _source, _target in provider.asked)


def test_words_of_machines_go_into_no_file(provider):
    version = make({"en": "One."})
    tasks.translate_due()
    assert exporting.draft(version, queries.provisions(version)).passages[0].words == {"en": "One."}


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_asks_once_for_a_language(provider, count, django_assert_num_queries):
    version = make(*[{"en": f"Words {n}."} for n in range(count)])
    tasks.translate_due()
    with django_assert_num_queries(2):
        queries.page(version, "fr")


def read(name, *args, language="fr"):
    with translation.override(language):
        address = reverse(f"documents:{name}", args=args)
    answer = Client().get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_what_is_said_is_read_in_ones_own_language(provider):
    version = consulted()
    comment = a_comment(version, "Well said.")
    change = an_amendment(version)
    assert tasks.translate_due() >= 1
    of = version.document.slug, version.number
    for page in (read("comments", *of), read("comment", *of, comment.number), read("disposition", *of)):
        assert ("Well said." in page, ".dias lleW" in page, "traduite par une machine" in page) == (True,) * 3
    for page in (read("amendments", *of), read("amendment", *of, change.number)):
        assert change.words[::-1] in html.unescape(page)
    assert ".dias lleW" not in read("comments", *of, language="en")
    acts.translate_comment(make_user(Role.TRANSLATOR), comment, "fr", "Bien dit.")
    page = read("comments", *of)
    assert ("Bien dit." in page, ".dias lleW" in page) == (True, False)  # people win


def test_an_answer_is_read_in_ones_own_language(provider):
    version = consulted()
    comment = a_comment(version)
    over(version)
    staff = make_user(Role.SECRETARIAT)
    acts.answer(staff, [comment], "noted", Text.of("Thank you."))
    tasks.translate_due()
    assert all("Thank you." not in texts for texts, _source, _target in provider.asked)  # not public yet
    acts.publish_disposition(staff, version)
    tasks.translate_due()
    assert ".uoy knahT" in read("disposition", version.document.slug, version.number)


def test_what_members_alone_read_is_not_sent_anywhere(provider):
    version = consulted(commenters=Version.Commenters.MEMBERS)
    a_comment(version, "Among ourselves.", make_user(Role.DELEGATE))
    tasks.translate_due()
    assert all("Among ourselves." not in texts for texts, _source, _target in provider.asked)
    assert provider.asked


def test_words_that_are_taken_back_go_with_their_translations(provider):
    version = consulted()
    comment, other = a_comment(version, "Mine.", user := make_user()), a_comment(version, "Hers.")
    tasks.translate_due()
    assert ".eniM" in MachineText.objects.values_list("words", flat=True)
    acts.withdraw_comment(user, comment)
    there = set(MachineText.objects.values_list("words", flat=True))
    assert (".eniM" in there, ".sreH" in there, other.text.get("en")) == (False, True, "Hers.")


def test_words_that_moderation_removes_go_with_their_translations(provider):
    version = consulted()
    comment, change = a_comment(version, "Rude."), an_amendment(version)
    other = a_comment(version, "Well said.")
    tasks.translate_due()
    for said in (comment, change):
        acts.remove_contribution(make_user(Role.SECRETARIAT), said, "It insults.")
    there = set(MachineText.objects.values_list("words", flat=True))
    assert not there & {".eduR", change.words[::-1], change.text.get("en")[::-1]}
    assert ".dias lleW" in there
    tasks.translate_due()
    assert ".eduR" not in MachineText.objects.values_list("words", flat=True)  # nor is it asked for again
    assert other.is_shown


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_asks_once_for_a_language(provider, count, django_assert_num_queries):
    version = consulted()
    for n in range(count):
        a_comment(version, f"Words {n}.")
    tasks.translate_due()
    with translation.override("fr"), django_assert_num_queries(2):
        rows = consulting.shown(consulting.comments(version), version)
    assert [one.machine for one in rows] == [{"text": f".{n} sdroW"} for n in range(count)]


@pytest.mark.parametrize("count", [1, 3])
def test_a_table_of_answers_holds_what_people_wrote_and_asks_for_nothing_else(
    provider, count, django_assert_num_queries
):
    version = consulted()
    an_amendment(version)
    for n in range(count):
        a_comment(version, f"Words {n}.")
    tasks.translate_due()
    with translation.override("fr"), django_assert_num_queries(6):
        rows = list(disposition.table(version, lambda name, k: ""))
    assert [row[6] for row in rows[1 : count + 1]] == [f"Words {n}." for n in range(count)]
    with translation.override("fr"), django_assert_num_queries(6):
        shown = disposition.disposition_rows(version, disposition.disposition_keys(version))
    assert [one.machine["text"] for one in shown[:count]] == [f".{n} sdroW" for n in range(count)]
