"""Certificates: their words in several scripts, their code, and whose door they have."""

import io
import sys
import unicodedata

import pypdf
import pypdfium2
import pytest
import segno
import zxingcpp
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from summitry.calls import acts, certificates, queries
from summitry.calls.models import CoApplicant
from summitry.calls.rules import DecisionRule, Tier
from summitry.people.tests.factories import make_user
from summitry.record.models import Entry
from summitry.text.value import Text
from tests.worlds import remembered

from .after import NO, YES, published
from .factories import GOLD, T

pytestmark = pytest.mark.django_db
TITLE = Text.of(
    "A data trust for small harbours", zh_hans="小型渔港数据信托", ar="صندوق بيانات لموانئ الصيد الصغيرة"
)


def owner(submission):
    return submission.applicant.user


@remembered
def certified(choices=(YES, NO), **changes):
    world = published(list(choices), certificates=True, **changes)
    one = world.submissions[0]
    one.answers["title"] = TITLE.to_json()
    one.save()
    return world, one


def words_of(pdf):
    [page] = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return unicodedata.normalize("NFKC", page.extract_text())


def get(client, submission, language="en"):
    return client.get(reverse("calls:certificate", args=[submission.uid]), {"lang": language})


@pytest.mark.parametrize("language", ["en", "zh-hans", "ar", "fr"])
def test_it_says_who_was_accepted_in_the_language_asked_for(client, language):
    world, one = certified([GOLD], decision=DecisionRule(tiers=(Tier("gold", T("Gold")),)))
    client.force_login(owner(one))
    answer = get(client, one, language)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == f'attachment; filename="{one.ref}-{language}.pdf"'
    text = words_of(answer.content)
    assert TITLE.best(language).value in text
    assert "Gold" in text
    assert one.ref in text
    entry = _entry(one)
    assert f"{settings.BASE_URL}/{language}/record/{entry.index}/" in text
    assert str(one.applicant.name) in text
    assert str(world.call.title.best(language)) in text


def _entry(submission):
    [found] = [
        one for one in Entry.objects.filter(kind="calls.accepted") if one.facts["ref"] == submission.ref
    ]
    return found


def test_the_page_is_set_from_right_to_left_and_its_code_leads_to_the_record():
    _world, one = certified()
    page = queries.submission_page(owner(one), one.uid)
    html = certificates.html(page.decision, page.accepted_entry, "ar")
    assert '<html lang="ar" dir="rtl">' in html
    address = f"{settings.BASE_URL}/ar/record/{_entry(one).index}/"
    code = segno.make(address, error="q", micro=False).svg_data_uri(border=2, dark="#1b1b1f")
    assert certificates.code(address) == code
    assert code.replace("'", "&#x27;") in html
    assert certificates.code(address + "x") != code


@pytest.mark.parametrize("language", ["en", "zh-hans", "ar"])
def test_a_reader_of_codes_is_led_from_the_printed_page_to_the_entry_in_the_record(client, language):
    """The page as a picture at 150 dots an inch, read as a telephone reads it; what the code says is opened
    by somebody who is not signed in."""
    _world, one = certified()
    client.force_login(owner(one))
    made = get(client, one, language).content
    [page] = pypdfium2.PdfDocument(made)
    [read] = zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil())
    entry = _entry(one)
    assert (read.format, read.text) == (
        zxingcpp.BarcodeFormat.QRCode,
        f"{settings.BASE_URL}/{language}/record/{entry.index}/",
    )
    client.logout()
    opened = client.get(read.text.removeprefix(settings.BASE_URL))
    assert opened.status_code == 200
    words = opened.content.decode()
    assert one.ref in words
    assert bytes(entry.leaf).hex() in words


def test_co_applicants_stand_on_it_once_they_have_agreed():
    _world, one = certified()
    agreed, asked, gone = make_user(), make_user(), make_user()
    now = timezone.now()
    for user, more in (
        (agreed, {"confirmed_at": now}),
        (asked, {}),
        (gone, {"confirmed_at": now, "removed_at": now}),
    ):
        CoApplicant.objects.create(submission=one, email=user.email, person=user.person, name="X", **more)
    page = queries.submission_page(agreed, one.uid)
    found = certificates.certificate(page.decision, page.accepted_entry)
    assert found.persons == [one.applicant.name, agreed.person.name]


def test_only_the_applicants_of_an_accepted_entry_get_one(client):
    world, one = certified()
    rejected = world.submissions[1]
    for user in (owner(rejected), world.manager, world.chair, world.jurors[0], make_user()):
        client.force_login(user)
        assert get(client, one).status_code == 404
    client.logout()
    assert get(client, one).status_code == 302
    client.force_login(owner(rejected))
    assert get(client, rejected).status_code == 404
    client.force_login(owner(one))
    assert (
        reverse("calls:certificate", args=[one.uid])
        in client.get(reverse("calls:submission", args=[one.uid])).content.decode()
    )
    acts.decline(owner(one), one)
    assert get(client, one).status_code == 404
    without = published([YES])
    [entry] = without.submissions
    client.force_login(owner(entry))
    assert get(client, entry).status_code == 404


def test_an_unknown_language_is_the_institutions_first(client):
    _world, one = certified()
    client.force_login(owner(one))
    assert get(client, one, "../x")["Content-Disposition"].endswith('-en.pdf"')


def test_without_pango_it_says_so_in_words(client, monkeypatch):
    _world, one = certified()
    client.force_login(owner(one))

    class Missing:
        def find_spec(self, name, path=None, target=None):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    for name in [name for name in sys.modules if name.split(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    answer = get(client, one)
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "Pango" in page
    assert "libpango" not in page


def test_the_certificate_fetches_nothing(monkeypatch):
    import socket

    _world, one = certified()
    one.answers["title"] = Text.of('<img src="http://192.0.2.1/x.png">').to_json()
    one.save()
    page = queries.submission_page(owner(one), one.uid)

    def refuse(*args, **options):
        raise AssertionError("the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert '<img src="http://192.0.2.1/x.png">' in words_of(
        certificates.pdf(page.decision, page.accepted_entry, "en")
    )
