"""What machines read: each address answers with what is public, and nothing more."""

import json

import pytest
from django.urls import reverse

from summitry.atlas.tests.factories import make_case, make_topic
from summitry.documents.models import Document as DocumentModel
from summitry.opinions import acts as opinions
from summitry.opinions.tests.factories import make_conversation, make_participant, make_statement, make_votes
from summitry.people.tests.factories import make_user
from summitry.record.queries import head
from summitry.text.value import Text

from .factories import (
    MOMENT,
    SECRET,
    make_call,
    make_document,
    make_gathering,
    make_session,
    make_signature,
    make_world,
)

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def get(client):
    def get(path: str, status: int = 200, **headers):
        answer = client.get(V1 + path, headers=headers)
        assert answer.status_code == status, answer.content
        return answer.json()

    return get


# -- what is told ---------------------------------------------------------------------------------
def test_the_institution(world, get):
    found = get("/institution")
    assert (found["name"], found["time_zone"]) == ({"en": "Test Institute", "zh-hans": "测试研究所"}, "UTC")
    assert get("/institution?lang=zh-hans")["name"] == {"zh-hans": "测试研究所"}
    assert get("/institution?lang=ar")["name"] == {"en": "Test Institute"}  # says which language it is


def test_calls(world, get):
    found = get("/calls")
    assert found["count"] == 3  # one published, one with a rejected entry alone, one open; no draft
    assert [one["slug"] for one in get("/calls?state=open")["items"]] == ["open-call"]
    assert get("/calls/draft-call", 404)["status"] == 404

    call = get("/calls/open-call")
    assert (call["title"], call["state"], call["submissions"]) == ({"en": "Open call"}, "open", None)
    assert call["rules"] == world.open.rules.to_json()
    assert [(one["version"], one["digest"]) for one in call["versions"]] == [(1, world.open.rules.digest)]
    assert [(one["key"], one["kind"], one["state"]) for one in call["stages"]] == [
        ("screening", "screen", "pending")
    ]
    assert call["url"] == "http://testserver/en/calls/open-call/"


def test_results_once_they_are_published(world, get):
    assert get("/calls/open-call/results", 404)["detail"] == "The results of this call are not published."
    assert get(f"/calls/{world.published.slug}/results") == {
        "count": 1,
        "next": None,
        "previous": None,
        "items": [
            {
                "ref": f"{world.published.slug}-1",
                "title": {"zh-hans": "渔船共享数据", "en": "Boats share data"},
                "category": "culture",
                "tier": {"key": "outstanding", "name": {"zh-hans": "精品", "en": "Outstanding"}},
                "rank": 1,
                "departure_reason": {},
                "outcome": "atlas.case:boats-share-data",
                "outcome_url": "http://testserver/en/cases/boats-share-data/",
            }
        ],
    }


def test_cases(world, get):
    assert [one["slug"] for one in get("/cases")["items"]] == ["boats-share-data", "elsewhere"]
    assert [one["slug"] for one in get("/cases?region=142&language=zh-hans")["items"]] == ["elsewhere"]
    assert [one["slug"] for one in get("/cases?q=渔船")["items"]] == ["boats-share-data"]
    assert [one["slug"] for one in get("/cases?country=gh&country=cn&sort=oldest")["items"]] == [
        "elsewhere",
        "boats-share-data",
    ]
    assert get("/cases/withdrawn", 410)["detail"] == "It did not hold"
    assert get("/cases/nothing", 404)["detail"] == "There is no case at this address."

    case = get("/cases/boats-share-data?lang=fr")
    assert case["title"] == {"en": "Boats share data"}
    assert case["countries"] == [
        {"code": "GH", "name": "Ghana", "region": "002", "subregion": "011"},
        {"code": "SN", "name": "Sénégal", "region": "002", "subregion": "011"},
    ]
    assert case["tier"] == {"key": "outstanding", "name": {"en": "Outstanding"}, "top": True}
    assert (case["chosen_here"], case["call"], case["entry"], case["source"]) == (
        True,
        world.published.slug,
        0,
        None,
    )
    other = get("/cases/elsewhere")
    assert (other["chosen_here"], other["call"], other["source"]) == (
        False,
        None,
        {"name": {"en": "A public report"}, "url": ""},
    )


def test_facets_of_cases(world, get):
    found = get("/cases/facets?topic=culture&lang=fr")
    assert found["region"] == [{"key": "002", "name": "Afrique", "count": 1}]
    assert found["topic"] == [
        {"key": "data-flow", "name": {"en": "Data flow"}, "count": 1},
        {"key": "culture", "name": {"en": "Culture"}, "count": 1},
    ]


def test_gatherings(world, get):
    assert [one["slug"] for one in get("/gatherings")["items"]] == ["summit-2026", "summit-2027"]
    assert get("/gatherings?partners=true")["count"] == 0
    one = get("/gatherings/summit-2026")
    assert (one["series"], one["number"], one["place"], one["release"]) == ("summit", 13, {"en": "Wuzhen"}, 2)
    assert get("/gatherings/hidden-2028", 404)["status"] == 404


def test_a_released_programme(world, get):
    assert get("/gatherings/summit-2027/programme", 404)["detail"] == (
        "The programme of this gathering is not published yet."
    )
    found = get("/gatherings/summit-2026/programme")
    assert (found["release"]["version"], found["days"], found["rooms"], found["tracks"]) == (
        2,
        [{"date": "2026-11-03", "sessions": 1}],
        [{"slug": "hall", "name": "Hall"}],
        [{"slug": "data", "name": "Data"}],
    )
    sessions = get("/gatherings/summit-2026/sessions?day=2026-11-03&track=data&q=opening")
    assert [(one["slug"], one["starts"], one["room"]) for one in sessions["items"]] == [
        ("opening", "2026-11-03T09:00:00Z", {"en": "Hall"})
    ]
    assert get("/gatherings/summit-2026/sessions?day=2026-11-04")["count"] == 0
    session = get("/gatherings/summit-2026/sessions/opening?lang=ar")
    assert (session["title"], session["cancelled"]) == ({"ar": "جلسة"}, False)
    assert session["persons"] == [{"slug": "speaker-one", "name": {"en": "Speaker One"}, "role": "speaker"}]
    assert session["links"] == [{"kind": "link", "title": "Slides", "url": "https://example.org/slides"}]
    assert get("/gatherings/summit-2026/sessions/unplaced", 404)["status"] == 404


def test_persons_of_a_programme(world, get):
    assert get("/gatherings/summit-2026/persons")["items"] == [
        {"slug": "speaker-one", "name": {"en": "Speaker One"}}
    ]
    person = get("/gatherings/summit-2026/persons/speaker-one")
    assert person["biography"] == {"en": "Speaks here"}
    assert [one["slug"] for one in person["sessions"]] == ["opening"]
    assert get(f"/gatherings/summit-2026/persons/{SECRET.lower()}-speaker", 404)["status"] == 404


def test_the_record(world, get):
    last = head()
    found = get("/record/head")
    assert (found["size"], found["root"], found["note"]) == (last.size, last.root.hex(), last.note)
    entries = get("/record/entries?subject=atlas.case:boats-share-data&lang=en")
    assert [(one["index"], one["kind"], one["by"], one["sentence"]) for one in entries["items"]] == [
        (0, "atlas.published", "secretariat", "Case published from a call: Boats share data")
    ]
    assert get("/record/entries?kind=atlas.withdrawn")["count"] == 1
    entry = get("/record/entries/0")
    assert json.loads(entry["body"])["subject"] == "atlas.case:boats-share-data"
    assert get("/record/entries/99", 404)["detail"] == "There is no entry with this number."


def test_a_proof_can_be_followed(world, get):
    import hashlib

    proof = get("/record/entries/1/proof")
    root = bytes.fromhex(proof["leaf"])
    for step in proof["steps"]:
        pair = [bytes.fromhex(step["hash"]), root]
        root = hashlib.sha256(b"\x01" + b"".join(pair if step["side"] == "left" else pair[::-1])).digest()
    assert root.hex() == proof["head"]["root"]


def test_a_record_without_entries(get):
    assert get("/record/head", 404)["detail"] == "The record has no entry yet."
    assert get("/record/entries") == {"count": 0, "next": None, "previous": None, "items": []}
    assert get("/record/entries/0/proof", 404)["status"] == 404


# -- nothing more ---------------------------------------------------------------------------------
def every_address(world) -> list[str]:
    return [
        "/institution",
        "/calls?limit=100",
        *(
            f"/calls/{call.slug}{tail}"
            for call in (world.published, world.open, world.draft)
            for tail in ("", "/results")
        ),
        "/gatherings?limit=100",
        *(
            f"/gatherings/{one.slug}{tail}"
            for one in (world.gathering, world.unreleased, world.hidden)
            for tail in ("", "/programme", "/sessions", "/persons", "/sessions/opening", "/sessions/unplaced")
        ),
        *(f"/gatherings/summit-2026/persons/{who}" for who in ("speaker-one", f"{SECRET.lower()}-speaker")),
        "/cases?limit=100",
        "/cases/facets",
        "/documents?limit=100",
        *(
            f"/documents/{slug}{tail}"
            for slug in ("initiative", "drafted-text")
            for tail in ("", "/1", "/2", "/1/provisions", "/2/provisions", "/signatures?state=all")
        ),
        *(f"/cases/{case.slug}" for case in (world.case, world.elsewhere, world.withdrawn)),
        "/record/head",
        "/record/entries?limit=100",
        *(f"/record/entries/{index}{tail}" for index in range(3) for tail in ("", "/proof")),
    ]


@pytest.mark.parametrize("signed_in", [False, True])
def test_nothing_leaks(world, client, signed_in):
    """Names of applicants, private answers, drafts, rejected entries, reasons for one person, e-mail
    addresses: to nobody, whoever is signed in.
    """
    if signed_in:
        client.force_login(make_user("secretariat"))
    for path in every_address(world):
        body = client.get(V1 + path).content.decode()
        assert SECRET.lower() not in body.lower(), path
        assert "@" not in body.replace("@context", ""), path


def test_opinion_votes(world, get):
    conversation = make_conversation("What now?", slug="what-now", statements=8)
    make_conversation(SECRET, slug="drafted", state="draft", opened_at=None)
    author = make_participant(conversation, user=make_user(name=SECRET))
    make_statement(conversation, SECRET, state="waiting", number=20, author=author)
    gone = make_statement(conversation, SECRET, number=21)
    assert get("/opinions/what-now/map", 404)["detail"].startswith("There is no map yet")
    assert get("/opinions/what-now/statements")["items"][0]["shares"] == []
    make_votes(conversation, 24)
    opinions.remove_statement(make_user("secretariat"), gone, "It hurts")
    run = opinions.draw_map(conversation)

    [brief] = get("/opinions")["items"]
    assert (brief["slug"], brief["people"], brief["votes"], brief["accepting"]) == ("what-now", 24, 216, True)
    assert get("/opinions?state=closed")["count"] == 0
    whole = get("/opinions/what-now?lang=en")
    assert (whole["title"], whole["moderation"], whole["url"]) == (
        {"en": "What now?"},
        "before",
        "http://testserver/en/opinions/what-now/",
    )
    assert get("/opinions/drafted", 404)["status"] == 404
    found = get("/opinions/what-now/statements?limit=1")
    assert found["count"] == 8
    [first] = found["items"]
    assert (first["number"], first["seed"]) == (0, False)
    assert [(one["name"], one["agree"], one["seen"]) for one in first["shares"]] == [
        ("", 100, 24),
        ("A", 100, 12),
        ("B", 100, 12),
    ]
    drawn = get("/opinions/what-now/map")
    assert (drawn["digest"], drawn["people"], drawn["unites"]) == (run.digest, 24, [0])
    assert [(one["name"], one["people"]) for one in drawn["groups"]] == [("A", 12), ("B", 12)]
    for path in ("", "/what-now", "/what-now/statements", "/what-now/map"):
        assert SECRET not in json.dumps(get(f"/opinions{path}"))


def test_documents(world, get):
    [brief] = get("/documents")["items"]
    assert (brief["slug"], brief["version"], brief["stage"]) == ("initiative", 1, "final")
    assert (brief["languages"], brief["comments"]) == (["en", "zh-hans"], False)
    assert [get(f"/documents?{asked}")["count"] for asked in ("adopted=false", "comments=true")] == [0, 0]
    assert get("/documents?adopted=true")["count"] == 1
    whole = get("/documents/initiative?lang=zh-hans")
    assert whole["title"] == {"zh-hans": "数字合作倡议"}
    assert (whole["url"], whole["derived"]) == ("http://testserver/zh-hans/documents/initiative/", [])
    assert [(one["number"], one["stage"]) for one in whole["versions"]] == [(1, "final")]
    assert whole["versions"] == [get("/documents/initiative/1?lang=zh-hans")]
    assert whole["practice"] == [
        {"title": {"zh-hans": "别处"}, "url": "http://testserver/zh-hans/cases/elsewhere/"}
    ]
    assert get("/cases/elsewhere")["documents"] == ["initiative"]
    assert get("/documents/initiative/2", 404)["status"] == 404
    assert get("/documents/initiative/0", 422)["status"] == 422
    assert get("/documents/drafted-text", 404)["status"] == 404
    assert get("/documents/drafted-text/signatures", 404)["status"] == 404


def test_provisions_in_every_language_and_how_each_stands(world, get):
    found = get("/documents/initiative/1/provisions")
    assert found["count"] == 2
    first, second = found["items"]
    assert first["text"] == {"en": "We act together.", "zh-hans": "我们共同行动。"}
    assert first["states"] == {"en": "source", "zh-hans": "reviewed"}
    assert first["url"] == "http://testserver/en/documents/initiative/1/#p1"
    assert (second["anchor"], second["states"]) == ("p2", {"en": "source"})
    narrowed = get("/documents/initiative/1/provisions?lang=zh-hans&limit=1&offset=1")
    assert [one["text"] for one in narrowed["items"]] == [{"en": "This ends here."}]


def test_signatures_name_the_body_and_nobody_else(world, get):
    [one] = get("/documents/initiative/signatures?kind=state&country=eg&q=egy&lang=fr")["items"]
    assert one["signatory"] == {
        "slug": "egypt",
        "name": {"en": "Egypt"},
        "kind": "state",
        "country": "EG",
        "country_name": "Égypte",
    }
    assert (one["state"], one["kind"], one["signed_on"]) == ("certified", "definitive", "2026-11-03")
    assert one["capacity"] == {"en": "Minister"}
    assert get("/documents/initiative/signatures?state=withdrawn")["count"] == 0
    assert get("/documents/initiative/signatures?state=odd", 422)["status"] == 422


# -- what it costs --------------------------------------------------------------------------------
COSTS = {
    "/institution": 1,
    "/calls": 2,
    "/calls/open-call": 3,
    "/documents": 1,
    "/documents/initiative": 6,
    "/documents/initiative/1": 2,
    "/documents/initiative/1/provisions": 3,
    "/documents/initiative/signatures": 3,
    "/opinions": 2,
    "/opinions/asked": 2,
    "/opinions/asked/statements": 4,
    "/opinions/asked/map": 3,
    "/gatherings": 2,
    "/gatherings/summit-2026": 1,
    "/gatherings/summit-2026/programme": 7,
    "/gatherings/summit-2026/sessions": 7,
    "/gatherings/summit-2026/sessions?q=session": 4,
    "/gatherings/summit-2026/sessions/opening": 5,
    "/gatherings/summit-2026/persons": 3,
    "/gatherings/summit-2026/persons/speaker-one": 4,
    "/cases": 6,
    "/cases/elsewhere": 7,
    "/cases/boats-share-data": 14,
    "/cases/facets": 10,
    "/record/head": 1,
    "/record/entries": 2,
    "/record/entries/0": 1,
    "/record/entries/0/proof": 4,
}


@pytest.mark.parametrize("more", [0, 2])
def test_queries_do_not_grow(world, client, more, django_assert_num_queries):
    asked = make_conversation(slug="asked", statements=1 + more)
    make_votes(asked, 2 + more)
    opinions.draw_map(asked)
    text = DocumentModel.objects.get(slug="initiative")
    for n in range(more):
        make_document(f"derived-{n}", derives_from=text)
        make_signature(text.versions.get(number=1), f"State {n}")
        make_conversation(slug=f"asked-{n}")
        make_call(f"another-{n}", "open")
        make_gathering(f"another-{n}")
        make_case(topics=[make_topic()], countries=("FR", "DE"))
        make_session(world.gathering, f"another-{n}", world.gathering.released)
    for path, queries in COSTS.items():
        with django_assert_num_queries(queries):
            assert client.get(V1 + path).status_code == 200, path


def test_lists_come_in_parts(world, get):
    for n in range(5):
        make_case(Text.of(f"n{n}"), slug=f"n{n}", year=2000 + n)
    first = get("/cases?limit=3&sort=oldest&topic=")
    assert ([one["slug"] for one in first["items"]], first["previous"]) == (["n0", "n1", "n2"], None)
    second = get(first["next"].removeprefix("http://testserver/api/v1"))
    assert [one["slug"] for one in second["items"]] == ["n3", "n4", "elsewhere"]
    assert second["previous"] == "http://testserver/api/v1/cases?limit=3&sort=oldest&topic=&offset=0"
    assert get("/cases?offset=100") == {
        "count": 7,
        "next": None,
        "previous": "http://testserver/api/v1/cases?offset=80&limit=20",
        "items": [],
    }


def test_pages_and_data_stand_at_the_same_address_of_the_record(world, get, client):
    assert client.get(get("/record/entries/0")["url"]).status_code == 200
    assert reverse("record:entry", args=[0]) in get("/record/entries/0")["url"]
    assert MOMENT.isoformat().startswith("2026-11-03")
