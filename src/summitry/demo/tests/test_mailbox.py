"""The mailbox page: everything that would have been sent; nowhere but in a demonstration."""

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation

from summitry.demo import queries
from summitry.demo.acts import keep_mail
from summitry.demo.models import Mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    settings.MAILERS = {"default": {"BACKEND": "summitry.demo.mail.MailboxBackend"}}


def test_keeps_a_message_once_for_each_receiver(demo):
    before = timezone.now()
    sent = mail.EmailMessage(
        "Subject", "Text", "from@example.org", ["a@example.org"], bcc=["b@example.org"]
    ).send()
    assert sent == 1
    kept = list(Mail.objects.order_by("to").values_list("to", "subject", "text"))
    assert kept == [("a@example.org", "Subject", "Text"), ("b@example.org", "Subject", "Text")]
    assert all(one.sent_at >= before for one in Mail.objects.all())


def test_shows_the_letters_the_newest_first_and_of_one_receiver(demo, client):
    keep_mail("juror-1@summitry.example", "First", "…")
    keep_mail("juror-2@summitry.example", "Second", "…")
    page = client.get(reverse("demo:mailbox")).content.decode()
    assert page.index("Second") < page.index("First")
    page = client.get(reverse("demo:mailbox"), {"to": "JUROR-1@summitry.example"}).content.decode()
    assert "First" in page
    assert "Second" not in page


def test_letters_are_dated_as_the_reader_writes_it(demo, client):
    letter = keep_mail("a@example.org", "Subject", "Text")
    Mail.objects.update(sent_at=datetime(2026, 11, 29, 19, 11, tzinfo=UTC))
    with translation.override("zh-hans"):
        pages = [reverse("demo:mailbox"), letter.get_absolute_url()]
    assert ["2026年11月29日 19:11 UTC" in client.get(one).content.decode() for one in pages] == [True, True]


def test_a_letter_shows_its_text_with_its_links_to_click(demo, client):
    letter = keep_mail(
        "a@example.org",
        "Invitation <b>",
        "Open http://127.0.0.1:8000/en/invitation/abc/\n<script>alert(1)</script>",
    )
    page = client.get(letter.get_absolute_url()).content.decode()
    assert '<a href="http://127.0.0.1:8000/en/invitation/abc/" rel="nofollow">' in page
    assert "Invitation &lt;b&gt;" in page
    assert "<script>alert" not in page


def test_says_so_when_there_is_none(demo, client):
    assert "No letter yet." in client.get(reverse("demo:mailbox")).content.decode()


def test_is_not_there_outside_a_demonstration(settings, client):
    letter = keep_mail("a@example.org", "Private", "Text")
    settings.DEMO = False
    assert client.get(reverse("demo:mailbox")).status_code == 404
    assert client.get(letter.get_absolute_url()).status_code == 404


def test_only_reads(demo, client):
    assert client.post(reverse("demo:mailbox")).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_one_query(demo, django_assert_num_queries, count):
    for number in range(count):
        keep_mail("a@example.org", f"Letter {number}", "Text")
    with django_assert_num_queries(1):
        assert len([one.subject for one in queries.mails("a@example.org")]) == count


def test_the_sign_in_page_of_a_demonstration_names_its_accounts(demo, client, settings):
    from django.template import Context, Engine

    template = Engine.get_default().from_string("{% load demo %}{% demo_accounts %}")
    shown = template.render(Context())
    assert "juror-5@summitry.example" in shown
    assert "waterline-2014" in shown
    settings.DEMO = False
    assert "waterline" not in template.render(Context())
