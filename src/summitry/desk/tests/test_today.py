"""The desk's first screen: each sees what waits for her, and nothing of others."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from lxml import html

from summitry.calls.models import Call, Submission
from summitry.desk import areas, queries
from summitry.people import waiting
from summitry.people.models import Role
from summitry.people.tests.factories import make_institution, make_person, make_user
from summitry.people.waiting import Waiting
from summitry.text import parity
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 9, 16, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


@pytest.fixture
def only(monkeypatch):
    """Put these functions, and no app's, behind what waits."""

    def put(*sources):
        monkeypatch.setattr(waiting, "_sources", {str(n): one for n, one in enumerate(sources)})

    put()
    return put


def read(client, address: str = "/en/desk/") -> html.HtmlElement:
    response = client.get(address)
    assert response.status_code == 200
    return html.fromstring(response.content)


def queue(page: html.HtmlElement) -> list[str]:
    return [one.text for one in page.xpath("(//section[@class='tile'])[1]//ol/li//b")]


def rail(page: html.HtmlElement) -> list[tuple[str, str | None]]:
    found = []
    for link in page.xpath("//nav[@class='rail']//a"):
        counted = link.xpath("./span[@class='n']")
        words = link.text_content().strip()
        found.append((words.split("  ")[0].rstrip("0123456789 "), counted[0].text if counted else None))
    return found


def test_the_desk_is_for_those_with_a_mandate(client):
    assert client.get("/en/desk/")["Location"].startswith("/en/account/login/")
    client.force_login(make_user())
    response = client.get("/en/desk/")
    assert response.status_code == 403
    assert "The desk is for people who hold a mandate" in response.content.decode()


def test_a_mandate_that_has_ended_opens_nothing(client):
    user = make_user(Role.SECRETARIAT)
    user.person.mandates.update(until=timezone.now() - timedelta(seconds=1))
    client.force_login(user)
    assert client.get("/en/desk/").status_code == 403


def test_an_empty_desk_says_so(client, only):
    client.force_login(make_user(Role.JUROR, "calls.call:cases"))
    page = read(client)
    assert len(page.xpath("//h1")) == 1
    assert queue(page) == []
    assert "Nothing waits for you." in page.text_content()


def test_each_sees_her_own_work_late_first_then_by_time(client, only):
    one, other = make_user(Role.JUROR, "calls.call:cases"), make_user(Role.JUROR, "calls.call:cases")
    now = timezone.now()
    work = {
        one.pk: [
            Waiting("No hurry", "/a/", "doc", "calls"),
            Waiting("Next week", "/b/", "doc", "calls", due=now + timedelta(days=7)),
            Waiting("Too late", "/c/", "doc", "calls", due=now - timedelta(hours=2)),
            Waiting("Soon", "/d/", "doc", "calls", due=now + timedelta(hours=2), detail="Practice cases"),
        ],
        other.pk: [Waiting("Somebody else’s", "/x/", "doc", "calls")],
    }
    only(lambda user: work[user.pk])
    client.force_login(one)
    page = read(client)
    assert queue(page) == ["Too late", "Soon", "Next week", "No hurry"]
    assert [row.get("class") for row in page.xpath("(//section[@class='tile'])[1]//ol/li")] == [
        "late",
        None,
        None,
        None,
    ]
    assert "Somebody else" not in page.text_content()
    assert page.xpath("//h2/span[@class='chip due']")[0].text == "1 overdue"
    client.force_login(other)
    assert queue(read(client)) == ["Somebody else’s"]


def test_a_long_queue_is_cut_and_can_be_had_whole(client, only):
    only(lambda user: [Waiting(f"Task {n:02}", f"/{n}/", "doc", "calls") for n in range(20)])
    client.force_login(make_user(Role.SECRETARIAT))
    page = read(client)
    assert len(queue(page)) == queries.FIRST
    assert page.xpath("//section[@class='tile']/header/a/@href")[0] == "?all=1"
    assert len(queue(read(client, "/en/desk/?all=1"))) == 20


@pytest.mark.parametrize(
    ("due", "late", "words"),
    [
        (NOW - timedelta(days=1, hours=1), True, "overdue since 15 Sep 2027, 11:00 UTC"),
        (NOW + timedelta(hours=6), False, "due today 18:00 UTC"),
        (NOW + timedelta(hours=12), False, "due tomorrow 00:00 UTC"),
        (NOW + timedelta(days=2), False, "due 18 Sep 2027, 12:00 UTC"),
    ],
)
def test_times_are_exact(due, late, words):
    assert queries.due_words(due, NOW, late) == words


def test_what_its_app_calls_late_is_late_without_a_time():
    found = queries.task(Waiting("Clash", "/", "calendar", "gatherings", late=True), NOW)
    assert (found.late, found.icon, found.when, found.area) == (True, "alert", "", "Gatherings")
    assert queries.task(Waiting("x", "/", "doc", "Unknown area"), NOW).area == "Unknown area"


@pytest.mark.parametrize(
    ("role", "keys"),
    [
        (
            Role.SECRETARIAT,
            {
                *("calls", "gatherings", "documents", "opinions", "signatures"),
                *("cases", "people", "mandates", "languages", "record"),
            },
        ),
        (Role.TRANSLATOR, {"calls", "gatherings", "documents", "opinions", "cases", "languages", "record"}),
        (Role.CALL_MANAGER, {"calls", "record"}),
        (Role.JUROR, {"calls", "record"}),
        (Role.SCREENER, {"calls", "record"}),
        (Role.PROGRAMME, {"gatherings", "record"}),
        (Role.AUDITOR, {"calls", "gatherings", "documents", "opinions", "signatures", "record"}),
        (Role.DEPOSITARY, {"signatures", "record"}),
        (Role.DELEGATE, {"record"}),
    ],
)
def test_the_rail_leads_each_role_to_its_own_areas(role, keys):
    assert {area.key for area in areas.open_to(make_user(role))} == keys


def test_every_area_that_the_rail_offers_opens(client, only):
    """A link that leads to a refusal is a fault of the rail."""
    for role in (
        Role.SECRETARIAT,
        Role.TRANSLATOR,
        Role.CALL_MANAGER,
        Role.JUROR,
        Role.PROGRAMME,
        Role.AUDITOR,
    ):
        client.force_login(make_user(role))
        addresses = read(client).xpath("//nav[@class='rail']//a/@href")
        assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(
            addresses, 200
        )


def test_the_rail_counts_what_waited_at_the_last_look(client, only):
    only(
        lambda user: [
            Waiting("a", "/", "doc", "languages", count=3),
            Waiting("b", "/", "doc", "people"),
        ]
    )
    client.force_login(make_user(Role.SECRETARIAT))
    read(client)
    counted = dict(rail(read(client, "/en/desk/pages/")))
    assert (counted["Today"], counted["Pages"], counted["Organisations"], counted["Practice cases"]) == (
        "4",
        "3",
        "1",
        None,
    )
    client.force_login(make_user(Role.SECRETARIAT))  # somebody else has not looked yet
    assert dict(rail(read(client, "/en/desk/pages/")))["Today"] is None


def test_only_those_who_keep_the_languages_see_what_they_lack(client, only, monkeypatch):
    text = Text.of("Secret draft", fr="Brouillon").edited({"en": "Secret final", "fr": "Brouillon"})
    monkeypatch.setattr(parity, "_sources", {"a": ("Pages", lambda: [text])})
    for role, scope, seen in (
        (Role.SECRETARIAT, "institution", True),
        (Role.TRANSLATOR, "institution", True),
        (Role.TRANSLATOR, "calls.call:cases", False),
        (Role.JUROR, "institution", False),
    ):
        client.force_login(make_user(role, scope))
        assert bool(read(client).xpath("//table")) is seen
    client.force_login(make_user(Role.TRANSLATOR))
    row = read(client).xpath("//table/tbody/tr")[0]
    assert [one.text for one in row.xpath("./td[@class='miss']")] == ["1"] * 5
    assert len(row.xpath("./td[@class='full']")) == 1


def make_call(slug: str, **fields: object) -> Call:
    now = timezone.now()
    return Call.objects.create(
        **{
            "slug": slug,
            "title": Text.of(slug.title()),
            "state": Call.State.OPEN,
            "opens_at": now - timedelta(days=30),
            "closes_at": now + timedelta(days=10),
            "opened_at": now - timedelta(days=30),
            **fields,
        }
    )


def test_calls_under_way_are_for_those_who_run_them(client, only):
    mine, other = make_call("mine"), make_call("other")
    for call, states in ((mine, ("submitted", "submitted", "draft")), (other, ("submitted",))):
        for number, state in enumerate(states):
            Submission.objects.create(
                call=call,
                applicant=make_person(),
                state=state,
                **(
                    {"number": number + 1, "ref": f"{call.slug}-{number}", "sent_at": timezone.now()}
                    if state == "submitted"
                    else {}
                ),
            )

    def rows(role: str, scope: str = "institution") -> list[tuple[str, str]]:
        client.force_login(make_user(role, scope))
        table = read(client).xpath("//table[contains(caption, 'Calls')]/tbody/tr")
        return [(row.xpath("./th/a")[0].text, row.xpath("./td[@class='num']")[0].text) for row in table]

    def leads(role: str, scope: str) -> list[int]:
        client.force_login(make_user(role, scope))
        table = read(client).xpath("//table[contains(caption, 'Calls')]/tbody/tr/th/a/@href")
        return [client.get(address).status_code for address in table]

    assert rows(Role.SECRETARIAT) == [("Mine", "2"), ("Other", "1")]
    assert rows(Role.CALL_MANAGER, "calls.call:mine") == [("Mine", "2")]
    assert rows(Role.AUDITOR, "calls.call:other") == [("Other", "1")]
    assert leads(Role.AUDITOR, "calls.call:other") == leads(Role.CALL_MANAGER, "calls.call:mine") == [200]
    for role in (Role.JUROR, Role.SCREENER, Role.TRANSLATOR, Role.PROGRAMME):
        assert rows(role) == []


def test_time_gone_is_bounded():
    user, now = make_user(Role.SECRETARIAT), timezone.now()
    make_call("now")
    make_call("over", closes_at=now - timedelta(days=1))
    make_call("draft", state=Call.State.DRAFT, opened_at=None, opens_at=None, closes_at=None)
    found = queries.calls_under_way(user, now)
    assert [(row.call.slug, row.gone, row.open_for is not None) for row in found] == [
        ("over", 100, False),
        ("now", 75, True),
        ("draft", 0, False),
    ]


@pytest.mark.parametrize("n", [1, 3])
def test_the_desk_costs_the_same_for_any_number(client, only, django_assert_num_queries, n):
    make_institution()
    only(lambda user: [Waiting(f"Task {number}", "/", "doc", "calls") for number in range(n)])
    client.force_login(make_user(Role.JUROR))
    read(client)
    with django_assert_num_queries(
        8
    ):  # session, user, mandates, gathering, calls, entries, checkpoint, institution
        read(client)


def test_every_app_answers_for_every_role_in_a_bounded_number_of_queries(
    client, django_assert_max_num_queries
):
    make_institution()
    for role in Role.values:
        user = make_user(role)
        _ = user.roles
        with django_assert_max_num_queries(40):
            queries.today(user)


def test_what_waits_in_calls_is_counted_beside_calls(client):
    soon = timezone.now() + timedelta(hours=3)
    make_call("not-opened", state=Call.State.DRAFT, opened_at=None, opens_at=soon)
    client.force_login(make_user(Role.SECRETARIAT))
    assert len(queue(read(client))) == 1
    assert dict(rail(read(client)))["Calls"] == "1"
