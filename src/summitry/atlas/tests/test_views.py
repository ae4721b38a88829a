"""The pages of the library and of its desk."""

import gzip
import json
import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone

from summitry.atlas import acts, faces
from summitry.atlas.models import Case
from summitry.documents.models import Adoption
from summitry.documents.tests.factories import a_document, a_version
from summitry.people import countries
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_institution, make_organisation, make_user
from summitry.record import registry
from summitry.record.models import Entry
from summitry.text.value import Text

from .factories import OUTSTANDING, make_case, make_decision, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def institution():
    make_institution()


@pytest.fixture
def secretariat(client):
    user = make_user(Role.SECRETARIAT)
    client.force_login(user)
    return user


def read(answer) -> str:
    """The words of a page, without marks, on one line."""
    body = re.sub(r"(?s)<(script|style).*?</\1>", " ", answer.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


# -- texts that are put into practice -------------------------------------------------------------
def test_the_page_of_a_case_names_its_text_and_the_text_lists_its_cases(client):
    version = a_version(a_document(), adopted_at=timezone.now())
    Adoption.objects.create(
        version=version,
        way="acclamation",
        state=Adoption.State.ADOPTED,
        on=date(2017, 12, 3),
        decided_at=timezone.now(),
    )
    newer, older = (make_case(f"Boats {year}", year=year) for year in (2023, 2022))
    gone = make_case("Gone", state=Case.State.WITHDRAWN, withdrawn_at=timezone.now())
    for case in (older, newer, gone):
        case.documents.set([version.document])
    text = reverse("documents:detail", args=["initiative"])
    assert f'href="{text}"' in client.get(reverse("atlas:case", args=[newer.slug])).content.decode()
    page = client.get(text).content.decode()
    places = [page.index(f'href="{reverse("atlas:case", args=[one.slug])}"') for one in (newer, older)]
    assert places == sorted(places)
    assert "Gone" not in page
    assert f'href="{reverse("documents:adoption", args=["initiative"])}"' in page
    assert "3 December 2017" in page


def test_the_desk_says_which_texts_a_case_puts_into_practice(client):
    document = a_version(a_document()).document
    a_version(a_document("hidden-text"), published=False)
    case = make_case()
    client.force_login(make_user(Role.SECRETARIAT))
    url = reverse("atlas:edit", args=[case.slug])
    assert "hidden-text" not in client.get(url).content.decode()
    sent = {
        "title_en": str(case.title),
        "year": 2022,
        "source_en": "A public report",
        "version": case.version,
    }
    assert client.post(url, {**sent, "documents": ["initiative"]}).status_code == 302
    assert list(case.documents.all()) == [document]


# -- for everybody --------------------------------------------------------------------------------
@pytest.mark.parametrize("cases", [1, 3])
def test_the_library_costs_the_same_at_any_size(client, cases, django_assert_num_queries):
    for _ in range(cases):
        make_case(topics=[make_topic()], countries=("UG", "CN"), tier="top", tier_label=OUTSTANDING, top=True)
    client.get("/en/cases/")  # the frame keeps what it knows
    with django_assert_num_queries(20):
        answer = client.get("/en/cases/")
    assert f"{cases} case" in read(answer)


def test_the_library_lists_and_draws(client):
    make_case(
        "Boats", slug="boats", year=2021, countries=("UG",), tier="top", tier_label=OUTSTANDING, top=True
    )
    make_case("Satellites", slug="satellites", worldwide=True)
    body = client.get("/en/cases/").content.decode()
    assert re.findall(r'<h3 ><a href="([^"]+)">([^<]+)</a>', body) == [
        ("/en/cases/satellites/", "Satellites"),
        ("/en/cases/boats/", "Boats"),
    ]
    assert re.findall(r'<a class="(pin[^"]*)" href="([^"]+)" aria-label="([^"]+)"', body) == [
        ("pin seal-pin", "?region=014#results", "Eastern Africa: 1 case")
    ]
    assert "1 case is worldwide" in body
    french = client.get("/fr/cases/").content.decode()
    assert re.findall(r'<circle cx="([^"]+)"', french) == re.findall(r'<circle cx="([^"]+)"', body)


def test_an_empty_library_says_so(client):
    words = read(client.get("/en/cases/"))
    assert "0 cases" in words
    assert "No case has been published yet." in words


def test_filters_stand_on_the_page_and_can_be_taken_away(client):
    make_case("Boats", countries=("UG",), year=2021)
    body = client.get("/en/cases/?region=002&year=2021&q=boats&page=1").content.decode()
    assert re.findall(r'<a class="chip" href="([^"]+)"><span class="vh">Remove:', body) == [
        "?region=002&amp;year=2021#results",
        "?region=002&amp;q=boats#results",
        "?year=2021&amp;q=boats#results",
    ]
    assert body.count("checked") == 2
    none = read(client.get("/en/cases/?region=150"))
    assert "Take away one of the filters" in none


@pytest.mark.parametrize(
    "query",
    [
        "year=%00",
        "page=9999999999999999999999",
        "page=-1",
        "q=%00%EF%BF%BF",
        "sort=%27",
        "region=a&region=b",
        "q=" + "x" * 3000,
    ],
)
def test_senseless_questions_get_an_answer(client, query):
    make_case()
    assert client.get(f"/en/cases/?{query}").status_code == 200


def test_markup_in_a_question_stays_text(client):
    body = client.get(
        "/en/cases/", {"q": '"><script>alert(1)</script>', "topic": "<b>x</b>"}
    ).content.decode()
    assert "<script>alert" not in body
    assert "<b>x</b>" not in body


def test_a_chosen_case_tells_how(client):
    user = make_user(Role.SECRETARIAT)
    decision = make_decision()
    case = acts.publish_case(user, decision)
    words = read(client.get("/en/cases/boats-share-data/"))
    for said in (
        "How it was chosen",
        "Outstanding",
        "record 0",
        f"Submitted as {decision.submission.ref}",
        "Open for 59 days · 2 Mar 2026",
        "Place in the computed order 1",
        "Entry 0 leads to the root of checkpoint 1.",
        "Fisheries Trust",
    ):
        assert said in words
    assert "not chosen through this system" not in words
    assert "SECRET" not in words
    assert "Applicant Whose Name Is Private" not in words
    assert reverse("record:entry", args=[0]) in client.get("/en/cases/boats-share-data/").content.decode()
    assert case.decision == decision


@pytest.mark.parametrize("topics", [1, 3])
def test_a_case_costs_the_same_at_any_size(client, topics, django_assert_num_queries):
    case = make_case(topics=[make_topic() for _ in range(topics)], countries=("UG", "CN", "FR")[:topics])
    url = reverse("atlas:case", args=[case.slug])
    client.get(url)
    with django_assert_num_queries(9):
        client.get(url)


def test_a_case_from_elsewhere_says_so(client):
    make_case("Satellites", slug="satellites", source_url="https://example.org/report")
    answer = client.get("/en/cases/satellites/")
    assert "This case was not chosen through this system." in read(answer)
    assert (
        '<a href="https://example.org/report" rel="nofollow noopener">A public report</a>'
        in answer.content.decode()
    )


def test_texts_say_which_language_they_are_in(client):
    case = make_case(Text.of("Boats", zh_hans="渔船"), slug="boats", body=Text.of("**Long**"))
    arabic = client.get("/ar/cases/boats/").content.decode()
    assert '<h1 lang="en" dir="ltr">Boats</h1>' in arabic
    assert '<div lang="en" dir="ltr"><p><strong>Long</strong></p>' in arabic
    chinese = client.get("/zh-hans/cases/boats/").content.decode()
    assert "<h1 >渔船</h1>" in chinese
    assert case.languages.count() == 1


def test_a_body_cannot_carry_script(client):
    make_case(
        slug="evil", body=Text.of("<img src=x onerror=alert(1)> [x](javascript:alert(1)) <script>1</script>")
    )
    body = client.get("/en/cases/evil/").content.decode()
    assert "<img" not in body.split("<main")[1]
    assert 'href="javascript' not in body


def test_a_withdrawn_case_is_gone_with_its_reason(client):
    case = make_case("Boats", slug="boats", body=Text.of("The old text"))
    acts.withdraw_case(make_user(Role.SECRETARIAT), case, Text.of("It did not hold"), 1)
    answer = client.get("/en/cases/boats/")
    words = read(answer)
    assert (answer.status_code, "It did not hold" in words, "The old text" in words) == (410, True, False)
    assert "0 cases" in read(client.get("/en/cases/"))
    assert client.get("/en/cases/boats.json").status_code == 404


def test_no_case_no_page(client):
    assert client.get("/en/cases/nothing/").status_code == 404
    assert client.get("/en/cases/nothing.json").status_code == 404


def test_a_case_as_data_is_the_face_that_the_record_keeps(client):
    user = make_user(Role.SECRETARIAT)
    case = acts.publish_case(user, make_decision())
    answer = client.get("/en/cases/boats-share-data.json")
    assert answer.json() == json.loads(json.dumps(faces.faces([case.slug])[case.slug]))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="boats-share-data.json"'
    from summitry.record import log

    assert Entry.objects.get(subject=scope_of(case)).said["face"] == log.digest(answer.json())


def test_a_change_behind_the_acts_changes_the_face():
    case = acts.publish_case(make_user(Role.SECRETARIAT), make_decision())
    before = registry.faces_of([scope_of(case)])
    Case.objects.filter(pk=case.pk).update(title=Text.of("Forged"))
    assert registry.faces_of([scope_of(case)]) != before
    assert registry.url_of(scope_of(case)) == "/en/cases/boats-share-data/"
    assert list(faces.keys()) == ["boats-share-data"]


def weight(client, path: str) -> int:
    """Bytes of a first view over the wire: the page, and the styles, scripts and pictures that it names."""
    page = client.get(path, headers={"accept-encoding": "gzip"})
    words = client.get(path).content.decode()
    named = set(re.findall(r'(?:href|src)="/static/([^"#]+)', words))
    files = [gzip.compress(Path(finders.find(name)).read_bytes()) for name in named]
    return len(page.content) + sum(map(len, files))


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_a_full_library_is_light(client, code):
    """Twenty cases with long summaries on a page, twelve topics, a pin in every region of the world."""
    topics = [
        make_topic(name=Text.of("A topic with a name of some length", ar="موضوع له اسم")) for _ in range(12)
    ]
    places = [code for code in countries.codes() if countries.region_of(code)]
    for n in range(25):
        make_case(
            Text.of(f"A practice with a name of some length, number {n}", ar=f"ممارسة لها اسم طويل {n}"),
            summary=Text.of(
                " ".join(f"word{n}{m}" for m in range(60)), ar=" ".join(f"كلمة{n}{m}" for m in range(60))
            ),
            topics=topics[n % 12 :][:3],
            countries=tuple(places[n * 10 : n * 10 + 10]),
            year=2000 + n,
        )
    assert weight(client, f"/{code}/cases/") < 40_000
    assert weight(client, f"/{code}/cases/?region=150") < 40_000


# -- the desk -------------------------------------------------------------------------------------
DESK = ("atlas:desk", "atlas:add"), ("atlas:edit", "atlas:withdraw")


@pytest.mark.parametrize("role", [None, Role.JUROR, Role.CALL_MANAGER, Role.AUDITOR])
def test_the_desk_is_closed_to_others(client, role):
    make_case(slug="boats")
    urls = [reverse(name) for name in DESK[0]] + [reverse(name, args=["boats"]) for name in DESK[1]]
    assert [client.get(url).status_code for url in urls] == [302] * 4
    client.force_login(make_user(role))
    assert [client.get(url).status_code for url in urls] == [403] * 4
    assert (
        client.post(reverse("atlas:review", args=["boats"]), {"language": "en", "version": 1}).status_code
        == 403
    )
    assert (
        client.post(reverse("atlas:withdraw", args=["boats"]), {"reason_en": "x", "version": 1}).status_code
        == 403
    )
    assert Case.objects.get().state == "published"


def test_a_translator_sees_the_texts_alone(client):
    make_case(slug="boats")
    client.force_login(make_user(Role.TRANSLATOR))
    form = client.get(reverse("atlas:edit", args=["boats"])).context["form"]
    assert list(form.fields) == ["title", "summary", "body", "evidence", "version"]
    assert client.get(reverse("atlas:add")).status_code == 403
    assert client.get(reverse("atlas:withdraw", args=["boats"])).status_code == 403
    assert "Add a case" not in read(client.get(reverse("atlas:desk")))


def test_the_desk_lists_what_each_language_lacks(client, secretariat):
    make_case(Text.of("Boats", fr="Bateaux"))
    make_case("Satellites")
    assert "Boats" in read(client.get("/en/desk/cases/"))
    words = read(client.get("/en/desk/cases/?missing=fr"))
    assert ("Boats" in words, "Satellites" in words) == (False, True)
    assert client.get("/en/desk/cases/?missing=xx&state=zz&page=x").status_code == 200


def test_a_translation_is_saved_reviewed_and_seen(client):
    case = make_case("Boats", slug="boats")
    client.force_login(make_user(Role.TRANSLATOR))
    url = reverse("atlas:edit", args=["boats"])
    sent = client.post(url, {"title_en": "Boats", "title_fr": "Bateaux", "version": 1})
    assert (sent.status_code, sent.headers["Location"]) == (302, url)
    assert "Français is right" in read(client.get(url))
    client.post(reverse("atlas:review", args=["boats"]), {"language": "fr", "version": 2})
    case.refresh_from_db()
    assert (case.title.state("fr"), case.version) == ("reviewed", 3)
    assert "<h1 >Bateaux</h1>" in client.get("/fr/cases/boats/").content.decode()


def test_a_stale_form_keeps_what_was_written(client, secretariat):
    case = make_case("Boats", slug="boats")
    Case.objects.filter(pk=case.pk).update(version=5)
    answer = client.post(
        reverse("atlas:edit", args=["boats"]), form_of(client, "boats") | {"title_en": "Mine", "version": 1}
    )
    assert answer.status_code == 422
    assert "Somebody else has changed this in the meantime." in read(answer)
    assert 'value="Mine"' in answer.content.decode()
    assert str(Case.objects.get().title) == "Boats"


def form_of(client, slug) -> dict[str, object]:
    """What a browser would send of the form as it stands."""
    form = client.get(reverse("atlas:edit", args=[slug])).context["form"]
    sent: dict[str, object] = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, Text):
            sent |= {f"{bound.name}_{code}": words for code, words in value.values.items()}
        elif value not in (None, False, []):
            sent[bound.name] = value
    return sent


def test_the_secretariat_changes_everything(client, secretariat):
    make_case("Boats", slug="boats", countries=("UG",), topics=[make_topic("data")])
    make_topic("health")
    body = make_organisation("A body", slug="a-body")
    changes = {
        "countries": ["KE", "FR"],
        "topics": ["health"],
        "organisations": ["a-body"],
        "year": 2020,
        "worldwide": "on",
    }
    sent = client.post(reverse("atlas:edit", args=["boats"]), form_of(client, "boats") | changes)
    assert sent.status_code == 302, read(sent)
    case = Case.objects.get()
    assert (
        case.country_codes,
        [topic.slug for topic in case.topics.all()],
        list(case.organisations.all()),
    ) == (
        ["FR", "KE"],
        ["health"],
        [body],
    )
    assert (case.year, case.worldwide, str(case.title)) == (2020, True, "Boats")


def test_the_form_sent_as_it_stands_changes_nothing(client, secretariat):
    case = acts.publish_case(secretariat, make_decision())
    entries = Entry.objects.count()
    client.post(reverse("atlas:edit", args=[case.slug]), form_of(client, case.slug))
    assert (Case.objects.get().version, Entry.objects.count()) == (1, entries)


def test_a_case_is_added_from_a_public_source(client, secretariat):
    facts = {"title_en": "Boats", "year": 2022, "source_en": "A report", "countries": ["UG"], "version": ""}
    answer = client.post(reverse("atlas:add"), facts)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/en/cases/boats/")
    assert Case.objects.get().country_codes == ["UG"]


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({}, "Title"),
        ({"title_en": "Boats", "year": 2022}, "Source"),
        ({"title_en": "Boats", "year": 22, "source_en": "A"}, "greater than or equal to 1900"),
        ({"title_en": "Boats", "year": 2022, "source_en": "A", "countries": ["QQ"]}, "QQ"),
        ({"title_en": "Boats", "year": 2022, "source_en": "a@example.org"}, "Leave e-mail addresses out"),
        ({"title_en": "Boats", "year": 2022, "source_en": "A", "top": "on"}, "needs the tier’s key"),
        ({"title_en": "x" * 501, "year": 2022, "source_en": "A"}, "at most 500 characters"),
    ],
)
def test_what_cannot_be_added_is_named(client, secretariat, sent, message):
    answer = client.post(reverse("atlas:add"), sent)
    assert answer.status_code == 422
    assert message in read(answer)
    assert (Case.objects.count(), Entry.objects.count()) == (0, 0)


def test_a_case_is_withdrawn_with_a_reason(client, secretariat):
    make_case(slug="boats")
    url = reverse("atlas:withdraw", args=["boats"])
    assert client.post(url, {"version": 1}).status_code == 422
    assert client.post(url, {"version": 9, "reason_en": "Why"}).status_code == 422
    answer = client.post(url, {"version": 1, "reason_en": "It did not hold"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/en/cases/boats/")
    assert client.post(url, {"version": 1, "reason_en": "Twice"}).status_code == 302
    assert str(Case.objects.get().withdrawn_reason) == "It did not hold"
    assert "cannot be changed any more" in read(client.get(reverse("atlas:edit", args=["boats"])))


@pytest.mark.parametrize("sent", [{}, {"language": "xx", "version": 1}, {"language": "fr", "version": 1}])
def test_a_review_that_cannot_be_is_explained(client, secretariat, sent):
    make_case(slug="boats")
    answer = client.post(reverse("atlas:review", args=["boats"]), sent, follow=True)
    assert answer.status_code == 200
    assert Case.objects.get().version == 1
    assert "nothing" in read(answer)
