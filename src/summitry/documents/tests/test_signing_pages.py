"""The pages of adoption, positions and signatures: what everybody reads, what is pressed."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from lxml import html

from summitry.kept.tests.browser import ask, queries
from summitry.people.tests.factories import make_institution, make_organisation, make_user
from summitry.text.value import Text

from .. import acts, roll
from ..models import Adoption, FullPowers, Objection, Position, Signature
from ..parts import Visit
from ..queries import adopting, signatures
from .signing import (
    PDF,
    Browser,
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
DESK = "/en/desk/documents/initiative/"


def words(response) -> str:
    return response.content.decode()


def status(client, path: str) -> int:
    """Of an answer that is read to its end."""
    answer = client.get(path)
    if answer.streaming:
        list(answer.streaming_content)
    return answer.status_code


def take_in(document, *rows: str) -> None:
    read, _remarks = roll.read(("name,category,nationality,date_signed\n" + "\n".join(rows)).encode())
    acts.take_in_signatories(None, document, read, source="elsewhere.example")


# -- adoption -------------------------------------------------------------------------------------


def test_signatories_stand_by_their_names_in_the_readers_language(client):
    version = an_adopted()
    for code, arabic, english in (
        ("EG", "مصر", "Egypt"),
        ("SA", "السعودية", "Saudi Arabia"),
        ("PE", "بيرو", "Peru"),
    ):
        a_certified(version, a_signatory(version.document, a_state(Text.of(english, ar=arabic), code)))
    rows = "//table[caption]/tbody/tr/th[a]"
    for language, expected in (
        ("en", ["Egypt", "Peru", "Saudi Arabia"]),
        ("ar", ["بيرو", "السعودية", "مصر"]),  # by the letter after the article, as the list of countries is
    ):
        page = html.fromstring(client.get(f"/{language}/documents/initiative/signatures/").content)
        assert [one.text_content().split(" (")[0].strip() for one in page.xpath(rows)] == expected


def test_an_objection_is_pressed_read_and_withdrawn(client):
    body = make_organisation("Egypt")
    delegate, version = a_speaker(body), a_final()
    closes = timezone.now() + timedelta(days=15)
    adoption = acts.begin_adoption(None, version, "consensus", closes_at=closes)
    assert "Without a standing objection" in words(client.get(f"{AT}adoption/"))
    assert client.get(f"{AT}adoption/object/").status_code == 302
    client.force_login(make_user())
    assert "You speak for none" in words(client.get(f"{AT}adoption/object/"))
    client.force_login(delegate)
    assert "adoption/object/" in words(client.get(f"{AT}adoption/"))
    assert client.post(f"{AT}adoption/object/", {"organisation": "egypt"}).status_code == 422
    given = {"organisation": "egypt", "reason_en": "Too far <b>for us</b>."}
    assert client.post(f"{AT}adoption/object/", given).status_code == 302
    client.logout()
    page = words(client.get(f"{AT}adoption/"))
    assert "/documents/initiative/positions/" in page
    assert "Too far &lt;b&gt;for us&lt;/b&gt;." in page
    assert str(delegate.person.name) not in page
    objection = Objection.objects.get()
    client.force_login(delegate)
    assert client.post(f"{AT}adoption/objections/{objection.pk}/withdraw/").status_code == 302
    assert client.post(f"{AT}adoption/objections/99/withdraw/").status_code == 404
    assert adoption.standing().count() == 0


def test_the_desk_puts_a_text_to_adoption(client):
    version = a_final()
    client.force_login(make_user("auditor"))
    assert client.get(f"{DESK}adoption/").status_code == 200
    assert client.get(f"{DESK}adoption/acclamation/").status_code == 403
    client.force_login(make_user("secretariat"))
    assert "acclamation" in words(client.get(f"{DESK}adoption/")).lower()
    for way in ("consensus", "motion", "acclamation"):
        assert client.get(f"{DESK}adoption/{way}/").status_code == 200
    assert client.get(f"{DESK}adoption/magic/").status_code == 404
    answer = client.post(f"{DESK}adoption/motion/", {"reference_en": "Motion 3"})
    assert (answer.status_code, "Give evidence" in words(answer)) == (422, True)
    given = {"reference_en": "Motion 3, carried", "file": a_file("minutes.pdf")}
    assert client.post(f"{DESK}adoption/motion/", given).status_code == 302
    version.refresh_from_db()
    assert version.adopted_at is not None
    evidence = f"{DESK}adoption/1/evidence/"
    answer = client.get(evidence)
    assert (b"".join(answer.streaming_content), answer["X-Content-Type-Options"]) == (PDF, "nosniff")
    client.force_login(make_user("delegate"))
    assert client.get(evidence).status_code == 404
    assert client.get("/en/desk/documents/initiative/adoption/99/evidence/").status_code == 404


def test_a_window_that_is_over_is_decided_by_hand(client):
    make_organisation("Egypt")
    a_speaker(make_organisation("Chile"))
    now = timezone.now()
    acts.begin_adoption(None, a_final(), "consensus", closes_at=now + timedelta(days=15), now=now)
    client.force_login(make_user("secretariat"))
    client.post(f"{DESK}adoption/1/close/")
    assert Adoption.objects.get().state == "open"
    Adoption.objects.update(opens_at=now - timedelta(days=20), closes_at=now - timedelta(seconds=1))
    assert "Decide now" in words(client.get(f"{DESK}adoption/"))
    client.post(f"{DESK}adoption/1/close/")
    assert Adoption.objects.get().state == "adopted"


def test_positions_are_stated_read_and_withdrawn(client):
    version, body = an_adopted(), make_organisation("Egypt")
    delegate = a_speaker(body)
    client.force_login(make_user())
    assert "You speak for no organisation" in words(client.get(f"{AT}positions/state/"))
    client.force_login(delegate)
    assert 'value="p2"' in words(client.get(f"{AT}positions/state/?at=p2"))
    given = {"organisation": "egypt", "kind": "reservation", "text_en": "Not for us.", "anchors": "p2, p3"}
    assert client.post(f"{AT}positions/state/", {**given, "anchors": "p9"}).status_code == 422
    assert client.post(f"{AT}positions/state/", given).status_code == 302
    position = Position.objects.get()
    visit = Visit(version, delegate, "p2")
    at_provisions = adopting.at_provisions(visit)
    assert {anchor: len(one["positions"]) for anchor, one in at_provisions.items()} == {"p2": 1, "p3": 1}
    assert client.post(f"{AT}positions/{position.uid}/withdraw/").status_code == 302
    client.logout()
    page = words(client.get(f"{AT}positions/"))
    assert "<s>Not for us.</s>" in page
    assert str(delegate.person.name) not in page
    assert adopting.at_provisions(visit) == {}


def test_the_page_of_a_version_leads_to_all_of_it(client):
    version, body = an_adopted(), make_organisation("Egypt")
    acts.state_position(a_speaker(body), version, body, "reservation", "Not for us.", ["p2"])
    a_certified(version, a_signatory(version.document, body))
    page = words(client.get(f"{AT}1/"))
    for said in (f'class="seal" href="{AT}adoption/"', "p2: 1 position", "1 organisation has signed."):
        assert said in page
    assert "Not for us." not in page
    assert "Not for us." in words(client.get(f"{AT}1/?at=p2"))
    way = words(client.get(AT))
    assert f'href="{AT}signatures/">1 signature</a>' in way
    assert "adoption/" in words(client.get(f"{AT}1/"))
    final = a_final("final")
    assert "0 positions" in words(client.get("/en/documents/final/1/"))
    client.force_login(make_user("translator"))
    assert "In which way" not in words(client.get(f"/en/desk/documents/{final.document.slug}/adoption/"))


# -- the list -------------------------------------------------------------------------------------


def test_the_list_is_found_by_kind_country_state_and_words(client):
    version = an_adopted()
    take_in(version.document, "Zed,company,ZMB,2020-02-03", "Kenya,state,KEN,", "Nowhere,,,2021-05-01")
    certified = a_certified(version, a_signatory(version.document, a_state("Peru", "PE")))
    a_signature(version)

    def names(query: str = "") -> list[str]:
        response = client.get(f"{AT}signatures/?{query}")
        return [str(one.organisation.name) for one in response.context["page"]]

    assert names() == ["Kenya", "Nowhere", "Peru", "Zed"]
    assert names("kind=state") == ["Kenya", "Peru"]
    assert names("kind=none") == ["Nowhere"]
    assert names("country=zm") == ["Zed"]
    assert names("region=014") == ["Kenya", "Zed"]
    assert names("country=none") == ["Nowhere"]
    assert names("state=received") == ["Egypt"]
    assert names("state=taken_in&kind=state") == ["Kenya"]
    assert names("q=PÉRU") == ["Peru"]
    assert names("q=%00nobody") == []
    assert names("state=magic&page=7") == ["Kenya", "Nowhere", "Peru", "Zed"]
    acts.withdraw_signature(make_user("depositary"), certified)
    assert names("state=withdrawn") == ["Peru"]
    page = client.get(f"{AT}signatures/")
    overview = page.context["overview"]
    assert [(one.key, one.count) for one in overview.kinds] == [("company", 1), ("state", 1), ("none", 1)]
    assert [(pin.key, pin.count, pin.top) for pin in overview.pins] == [("014", 2, 1)]
    assert (overview.nowhere, overview.undated, overview.dated, overview.nations) == (1, 1, 2, 2)
    assert "1 is undated and is not in this picture" in words(page)
    assert '<path class="climb" d="M48.0 212.0H' in words(page)
    by_country = client.get(f"{AT}signatures/?region=014").context["overview"].pins
    assert [(pin.key, pin.count) for pin in by_country] == [("KE", 1), ("ZM", 1)]


def test_the_table_goes_out_without_formulas(client):
    version = an_adopted()
    take_in(version.document, "=cmd(),company,ZMB,2020-02-03", "Kenya,state,KEN,")
    answer = client.get("/documents/initiative/signatures.csv?kind=company")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1] == (
        '"cmd","\'=cmd()","company","ZM","taken_in","2020-02-03","","elsewhere","","","","elsewhere.example"'
    )
    assert len(lines) == 2
    assert client.get("/documents/other/signatures.csv").status_code == 404


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(n, django_assert_num_queries):
    version = an_adopted()
    take_in(version.document, *(f"Body {at},company,ZM,2020-0{at + 1}-03" for at in range(n)))
    document, filters = version.document, signatures.Filters()
    with django_assert_num_queries(2):
        signatures.overview(document, filters)
    with django_assert_num_queries(1):
        assert [str(one.organisation.name) for one in signatures.found(document, filters)] == [
            f"Body {at}" for at in range(n)
        ]
    with django_assert_num_queries(1):
        assert len(list(signatures.rows_of(document, filters))) == n + 1
    with django_assert_num_queries(2):
        assert signatures.foot(Visit(version, None))["signed"] == n
    with django_assert_num_queries(1):
        assert [one.url for one in signatures.steps(document)] == [f"{AT}signatures/"]


@pytest.mark.parametrize("n", [1, 3])
def test_adoption_asks_as_much_for_three_as_for_one(n, django_assert_num_queries):
    bodies = [make_organisation(f"Body {at}") for at in range(n)]
    speakers = [a_speaker(body) for body in bodies]
    version = a_final()
    adoption = acts.begin_adoption(None, version, "consensus", closes_at=timezone.now() + timedelta(days=15))
    for body, speaker in zip(bodies, speakers, strict=True):
        acts.object_to_adoption(speaker, adoption, body, "No")
        acts.state_position(speaker, version, body, "statement", "Words", ["p1"])
    with django_assert_num_queries(4):
        assert adopting.adoptions_of(version.document)[0].standing == n
    with django_assert_num_queries(3):
        assert adopting.aside(Visit(version, None)).standing == n
    with django_assert_num_queries(1):
        assert len(adopting.at_provisions(Visit(version, None))["p1"]["positions"]) == n


def test_what_is_private_leaks_nowhere(client):
    """Persons, scans, full powers: for the depositary, the auditor and the person herself."""
    version, depositary = an_adopted(), make_user("depositary")
    holder = make_user(name="Nefertari Secret")
    powers = a_signatory(version.document, user=holder, file_name="secret-powers.pdf")
    signature = a_certified(version, powers)
    day = timezone.now().date()
    paper = acts.enter_signature(
        depositary,
        version.document,
        a_signatory(version.document, a_state("Peru", "PE"), user=holder),
        kind="simple",
        signed_on=day,
        file=a_file("secret-scan.pdf", PDF + b"secret"),
    )
    public = [f"{AT}{one}" for one in ("signatures/", f"signatures/{signature.uid}/", "adoption/", "copy/")]
    public += [f"{AT}signatures/{paper.uid}/", "/documents/initiative/certified-copy.json"]
    secrets = ("Nefertari", "secret-powers", "secret-scan", str(holder.person.uid), signature.salt.hex())
    private = [
        f"/en/desk/signatures/powers/{powers.uid}/",
        f"/en/desk/signatures/powers/{powers.uid}/file/",
        f"/en/desk/signatures/{paper.uid}/scan/",
    ]
    for user in (None, make_user(), make_user("secretariat")):
        client.logout()
        if user:
            client.force_login(user)
        for path in public:
            page = words(client.get(path))
            assert [one for one in secrets if one in page] == [], path
        if user:
            assert [status(client, path) for path in private] == [404, 404, 404]
    desk = f"/en/desk/signatures/{paper.uid}/"
    client.force_login(make_user("secretariat"))
    assert [one for one in secrets if one in words(client.get(desk))] == []
    for user in (depositary, make_user("auditor")):
        client.force_login(user)
        assert [status(client, path) for path in private] == [200, 200, 200]
        assert "Nefertari Secret" in words(client.get(desk))
    client.force_login(holder)
    assert [status(client, path) for path in private] == [200, 200, 200]
    assert client.get(desk).status_code == 403


# -- signing --------------------------------------------------------------------------------------


def test_from_full_powers_to_a_certified_signature(client):
    _version, user, depositary = an_adopted(), make_user(), make_user("depositary")
    a_state()
    client.force_login(user)
    assert "You hold no full powers" in words(client.get(f"{AT}sign/"))
    assert client.get(f"{AT}sign/powers/").context["form"].initial["organisation"] == ""
    given = {
        "organisation": "https://example.org/en/organisations/egypt/",
        "capacity_en": "Minister",
        "since": "2020-01-01",
        "binding": "on",
        "file": a_file("powers.pdf"),
    }
    assert client.post(f"{AT}sign/powers/", {**given, "organisation": "nobody"}).status_code == 422
    assert client.post(f"{AT}sign/powers/", {**given, "file": a_file()}).status_code == 302
    powers = FullPowers.objects.get()
    client.force_login(depositary)
    assert f"/desk/signatures/powers/{powers.uid}/" in words(client.get("/en/desk/signatures/"))
    client.post(f"/en/desk/signatures/powers/{powers.uid}/", {"do": "verify"})
    client.force_login(user)
    assert client.post(f"{AT}sign/", {"powers": str(powers.uid)}).status_code == 422
    page = client.post(
        f"{AT}sign/",
        {"powers": str(powers.uid), "kind": "definitive", "reservation_en": "Not p2.", "anchors": "p2"},
    )
    message = page.context["message"]
    assert json.loads(message)["reservation"] == {"en": "Not p2."}
    assert "Your account has no passkey" in words(page)
    word = page.context["prepared"].word
    wrong = {"word": word, "means": "key", "proof": json.dumps(Browser().sign(b"other"))}
    assert client.post(f"{AT}sign/now/", wrong)["Location"] == f"{AT}sign/"
    assert client.post(f"{AT}sign/now/", {**wrong, "proof": "{"})["Location"] == f"{AT}sign/"
    assert Signature.objects.count() == 0
    right = {"word": word, "means": "key", "proof": json.dumps(Browser().sign(message.encode()))}
    answer = client.post(f"{AT}sign/now/", right)
    signature = Signature.objects.get()
    assert answer["Location"] == f"{AT}signatures/{signature.uid}/"
    assert "Yes: the key signed this message" in words(client.get(answer["Location"]))
    client.force_login(depositary)
    desk = f"/en/desk/signatures/{signature.uid}/"
    assert "Certify it" in words(client.get(desk))
    assert client.post(desk, {"do": "refuse"}).status_code == 422
    client.post(desk, {"do": "certify"})
    signature.refresh_from_db()
    assert signature.state == "certified"
    listed = words(client.get(f"{AT}signatures/"))
    assert "1 signatory" in listed


def test_whoever_speaks_for_one_organisation_brings_its_powers(client):
    an_adopted()
    peru = a_state("Peru", "PE")
    a_state("Chile", "CL")
    client.force_login(a_speaker(peru))
    [field] = html.fromstring(client.get(f"{AT}sign/powers/").content).xpath("//input[@name='organisation']")
    assert field.value == "peru"


def test_powers_that_ended_while_the_page_was_open(client):
    version = an_adopted()
    powers = a_signatory(version.document)
    client.force_login(powers.person.user)
    page = client.post(f"{AT}sign/", {"powers": str(powers.uid), "kind": "definitive"})
    acts.end_powers(make_user("depositary"), powers)
    message = page.context["prepared"]
    proof = json.dumps(Browser().sign(message.message))
    sent = {"word": message.word, "means": "key", "proof": proof}
    answer = client.post(f"{AT}sign/now/", sent, follow=True)
    assert answer.redirect_chain == [(f"{AT}sign/", 302)]  # where she can bring others
    assert "ended on" in words(answer)
    assert "<dd>ended</dd>" in words(client.get(f"/en/desk/signatures/powers/{powers.uid}/"))
    assert Signature.objects.count() == 0


def test_the_depositary_enters_confirms_and_withdraws(client):
    version = an_adopted()
    powers = a_signatory(version.document)
    client.force_login(make_user("depositary"))
    enter = f"{DESK}signatures/enter/"
    day = timezone.now().date().isoformat()
    given = {"powers": str(powers.uid), "kind": "simple", "signed_on": day}
    assert client.post(enter, given).status_code == 422
    assert client.post(enter, {**given, "file": a_file("page.pdf")}).status_code == 302
    signature = Signature.objects.get()
    assert "wait for a signature" in words(client.get(enter))  # nobody signs twice
    desk = f"/en/desk/signatures/{signature.uid}/"
    client.post(desk, {"do": "certify"})
    assert client.post(desk, {"do": "confirm", "confirm-on": day}).status_code == 422
    given = {"do": "confirm", "confirm-on": day, "confirm-evidence_en": "Instrument"}
    assert client.post(desk, given).status_code == 302
    page = words(client.get(f"{AT}signatures/{signature.uid}/"))
    assert "Instrument" in page
    withdraw = f"{AT}signatures/{signature.uid}/withdraw/"
    assert client.post(withdraw, {"ends_on": "2001-01-01"}).status_code == 422
    assert client.post(withdraw, {"reason_en": "We left."}).status_code == 302
    assert "We left." in words(client.get(f"{AT}signatures/{signature.uid}/"))
    client.force_login(make_user())
    assert client.get(withdraw).status_code == 403


def test_the_desk_takes_in_a_list_after_a_look(client):
    an_adopted()
    at = f"{DESK}signatures/import/"
    client.force_login(make_user("depositary"))
    assert client.get(at).status_code == 403
    client.force_login(make_user("secretariat"))

    def given(content: str, **more):
        file = a_file("list.csv", content.encode())
        return {"file": file, "source": "example.org", "language": "en", **more}

    content = "name,category\nZed,company\nNowhere,"
    page = client.post(at, given(content, dry_run="1"))
    assert "Row 3, category: none is given for Nowhere" in words(page)
    assert Signature.objects.count() == 0
    bad = client.post(at, given("name,category\nZed,alien"))
    assert (bad.status_code, "Row 2, category: unknown category “alien”" in words(bad)) == (422, True)
    assert client.post(at, given(content, source="a@example.org")).status_code == 422
    assert client.post(at, given(content)).status_code == 302
    assert Signature.objects.count() == 2


def test_a_text_that_is_not_adopted_has_no_list(client):
    a_final()
    for path in ("signatures/", "copy/", "sign/"):
        client.force_login(make_user())
        assert client.get(f"{AT}{path}").status_code == 404
    assert client.get("/documents/initiative/certified-copy.json").status_code == 404
    assert client.get(f"{AT}adoption/").status_code == 404


# -- kept pages -----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_kept_pages_are_retired_by_what_they_show(door):
    make_institution()
    version, other = an_adopted(), an_adopted("other")
    signature = a_signature(version)
    elsewhere = a_signatory(other.document, a_state("Peru", "PE"))

    pages = [f"{AT}signatures/", f"{AT}signatures/{signature.uid}/", f"{AT}adoption/", f"{AT}positions/"]
    for path in pages:
        ask(door, path)
        ask(door, path)
        assert queries(door, path) == 0, path
    a_signature(other, elsewhere)
    assert [queries(door, path) for path in pages] == [0, 0, 0, 0]
    acts.certify_signature(make_user("depositary"), signature)
    assert b"Egypt" in ask(door, pages[0]).body
    assert b"Certified" in ask(door, pages[1]).body
