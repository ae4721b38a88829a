"""Home: what is open first, then what there is; and nothing that is not public."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from lxml import html

from summitry.atlas.tests.factories import make_case
from summitry.calls.models import Call
from summitry.gatherings.models import Gathering, Release
from summitry.people.tests.factories import make_institution
from summitry.site import acts
from summitry.site.front import steps
from summitry.site.tests.factories import make_page
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


def read(client, address: str = "/en/") -> html.HtmlElement:
    response = client.get(address)
    assert response.status_code == 200
    return html.fromstring(response.content)


def heads(page: html.HtmlElement) -> list[str]:
    return [one.text_content() for one in page.xpath("//main//h2")]


def make_call(slug: str, closes: timedelta, state: str = Call.State.OPEN, **fields: object) -> Call:
    now = timezone.now()
    opened = None if state == Call.State.DRAFT else now - timedelta(days=3)
    closed = now if state in {"closed", "decided", "published"} else None
    return Call.objects.create(
        slug=slug,
        title=Text.of(slug.title()),
        state=state,
        opens_at=now - timedelta(days=3),
        closes_at=now + closes,
        opened_at=opened,
        closed_at=closed,
        **fields,
    )


def make_gathering(slug: str = "summit", days: int = 30, **fields: object) -> Gathering:
    starts = timezone.now().date() + timedelta(days=days)
    return Gathering.objects.create(
        **{
            "slug": slug,
            "title": Text.of("Annual summit"),
            "starts": starts,
            "ends": starts + timedelta(days=3),
            "state": Gathering.State.ANNOUNCED,
            **fields,
        }
    )


def test_an_empty_house_still_says_what_it_is(client):
    page = read(client)
    assert [one.text_content() for one in page.xpath("//h1")] == ["Summitry"]
    assert heads(page) == ["Open now"]
    assert "No call is open at the moment." in page.text_content()
    assert page.xpath("//svg[contains(@class, 'scene')]/@role") == ["img"]


def test_the_statement_is_the_institutions_own(client):
    make_institution(
        aim=Text.of("A platform for the Internet", zh_hans="互联网平台"), founded=date(2022, 7, 12)
    )
    assert read(client).xpath("//h1/span")[0].text == "A platform for the Internet"
    assert read(client, "/zh-hans/").xpath("//h1/span")[0].text == "互联网平台"
    french = read(client, "/fr/").xpath("//h1")[0]
    assert (french.get("lang"), french.get("dir")) == ("en", "ltr")
    make_page(kind="home", lede=Text.of("A summit every year since 2014.\nAn organisation since 2022.\n"))
    page = read(client)
    assert [one.text for one in page.xpath("//h1/span")] == [
        "A summit every year since 2014.",
        "An organisation since 2022.",
    ]
    assert page.xpath("//section[@class='hero']/p[@class='lede']")[0].text == "A platform for the Internet"
    assert page.xpath("//time[@datetime='2022-07-12']")[0].text == "12 July 2022"


def test_what_is_open_comes_first_by_deadline_and_nothing_else(client):
    make_call("later", timedelta(days=9, hours=1))
    make_call("sooner", timedelta(days=2, hours=1))
    make_call("secret", timedelta(days=5), Call.State.DRAFT)
    make_call("over", timedelta(days=-1))
    make_call("shut", timedelta(days=5), Call.State.CLOSED)
    page = read(client)
    rows = page.xpath("//ol[@class='docket']/li")
    assert [(row.xpath(".//h3/a")[0].text, row.xpath(".//b")[0].text, row.get("class")) for row in rows] == [
        ("Sooner", "2", "soon"),
        ("Later", "9", None),
    ]
    assert len(page.xpath("//a[contains(@class, 'btn') and contains(@class, 'go')]")) == 1
    for hidden in ("Secret", "Over", "Shut"):
        assert hidden not in page.xpath("//main")[0].text_content()


def test_the_next_gathering_and_the_way_to_it(client):
    make_gathering("draft", 10, state=Gathering.State.DRAFT, title=Text.of("Secret meeting"))
    make_gathering("past", -30, title=Text.of("Old summit"))
    gathering = make_gathering()
    page = read(client)
    assert heads(page) == ["Open now", "Next gathering"]
    assert page.xpath("//p[@class='big']/a/@href") == ["/en/gatherings/summit/"]
    assert [one.get("class") for one in page.xpath("//div[@class='crossing']//li")] == ["todo", "todo"]
    assert "Secret meeting" not in page.text_content()
    release = Release.objects.create(gathering=gathering, version=1, digest="0" * 64)
    gathering.released = release
    gathering.save()
    page = read(client)
    assert [one.get("class") for one in page.xpath("//div[@class='crossing']//li")] == ["done", "todo"]
    assert page.xpath("//a[contains(@class, 'btn')]/@href") == ["/en/gatherings/summit/programme/"]


def test_steps_say_what_is_on_now():
    today = date(2027, 11, 3)
    gathering = make_gathering(starts=date(2027, 11, 2), ends=date(2027, 11, 5))
    call = Call(parent_scope="gatherings.gathering:summit", closes_at=datetime(2027, 10, 1, tzinfo=UTC))
    other = Call(parent_scope="", closes_at=datetime(2027, 10, 9, tzinfo=UTC))
    found = steps(gathering, [call, other], today)
    assert [(one.name, one.state, one.last) for one in found] == [
        ("Calls", "now", date(2027, 10, 1)),
        ("Programme", "todo", None),
        ("Gathering", "now", date(2027, 11, 5)),
    ]
    assert steps(gathering, [], date(2027, 10, 1))[-1].state == "todo"


def test_the_last_acts_lead_to_their_entries(client):
    for number in range(6):
        acts.create_page(None, f"p{number}", kind="document", title=Text.of(f"Page {number}"))
    page = read(client)
    assert page.xpath("//ol[@class='ledger']/li/a/@href") == [f"/en/record/{n}/" for n in (5, 4, 3, 2, 1)]
    assert "All 6 entries" in page.text_content()


def test_cases_have_their_list_and_a_picture_without_links(client):
    make_case("BeiDou")
    page = read(client)
    assert heads(page) == ["Open now", "Practice cases"]
    assert [one.text for one in page.xpath("//ul[@class='cases']//h3/a")] == ["BeiDou"]
    assert page.xpath("//svg[contains(@class, 'chart')]/@role") == ["img"]


def test_the_years_run_forward(client):
    make_page("First summit", kind="milestone", year=2014)
    make_page("Organisation", kind="milestone", year=2022)
    page = read(client)
    assert heads(page) == ["Open now", "Since 2014"]
    assert [one.text for one in page.xpath("//ol[@class='years']/li/b")] == ["2014", "2022"]


@pytest.mark.parametrize("n", [1, 3])
def test_home_costs_the_same_for_any_number(client, django_assert_num_queries, n):
    make_institution()
    make_gathering()
    for number in range(n):
        make_call(f"call-{number}", timedelta(days=number + 1))
        make_case(f"Case {number}")
        make_page(kind="milestone", year=2014 + number)
        acts.create_page(None, f"p{number}", title=Text.of("Page"), in_foot=True)
    with django_assert_num_queries(16):
        client.get("/en/")
    with django_assert_num_queries(1):  # the record's head
        client.get("/ar/")


@pytest.mark.parametrize(
    ("code", "same_month", "two_months"),
    [
        ("en", "2–5 November 2027", "30 November 2027 – 2 December 2027"),
        ("zh-hans", "2027年11月2日–5日", "2027年11月30日 – 2027年12月2日"),
        ("fr", "2–5 novembre 2027", "30 novembre 2027 – 2 décembre 2027"),
        ("es", "2–5 de noviembre de 2027", "30 de noviembre de 2027 – 2 de diciembre de 2027"),
        ("ru", "2–5 ноября 2027 г.", "30 ноября 2027 г. – 2 декабря 2027 г."),
        ("ar", "2–5 نوفمبر 2027", "30 نوفمبر 2027 – 2 ديسمبر 2027"),
    ],
)
def test_days_as_each_language_writes_them(code, same_month, two_months):
    def draw(first: date, last: date) -> str:
        drawn = Template("{% days first last %}").render(Context({"first": first, "last": last}))
        return html.fromstring(drawn).text_content()

    with translation.override(code):
        assert draw(date(2027, 11, 2), date(2027, 11, 5)) == same_month
        assert draw(date(2027, 11, 30), date(2027, 12, 2)) == two_months
        assert "–" not in draw(date(2027, 11, 2), date(2027, 11, 2))
