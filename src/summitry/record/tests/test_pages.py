"""Sentences, queries and pages for people."""

import pytest
from django.urls import reverse
from django.utils.translation import ngettext_lazy, override

from summitry.record import queries, registry, sentences
from summitry.record.models import Entry, Node, Opening

from .factories import KIND, SUBJECT, say

pytestmark = pytest.mark.django_db
BOTH = {"title": {"en": "Cases <2027>", "zh-hans": "案例", "fr": "Cas"}}


def entry(**options):
    return say(**options)[0]


# -- sentences ------------------------------------------------------------------------------------
def test_a_sentence_is_in_the_readers_words(world):
    found = entry(**BOTH)
    assert found.sentence() == "Thing opened: Cases <2027>"
    with override("zh-hans"):
        assert found.sentence() == "Thing opened: 案例"
    with override("ar"):
        assert found.sentence() == "Thing opened: Cases <2027>"


def test_in_html_the_title_leads_to_the_subject_and_nothing_is_raw(world):
    found = entry(**BOTH)
    assert found.sentence_html() == "Thing opened: Cases &lt;2027&gt;"
    world.faces["one"] = 1
    assert found.sentence_html() == 'Thing opened: <a href="/en/things/one/">Cases &lt;2027&gt;</a>'
    with override("es"):
        assert found.sentence_html() == (
            'Thing opened: <a href="/en/things/one/"><span lang="en" dir="ltr">Cases &lt;2027&gt;</span></a>'
        )


def test_an_unknown_kind_gives_its_name():
    assert entry(kind="tests.unheard").sentence() == "tests.unheard"
    assert entry(kind="tests.unheard").sentence_html() == "tests.unheard"


def test_what_a_sentence_lacks_is_left_open(world):
    registry.kind("tests.more", "%(who)s gave %(n)d and %(n)s to %(title)s, 100%%", link="none")
    assert entry(kind="tests.more").sentence() == "… gave 0 and 0 to A call, 100%"
    registry.kind("tests.broken", "%(title)d")
    assert entry(kind="tests.broken").sentence() == "tests.broken"
    registry.kind("tests.worse", "100%")
    assert entry(kind="tests.worse").sentence() == "tests.worse"


def test_a_sentence_with_a_plural(world):
    registry.kind("tests.sheets", ngettext_lazy("%(n)d sheet", "%(n)d sheets", "n"))
    found = say(2, kind="tests.sheets")
    assert [one.sentence() for one in found] == ["0 sheets", "1 sheet"]
    registry.kind("tests.taken", ngettext_lazy("%(n)d sheet of %(who)s", "%(n)d sheets of %(who)s", "n"))
    assert sentences.kind_label("tests.taken") == "… sheets of …"


def test_a_fact_cannot_pass_for_another(world):
    registry.kind("tests.pair", "%(a)s and %(b)s")
    assert entry(kind="tests.pair", a="%(b)s", b="\ue000a\ue001").sentence().startswith("%(b)s and ")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "yes"),
        (False, "no"),
        (None, "–"),
        (5, "5"),
        (["a", {"en": "b"}], "a, b"),
        ("<", "<"),
        ({}, "{}"),
    ],
)
def test_facts_in_words(value, said):
    assert sentences.words(value) == (said, None)


def test_a_fact_in_all_its_languages_the_readers_first():
    with override("zh-hans"):
        read = sentences.readings(BOTH["title"])
    assert [(one.language, one.words) for one in read] == [
        ("zh-hans", "案例"),
        ("en", "Cases <2027>"),
        ("fr", "Cas"),
    ]
    assert sentences.readings(3) == [sentences.Reading("3")]


def test_roles_are_named_by_whoever_registers_them(world):
    assert sentences.role_label("tests_role") == "tests_role"
    registry.role("tests_role", "keeper")
    assert sentences.role_label("tests_role") == "keeper"
    registry.kind("tests.given", "Tests gave: %(role)s")
    given = entry(kind="tests.given", role="tests_role")
    assert given.sentence() == given.sentence_html() == "Tests gave: keeper"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b"\xff", b'{"at":"x","facts":{}}', b'{"at":5,"facts":{}}']
)
def test_a_spoiled_entry_says_so_and_breaks_no_page(client, body):
    say(2)
    Entry.objects.filter(index=1).update(body=body)
    spoiled = Entry.objects.get(index=1)
    assert spoiled.sentence() == "This entry cannot be read: what is stored was changed after it was sealed"
    assert client.get(reverse("record:index")).status_code == 200
    page = client.get(reverse("record:entry", args=[1]))
    assert page.status_code == 200
    assert page.context["proven"].holds is False
    assert "does not lead to the sealed root of checkpoint 2" in page.content.decode()


# -- queries --------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_each_query_costs_the_same_with_one_and_three(count, django_assert_num_queries):
    for _ in range(count):
        say()
    for cost, ask in [
        (1, queries.head),
        (1, lambda: queries.latest(5)),
        (1, lambda: queries.entry(0)),
        (1, lambda: list(queries.entries_about(SUBJECT))),
        (1, lambda: list(queries.story([SUBJECT, "tests.thing:two"]))),
        (2, lambda: list(queries.page())),
        (1, queries.kinds),
        (1, lambda: queries.find("0")),
        (2, queries.state),
        (3 if count == 1 else 4, lambda: queries.proven(0)),
    ]:
        with django_assert_num_queries(cost):
            ask()


def test_a_proof_in_a_large_log_costs_one_query_more(django_assert_num_queries):
    say(700)
    for index in (0, 255, 256, 511, 512, 699):
        with django_assert_num_queries(5):
            proven = queries.proven(index)
        assert proven.holds
        assert proven.entry.index == index


def test_latest_story_and_entries_about():
    say(2, subject="tests.thing:a")
    say(1, subject="tests.thing:b")
    say(1, subject="tests.thing:ab")
    say(1, subject="tests.thing:a")
    assert [one.index for one in queries.latest(2)] == [4, 3]
    assert [one.index for one in queries.entries_about("tests.thing:a")] == [0, 1, 4]
    assert [one.index for one in queries.story(["tests.thing:b", "tests.thing:a"])] == [0, 1, 2, 4]


def test_pages_are_bounded_newest_first_and_of_one_kind():
    say(30)
    say(2, kind="tests.closed")
    assert [one.index for one in queries.page()] == list(range(31, 6, -1))
    assert [one.index for one in queries.page(number=2)] == list(range(6, -1, -1))
    assert [one.index for one in queries.page("tests.closed")] == [31, 30]
    assert list(queries.page("tests.unheard")) == []
    assert queries.page(number="nonsense").number == 1
    assert queries.page(number="99").number == 2


def test_finding_an_entry():
    say(3)
    digest = "12345678" + "ab" * 28  # its beginning could be a number, too
    Entry.objects.filter(index=0).update(leaf=bytes(32))
    Entry.objects.filter(index=1).update(leaf=bytes.fromhex(digest))
    Entry.objects.filter(index=2).update(leaf=bytes.fromhex("12345678" + "cd" * 28))
    short = f"{digest[:8]}…{digest[-6:]}"
    for words in ("1", " 1 ", "No. 1", "#1", digest, digest.upper(), digest[:8], digest[:20], short):
        assert queries.find(words).index == 1
    assert queries.find("12345678...cdcdcd").index == 2
    for words in ("", "3", "9" * 18, "9" * 60, "x", "é", "abababa", digest[:8] + "…ffffffff", "f" * 65, "-1"):
        assert queries.find(words) is None


def test_a_number_may_be_written_as_the_page_writes_it():
    say(1001)
    assert {
        queries.find(words).index for words in ("1,000", "1 000", "1\u202f000", "1000", "1.000", "1’000")
    } == {1000}


# -- pages ----------------------------------------------------------------------------------------
def test_the_record_before_its_first_entry(client):
    answer = client.get("/en/record/")
    assert answer.status_code == 200
    assert "Nothing has been entered yet" in answer.content.decode()
    assert client.get("/en/record/how/").status_code == 200
    assert client.get("/en/record/0/").status_code == 404


def test_the_index_shows_the_checkpoint_and_its_entries(client, world):
    world.faces["one"] = 1
    say(2)
    say(1, kind="tests.closed")
    answer = client.get("/en/record/")
    page = answer.content.decode()
    assert answer.context["state"].head.size == 3
    assert answer.context["state"].before == 2
    assert queries.head().root.hex() in page
    assert page.count('<a href="/en/things/one/">A call</a>') == 2
    assert [one.index for one in answer.context["page"]] == [2, 1, 0]
    filtered = client.get("/en/record/", {"kind": KIND})
    assert [one.index for one in filtered.context["page"]] == [1, 0]
    assert '<option value="tests.opened" selected>Thing opened: …</option>' in filtered.content.decode()


def test_the_search_leads_to_the_entry_or_says_why_not(client):
    say(2)
    digest = Entry.objects.get(index=1).leaf.hex()
    for words in ("1", digest):
        answer = client.get("/fr/record/", {"q": words})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/fr/record/1/")
    answer = client.get("/en/record/", {"q": '"><script>'})
    assert answer.status_code == 200
    assert "No entry has this number or this hash" in answer.content.decode()
    assert "<script>" not in answer.content.decode().split("<main")[1].split("</main>")[0]


def test_the_page_of_an_entry(client, world):
    registry.role("call_manager", "call manager")
    world.faces["one"] = {"title": "x"}
    say(5, **BOTH)
    answer = client.get("/en/record/3/")
    page = answer.content.decode()
    found = Entry.objects.get(index=3)
    assert answer.context["proven"].holds
    assert len(answer.context["proven"].steps) == 3
    for part in (
        found.leaf.hex(),
        queries.head().root.hex(),
        found.said["face"],
        "call manager",
        'href="/en/things/one/"',
    ):
        assert part in page
    assert '<p lang="zh-Hans" dir="ltr">案例</p>' in page
    assert [step.left for step in answer.context["proven"].steps] == [True, True, False]


def test_commitments_are_shown_as_digests_only(client):
    from summitry.record.act import act
    from summitry.record.acts import enter, forget

    @act
    def hide():
        return enter(
            KIND, subject=SUBJECT, facts={}, by="chair", private={"who": "Wang Xiaoming", "why": "ill"}
        )

    made = hide()
    forget(made, "who")
    answer = client.get("/en/record/0/")
    digests = made.said["commitments"]
    assert answer.context["commitments"] == [("who", digests["who"], False), ("why", digests["why"], True)]
    assert "Wang" not in answer.content.decode()
    assert Opening.objects.get().salt.hex() not in answer.content.decode()
    assert answer.content.decode().count("has been erased") == 1


def test_pages_work_in_every_language(client, settings):
    say(1, **BOTH)
    for code, _ in settings.LANGUAGES:
        for name, args in (("index", []), ("how", []), ("entry", [0])):
            with override(code):
                assert client.get(reverse(f"record:{name}", args=args)).status_code == 200


def test_an_entry_that_is_not_there(client):
    say()
    for index in ("1", "9" * 18, "9" * 30):
        assert client.get(f"/en/record/{index}/").status_code == 404
    assert client.get("/en/record/-1/").status_code == 404


def test_a_missing_node_is_told_and_breaks_no_page(client):
    say(600)
    Node.objects.filter(place=0).delete()
    answer = client.get("/en/record/599/")
    assert answer.status_code == 200
    assert answer.context["proven"].holds is False
    assert client.get("/record/entry/599.tlog-proof").status_code == 404
