"""What nobody has translated is read in one's own language where machines translate: marked, beside the words
that are voted on, and only where everybody reads."""

import gzip
import html
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from summitry.kept.tests.browser import ask
from summitry.kept.tests.browser import queries as cost
from summitry.opinions import acts, polis, queries, tasks
from summitry.opinions.faces import faces
from summitry.opinions.models import Conversation
from summitry.opinions.tests.factories import make_conversation, make_statement, make_votes
from summitry.opinions.tests.test_weight import GZIP, MOST, longest, weight
from summitry.people.tests.factories import make_institution, make_user
from summitry.text.machine import MachineText
from summitry.text.tests.providers import Upside
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
MARK = "traduite par une machine"
SIX = 6


@pytest.fixture(autouse=True)
def _institution(provider):
    make_institution()


def address(name: str, *args, language: str = "fr") -> str:
    with translation.override(language):
        return reverse(f"opinions:{name}", args=args)


def read(name: str, *args, language: str = "fr", client: Client | None = None) -> str:
    answer = (client or Client()).get(address(name, *args, language=language))
    assert answer.status_code == 200
    return html.unescape(" ".join(answer.content.decode().split()))


def there() -> set[str]:
    return set(MachineText.objects.values_list("words", flat=True))


def reported(**columns: Any) -> Conversation:
    """Closed, with a map and a published report."""
    conversation = make_conversation("Boats?", statements=6, **columns)
    make_votes(conversation, 16)
    acts.draw_map(conversation)
    now = timezone.now()
    Conversation.objects.filter(pk=conversation.pk).update(state="closed", closed_at=now, reported_at=now)
    conversation.refresh_from_db()
    return conversation


def test_without_a_provider_nobody_is_told_anything(settings):
    settings.SUMMITRY_TRANSLATOR = ""
    conversation = make_conversation(statements=1)
    assert (tasks.translate_due(), MachineText.objects.count()) == (0, 0)
    assert MARK not in read("vote", conversation.slug)


def test_whoever_votes_reads_the_original_first_and_then_what_a_machine_says():
    conversation = make_conversation("Boats?")
    make_statement(conversation, "Boats <share> data")
    assert tasks.translate_due() == SIX - 1  # all but English; done at once here
    page = read("vote", conversation.slug)
    original, made = page.index("Boats <share> data</blockquote>"), page.index("atad >erahs< staoB")
    assert original < made < page.index('class="votes"')
    assert page.count(MARK) == 2  # the question, too
    assert "?staoB" in page
    assert '<blockquote lang="en" dir="ltr">' in page
    assert "staoB" not in read("vote", conversation.slug, language="en")
    assert tasks.translate_due() == 0


def test_all_pages_say_it_and_mark_it():
    conversation = reported(
        description=Text.of("About **boats**.\n\nAnd quays."), policy=Text.of("Nothing rude."), embed_in="*"
    )
    tasks.translate_due()
    title, policy = "?staoB", ".edur gnihtoN"
    statements = {f"{n} rebmun tnemetatS" for n in range(6)}
    for name, wanted in (
        ("list", {title}),
        ("detail", {title, policy, ".syauq dnA"}),
        ("map", statements),
        ("report", {title, *statements}),
        ("log", {policy}),
        ("embed", {title}),
    ):
        page = read(name, *([conversation.slug] if name != "list" else []))
        assert {words for words in wanted if words not in page} == set(), name
        assert page.count(MARK) >= len(wanted) - (name == "detail"), name
    assert "0 rebmun tnemetatS" in read("statement", conversation.slug, 0)


def test_what_unites_is_read_on_the_first_page():
    conversation = reported()
    united = queries.map_page(conversation).unites
    assert united
    tasks.translate_due()
    page = read("detail", conversation.slug)
    assert all(str(row.statement.text)[::-1] in page for row in united)


def test_her_own_votes(client):
    conversation = make_conversation("Boats?", statements=1, moderation="after")
    client.get(address("vote", conversation.slug))
    client.post(address("vote", conversation.slug), {"statement": 0, "value": 1})
    client.post(address("add", conversation.slug), {"text": "Mine", "language": "en"})
    tasks.translate_due()
    page = read("mine", conversation.slug, client=client)
    assert "0 rebmun tnemetatS" in page
    assert "eniM" in page
    assert page.count(MARK) == 2


def test_people_win_over_machines():
    conversation = make_conversation("Boats?", statements=1)
    statement = conversation.statements.get()
    tasks.translate_due()
    acts.translate_statement(make_user("translator"), statement, "fr", "Dit par quelqu'un", seen="")
    page = read("vote", conversation.slug)
    assert ("Dit par quelqu'un" in page, "0 rebmun tnemetatS" in page) == (True, False)
    statement.refresh_from_db()
    assert statement.text.languages == ["en", "fr"]  # a machine's words never count as a translation
    assert len(queries.owed(conversation, "es")) == 1
    Upside.asked.clear()
    other = make_statement(conversation, "Deux", number=7)
    acts.translate_statement(make_user("translator"), other, "fr", "2")
    tasks.translate_due()
    assert ["Deux"] not in [texts for texts, _source, target in Upside.asked if target == "fr"]
    assert Upside.was_sent("Deux")


@pytest.mark.parametrize("access", ["anybody", "link", "accounts", "members"])
def test_what_is_asked_of_members_alone_is_not_sent_before_its_report(access):
    conversation = reported(access=access)
    make_statement(conversation, "Among ourselves", number=30)
    Conversation.objects.update(reported_at=None)
    tasks.translate_due()
    for _code in ("fr", "ar"):
        tasks.translate_conversation.call(conversation.pk, _code)
    for words in ("Among ourselves", "Boats?"):
        assert Upside.was_sent(words) == (access != "members")
    Conversation.objects.update(reported_at=timezone.now())
    tasks.translate_due()
    assert Upside.was_sent("Among ourselves")


def test_drafts_and_what_waits_or_was_removed_are_not_sent():
    draft = make_conversation("DRAFTED", state="draft", opened_at=None, statements=1)
    conversation = make_conversation("Boats?", statements=1)
    make_statement(conversation, "HIDDEN", state="waiting", number=7)
    removed = make_statement(conversation, "GONE", number=8)
    acts.remove_statement(make_user("secretariat"), removed, Text.of("It insults."))
    tasks.translate_due()
    assert tasks.translate_conversation.call(draft.pk, "fr") == 0
    assert tasks.translate_conversation.call(0, "fr") == 0
    assert [Upside.was_sent(one) for one in ("DRAFTED", "HIDDEN", "GONE")] == [False] * 3
    assert Upside.was_sent("It insults.")
    for name, *more in (("log",), ("statement", 8)):
        page = read(name, conversation.slug, *more)
        assert (".stlusni tI" in page, MARK in page, "ENOG" in page) == (True, True, False)


def test_what_moderation_removes_takes_its_machine_words_along():
    conversation = make_conversation("Boats?", statements=2)
    tasks.translate_due()
    first = conversation.statements.get(number=0)
    assert {"0 rebmun tnemetatS", "1 rebmun tnemetatS"} <= there()
    acts.remove_statement(make_user("secretariat"), first, Text.of("It insults."))
    assert there() & {"0 rebmun tnemetatS", "1 rebmun tnemetatS"} == {"1 rebmun tnemetatS"}
    tasks.translate_due()
    assert "0 rebmun tnemetatS" not in there()
    acts.show_statement(make_user("secretariat"), first)
    tasks.translate_due()
    assert "0 rebmun tnemetatS" in there()


def test_what_is_removed_while_a_machine_is_at_it_is_not_kept(monkeypatch):
    conversation = make_conversation("Boats?", statements=1)
    say, moderator = Upside.translate, make_user("secretariat")

    def slow(self, texts, source, target):
        if target == "fr":
            acts.remove_statement(moderator, conversation.statements.get(), Text.of("It insults."))
        return say(self, texts, source, target)

    monkeypatch.setattr(Upside, "translate", slow)
    tasks.translate_conversation.call(conversation.pk, "fr")
    assert Upside.was_sent("Statement number 0")
    assert there() == {"?staoB", ".tuo nekat si stlusni tahW"}


def test_exports_and_the_record_hold_no_words_of_machines():
    conversation = reported()
    tasks.translate_due()
    assert "0 rebmun tnemetatS" in there()
    files = "".join("".join(polis.written(conversation, name)) for name in polis.FILES)
    assert "Statement number 0" in files
    for words in (files, str(faces([conversation.slug]))):
        assert "rebmun" not in words
        assert "?staoB" not in words
    answer = Client().get(f"/api/v1/opinions/{conversation.slug}/statements?lang=fr").content.decode()
    assert ("Statement number 0" in answer, "rebmun" in answer) == (True, False)


def test_a_translator_is_told_what_a_machine_says(client):
    conversation = make_conversation("Boats?", statements=1)
    tasks.translate_due()
    client.force_login(make_user("translator"))
    page = read("translate", conversation.slug, 0, "ar", language="en", client=client)
    assert 'A machine says: <bdi lang="ar">0 rebmun tnemetatS</bdi>' in page
    assert 'name="words"' in page


@pytest.mark.parametrize("n", [1, 3])
def test_what_it_costs(n, django_assert_num_queries):
    for _again in range(n):
        conversation = make_conversation(statements=n)
        make_statement(conversation, Text.of("Dit", "fr"), number=9)
    with django_assert_num_queries(2 + SIX):
        assert len(queries.to_translate()) == n * SIX
    with django_assert_num_queries(2):
        assert len(queries.texts_of(conversation.pk)) == 3 + n + 1


@pytest.mark.parametrize("n", [1, 3])
def test_a_page_costs_one_query_more_where_machines_translate(n, settings, client):
    conversation, voting = reported(embed_in="*"), make_conversation(statements=n)
    step = address("vote", voting.slug)
    client.get(step)
    for number in range(n):
        assert client.post(step, {"statement": number, "value": 1}).status_code == 302
    make_statement(voting, "Next", number=9)
    tasks.translate_due()
    pages = [address("list"), step, address("mine", voting.slug)]
    pages += [address(name, conversation.slug) for name in ("detail", "map", "report", "log", "embed")]
    pages.append(address("statement", conversation.slug, 0))

    def costs() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(page).status_code == 200
            found.append(len(seen))
        return found

    costs()  # whatever is cached is cached now
    with_one = costs()
    settings.SUMMITRY_TRANSLATOR = ""
    without = costs()
    assert [one - other for one, other in zip(with_one, without, strict=True)] == [1] * len(pages)


@pytest.mark.parametrize("language", ["fr", "ar", "zh-hans", "ru"])
def test_a_step_with_words_of_a_machine_weighs_less_than_ten_kilobytes(client, language, monkeypatch):
    conversation = make_conversation(Text.of(longest("en", 0), "en"))
    for number in range(40):
        make_statement(conversation, Text.of(longest("en", number + 1), "en"), number=number)
    seeds = iter(range(1000, 2000))
    monkeypatch.setattr(
        Upside, "translate", lambda _self, texts, *_more: [longest(language, next(seeds)) for _one in texts]
    )
    tasks.translate_due()
    step = address("vote", conversation.slug, language=language)
    page = client.get(step, headers=GZIP)
    words = gzip.decompress(page.content).decode()
    assert sum(made in words for made in there()) == 2  # of the question and of the statement
    answer = client.post(step, {"statement": 0, "value": "1"}, headers=GZIP)
    assert answer.status_code == 302
    assert weight(answer) + weight(page) < MOST


@pytest.mark.django_db(transaction=True)
def test_a_kept_page_is_retired_when_a_machine_has_said_something_in_its_language(door):
    conversation = make_conversation("Boats?", statements=6)
    make_votes(conversation, 16)
    acts.draw_map(conversation)
    acts.close_conversation(None, make_conversation("Other?", access="members"))  # the record has an entry
    french, english, russian = (f"/{code}/opinions/{conversation.slug}/map/" for code in ("fr", "en", "ru"))
    for path in (french, english, russian):
        ask(door, path)
        ask(door, path)
        assert cost(door, path) == 0, path
    tasks.translate_conversation.call(conversation.pk, "fr")
    assert (cost(door, english), cost(door, russian)) == (0, 0)
    body = ask(door, french).body.decode()
    assert ("0 rebmun tnemetatS" in body, MARK in body) == (True, True)
    ask(door, french)
    assert cost(door, french) == 0
    acts.remove_statement(make_user("secretariat"), conversation.statements.get(number=0), Text.of("Rude"))
    assert "0 rebmun tnemetatS" not in ask(door, french).body.decode()
