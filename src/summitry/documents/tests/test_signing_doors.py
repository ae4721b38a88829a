"""Objecting, stating and signing: what cannot be done is said before somebody writes or signs, and what is
final is asked first."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone
from lxml import html

from summitry.people.tests.factories import make_organisation, make_user
from summitry.text.value import Text

from .. import acts, growth
from ..models import FullPowers, Position, Signature
from .signing import (
    MINISTER,
    a_certified,
    a_file,
    a_final,
    a_signatory,
    a_signature,
    a_speaker,
    a_state,
    an_adopted,
)

pytestmark = pytest.mark.django_db
AT = "/en/documents/initiative/"
DESK = "/en/desk/signatures/"


def tree(answer, status: int = 200):
    assert answer.status_code == status, answer.content.decode()[:2000]
    return html.fromstring(answer.content)


def words(page) -> str:
    return " ".join(page.xpath("string(//body)").split())


def buttons(page) -> list[str]:
    return [
        " ".join(one.text_content().split()) for one in page.xpath("//main//form[@method='post']//button")
    ]


# -- objections and positions ------------------------------------------------------------------------------


def test_one_objects_where_no_objection_of_ones_own_stands(client):
    body, version = make_organisation("Egypt"), a_final()
    delegate = a_speaker(body)
    closes = timezone.now() + timedelta(days=15)
    adoption = acts.begin_adoption(None, version, "consensus", closes_at=closes)
    client.force_login(delegate)
    door = "//main//a[contains(@href, '/adoption/object/')]"
    assert len(tree(client.get(f"{AT}adoption/")).xpath(door)) == 1
    assert buttons(tree(client.get(f"{AT}adoption/object/"))) == ["Object"]
    made = acts.object_to_adoption(delegate, adoption, body, "It binds nobody.")
    page = tree(client.get(f"{AT}adoption/"))
    assert page.xpath(door) == []
    assert buttons(page) == ["Withdraw the objection"]
    page = tree(client.get(f"{AT}adoption/object/"))
    assert buttons(page) == []
    assert "has objected already" in words(page)
    acts.withdraw_objection(delegate, made)
    assert len(tree(client.get(f"{AT}adoption/")).xpath(door)) == 1
    client.force_login(make_user())
    assert "You speak for none of the organisations" in words(tree(client.get(f"{AT}adoption/object/")))
    later = timezone.now() + timedelta(days=20)
    acts.close_adoption(None, adoption, now=later)
    client.force_login(delegate)
    page = tree(client.get(f"{AT}adoption/object/"))
    assert buttons(page) == []
    assert "Objections are not taken now." in words(page)


def test_a_position_is_withdrawn_after_asking(client):
    body, version = make_organisation("Egypt"), a_final()
    delegate = a_speaker(body)
    made = acts.state_position(delegate, version, body, Position.Kind.STATEMENT, "We read it so.")
    place = f"{AT}positions/{made.uid}/withdraw/"
    client.force_login(make_user())
    assert client.get(place).status_code == 403
    client.force_login(delegate)
    assert buttons(tree(client.get(f"{AT}positions/"))) == []
    asked = tree(client.get(place))
    assert buttons(asked) == ["Withdraw it"]
    assert "We read it so." in words(asked)
    made.refresh_from_db()
    assert made.withdrawn_at is None
    assert client.post(place)["Location"] == f"{AT}positions/"
    made.refresh_from_db()
    assert made.withdrawn_at is not None
    assert client.get(place)["Location"] == f"{AT}positions/"


# -- signing -----------------------------------------------------------------------------------------------


def sent(powers: FullPowers, **more: str) -> dict[str, str]:
    return {"powers": str(powers.uid), "kind": "definitive", **more}


def test_what_a_signature_would_be_refused_for_is_said_before_its_message(client):
    version = an_adopted()
    powers = a_signatory(version.document)
    client.force_login(powers.person.user)
    typed = sent(powers, reservation_en="Not the third.", anchors="p77")
    page = tree(client.post(f"{AT}sign/", typed), 422)
    assert "There is no provision “p77” in this version." in words(page)
    assert page.xpath("string(//textarea[@name='reservation_en'])").strip() == "Not the third."
    shown = tree(client.post(f"{AT}sign/", {**typed, "anchors": "p3"}))
    assert shown.xpath("//form[@id='signing']") != []
    assert shown.xpath("//main//dd/span[contains(@class, 'chip')]/text()") == ["p3"]
    a_signature(version, powers)
    page = tree(client.post(f"{AT}sign/", sent(powers)), 422)
    assert "Egypt has signed this text already." in words(page)


def test_a_reservation_stands_on_the_page_of_its_signature(client):
    version = an_adopted()
    made = a_signature(version, reservation=Text.of("Not the third."), anchors=["p3"])
    page = tree(client.get(f"{AT}signatures/{made.uid}/"))
    assert "Not the third." in words(page)
    assert f"{AT}1/#p3" in page.xpath("//main//a/@href")
    plain = a_signature(version, a_signatory(version.document, a_state("Peru", "PE")))
    assert "Reservation" not in words(tree(client.get(f"{AT}signatures/{plain.uid}/")))
    assert json.loads(made.message)["reservation"] == {"en": "Not the third."}


def test_a_paper_speaks_of_the_full_powers_not_of_the_depositarys(client):
    version = an_adopted()
    powers = a_signatory(version.document)
    client.force_login(make_user("depositary"))
    paper = {"powers": str(powers.uid), "kind": "simple", "signed_on": "2001-01-01", "file": a_file()}
    page = tree(client.post("/en/desk/documents/initiative/signatures/enter/", paper), 422)
    assert "The full powers for Egypt begin on" in words(page)
    assert "Your full powers" not in words(page)
    assert not Signature.objects.exists()


def test_a_confirmed_signature_is_no_longer_to_be_confirmed(client):
    version = an_adopted()
    made = a_certified(version, kind="simple")
    depositary = make_user("depositary")
    client.force_login(depositary)
    today = made.signed_on
    early = {"do": "confirm", "confirm-on": "2001-01-01", "confirm-evidence_en": "Instrument"}
    page = tree(client.post(f"{DESK}{made.uid}/", early), 422)
    assert f"signed only on {today.day} {today:%B} {today.year}" in words(page)
    assert "to be confirmed" in words(tree(client.get(f"{AT}signatures/{made.uid}/")))
    acts.confirm_signature(depositary, made, today, "Instrument of ratification")
    page = words(tree(client.get(f"{AT}signatures/{made.uid}/")))
    assert "to be confirmed" not in page
    assert "and definitive since: Instrument of ratification" in page


def test_a_signature_that_does_not_stand_is_not_withdrawn_again(client):
    made = a_certified(an_adopted())
    depositary = make_user("depositary")
    client.force_login(depositary)
    place = f"{AT}signatures/{made.uid}/withdraw/"
    assert buttons(tree(client.get(place))) == ["Withdraw it"]
    acts.withdraw_signature(depositary, made)
    answer = client.get(place, follow=True)
    assert answer.redirect_chain == [(f"{AT}signatures/{made.uid}/", 302)]
    assert "This signature does not stand any more." in words(tree(answer))


def test_a_body_without_a_country_has_no_empty_row(client):
    version = an_adopted()
    for body, rows in ((a_state(), 1), (make_organisation("River commission", kind="intergovernmental"), 0)):
        made = a_signature(version, a_signatory(version.document, body))
        page = tree(client.get(f"{AT}signatures/{made.uid}/"))
        assert len(page.xpath("//main//dt[.='Country']")) == rows
        assert [
            one.text_content() for one in page.xpath("//main//dd") if not one.text_content().strip()
        ] == []


def test_months_within_one_year_say_which():
    chart = growth.draw(growth.months([(date(2026, 10, 31), 1), (date(2026, 11, 9), 1)]))
    assert chart is not None
    assert [(one.label, one.at) for one in chart.years] == [("2026", chart.left)]
    across = growth.draw(growth.months([(date(2026, 12, 31), 1), (date(2027, 1, 9), 1)]))
    assert across is not None
    assert [one.label for one in across.years] == ["2027"]


# -- the depositary's desk ---------------------------------------------------------------------------------


def test_each_press_says_what_it_did_and_an_end_is_asked_first(client):
    version = an_adopted()
    powers = a_signatory(version.document, state=FullPowers.State.WAITING, answered_at=None)
    client.force_login(make_user("depositary"))
    place = f"{DESK}powers/{powers.uid}/"
    assert "Whoever brought them reads it." in words(tree(client.get(place)))
    told = words(tree(client.post(place, {"do": "verify"}, follow=True)))
    assert "with them it can be signed" in told
    [end] = tree(client.get(place)).xpath("//button[@value='end']")
    assert end.xpath("ancestor::details[not(@open)]") != []
    assert "They have ended" in words(tree(client.post(place, {"do": "end"}, follow=True)))
    signature = a_signature(version, a_signatory(version.document, a_state("Peru", "PE"), capacity=MINISTER))
    page = tree(client.get(f"{DESK}{signature.uid}/"))
    assert "Everybody can read it, here and in the record." in words(page)
    certified = client.post(f"{DESK}{signature.uid}/", {"do": "certify"}, follow=True)
    assert "Certified, and entered in the record." in words(tree(certified))


@pytest.mark.parametrize(("role", "sees"), [("depositary", True), ("auditor", True), ("secretariat", False)])
def test_whoever_may_see_full_powers_is_led_to_them(client, role, sees):
    powers = a_signatory(an_adopted().document, state=FullPowers.State.WAITING, answered_at=None)
    client.force_login(make_user(role))
    links = tree(client.get(DESK)).xpath("//main//a/@href")
    for path in (f"{DESK}powers/", f"{DESK}powers/{powers.uid}/"):
        assert (path in links) is sees
        assert (client.get(path).status_code == 200) is sees
    if sees:
        assert DESK in tree(client.get(f"{DESK}powers/{powers.uid}/")).xpath("//nav[@class='crumb']//a/@href")
