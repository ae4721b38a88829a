"""What participants say in their languages is read in others': the translators' desk of a conversation."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from summitry.opinions import acts, queries
from summitry.opinions.models import LONGEST_IMPORTED, Statement
from summitry.opinions.tests.factories import make_conversation, make_statement
from summitry.opinions.voices import Voice
from summitry.people import waiting
from summitry.people.tests.factories import make_institution, make_user
from summitry.record.act import Stale
from summitry.record.models import Entry
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


@pytest.fixture
def translator():
    make_institution()
    return make_user("translator")


@pytest.fixture
def said():
    """A participant's statement, in French."""
    conversation = make_conversation(moderation="after", opened_at=None)
    return acts.add_statement(Voice(token="somebody"), conversation, "Les bateaux partagent tout", "fr")


def test_her_words_stay_and_readers_of_another_language_get_theirs(client, translator, said):
    acts.translate_statement(translator, said, "ar", "  القوارب   تتشارك ", seen="")
    said.refresh_from_db()
    assert said.text == Text.of("Les bateaux partagent tout", "fr", ar="القوارب تتشارك")
    assert said.text.state("ar") == "reviewed"
    for code, words in (("ar", "القوارب تتشارك"), ("fr", "Les bateaux"), ("es", "Les bateaux")):
        page = client.get(f"/{code}/opinions/{said.conversation.slug}/vote/").content.decode()
        assert words in page
        assert ('<blockquote lang="fr" dir="ltr">' in page) == (code == "es")
    acts.translate_statement(translator, said, "ar", " ")
    said.refresh_from_db()
    assert said.text == Text.of("Les bateaux partagent tout", "fr")
    assert Entry.objects.count() == 0


def test_what_is_no_translation(translator, said):
    gone = make_statement(said.conversation, state="removed", decided_at=said.created_at)
    for statement, language, words in (
        (said, "fr", "Autre chose"),  # the words that people vote on
        (said, "xx", "Other"),
        (said, "ar", "x" * (LONGEST_IMPORTED + 1)),
        (gone, "ar", "Gone"),
    ):
        with pytest.raises(ValidationError):
            acts.translate_statement(translator, statement, language, words)
    for role in ("auditor", "juror", None):
        with pytest.raises(PermissionDenied):
            acts.translate_statement(make_user(role), said, "ar", "Mine")
    assert {tuple(one.text.values) for one in Statement.objects.all()} == {("fr",), ("en",)}


def test_of_two_translators_the_later_one_is_told(translator, said):
    acts.translate_statement(make_user("translator"), said, "es", "Los barcos", seen="")
    with pytest.raises(Stale):
        acts.translate_statement(translator, said, "es", "Las barcas", seen="")
    assert Statement.objects.get().text.get("es") == "Los barcos"
    acts.translate_statement(
        translator, said, "en", "Boats share all", seen=""
    )  # another language: both are kept
    assert list(Statement.objects.get().text.values) == ["en", "fr", "es"]


def test_the_desk_says_what_is_owed_and_takes_it(client, translator, said):
    client.force_login(translator)
    slug = said.conversation.slug
    seed = make_statement(said.conversation, Text.of("Boats", es="Barcos"))
    page = reverse("opinions:translations", args=[slug])
    assert page in client.get(reverse("opinions:edit", args=[slug])).content.decode()
    address = {
        (one.number, code): reverse("opinions:translate", args=[slug, one.number, code])
        for one in (said, seed)
        for code in ("es", "fr", "en")
    }

    def offered(query: str) -> set[tuple[int, str]]:
        words = client.get(f"{page}?{query}").content.decode()
        return {key for key, one in address.items() if f'href="{one}"' in words}

    assert offered("in=es") == {(said.number, "es")}
    assert offered("in=es&done=1") == {(seed.number, "es")}
    assert offered("in=fr") == {(seed.number, "fr")}  # the other one was written in it
    own = address[said.number, "es"]
    form = client.get(own).content.decode()
    assert "Les bateaux partagent tout" in form
    assert 'lang="es" dir="ltr"' in form
    assert client.post(own, {"words": "Los barcos", "seen": ""}).url == f"{page}?in=es"
    assert offered("in=es") == set()
    late = client.post(own, {"words": "Las barcas", "seen": ""})
    assert (late.status_code, "Somebody else" in late.content.decode()) == (422, True)
    assert client.get(address[said.number, "fr"]).status_code == 404
    assert Statement.objects.get(pk=said.pk).text.get("es") == "Los barcos"


def test_only_translators_and_the_secretariat_find_it(client, translator, said):
    slug = said.conversation.slug
    pages = [
        reverse("opinions:translations", args=[slug]),
        reverse("opinions:translate", args=[slug, 0, "ar"]),
    ]
    for role, status in (("translator", 200), ("secretariat", 200), ("auditor", 403), (None, 403)):
        client.force_login(make_user(role))
        assert [client.get(one).status_code for one in pages] == [status, status], role


@pytest.mark.parametrize("role", ["secretariat", "translator", "auditor"])
def test_the_desk_leads_nobody_to_a_closed_door(client, said, role):
    make_institution()
    client.force_login(make_user(role))
    page = client.get(reverse("opinions:edit", args=[said.conversation.slug])).content.decode()
    names = ("edit", "seeds", "queue", "translations", "result")
    parts = {name: reverse(f"opinions:{name}", args=[said.conversation.slug]) for name in names}
    led = {name for name, one in parts.items() if f'<a href="{one}"' in page}
    assert led == {name for name, one in parts.items() if client.get(one).status_code == 200}
    assert "edit" in led


@pytest.mark.parametrize("n", [1, 3])
def test_what_it_costs_and_what_waits(translator, django_assert_num_queries, n):
    whole = {code.replace("-", "_"): code for code in ("ar", "es", "fr", "ru", "zh-hans")}
    for _again in range(n):
        conversation = make_conversation(statements=n)
        make_statement(conversation, Text.of("Whole", **whole))
        make_statement(conversation, "Waits", state="waiting")
    make_conversation(statements=1, state="closed")
    assert translator.roles
    with django_assert_num_queries(1):
        lines = list(queries.owing(translator))
    assert [one.count for one in lines] == [n] * n
    with django_assert_num_queries(1):
        assert len(queries.owed(conversation, "zh-hans")) == n + 1  # the one that waits, too
    assert [one.count for one in waiting.everything(translator) if one.area == "opinions"] == [n] * n
    assert list(queries.owing(make_user("secretariat"))) == []
