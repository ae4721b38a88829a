"""The desk of documents when something is refused, or not for everybody who works there."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from lxml import html

from summitry.documents import acts
from summitry.documents.changes import Write
from summitry.documents.models import Document, Version
from summitry.people.tests.factories import make_user

from . import factories
from .signing import a_final, acclaimed

pytestmark = pytest.mark.django_db
DESK = "/en/desk/documents/initiative/"


@pytest.fixture
def draft():
    version = factories.a_version(factories.a_document(languages=("en", "fr")), published=False)
    factories.provisions(version, "One.", "Two.")
    return version


def tree(answer, status: int = 200):
    assert answer.status_code == status, answer.content.decode()[:2000]
    return html.fromstring(answer.content)


def words(page) -> str:
    return " ".join(page.xpath("string(//body)").split())


def test_a_version_that_cannot_begin_keeps_what_was_typed(client, secretariat):
    factories.a_document()
    page = tree(client.post(f"{DESK}start/", {"stage": "", "note_en": "What has changed"}), 422)
    [form] = [one for one in page.forms if (one.action or "").endswith("/start/")]
    assert form.fields["note_en"] == "What has changed"
    assert form.xpath("ancestor::details/@open") != []
    assert "Stage" in words(page)
    assert not Version.objects.exists()
    assert client.get(f"{DESK}start/")["Location"] == DESK
    client.post(f"{DESK}start/", {"stage": "zero"})
    twice = client.post(f"{DESK}start/", {"stage": "zero"}, follow=True)
    assert "There is a draft already" in words(tree(twice))


def test_a_publication_that_came_late_can_be_repeated(client, secretariat, draft):
    """Twice pressed without a look between: the second time it speaks of the draft that the page told of."""
    until = f"{timezone.now() + timedelta(days=60):%Y-%m-%dT%H:%M}"
    sent = {"revision": draft.revision, "comments_until": until}
    acts.change_draft(None, draft, [Write("p1", {"en": "Another."})])
    page = tree(client.post(f"{DESK}publish/", sent), 422)
    assert "Somebody else has changed this" in words(page)
    assert Version.objects.get().published_at is None
    form = next(one for one in page.forms if "revision" in one.fields)
    assert form.fields["comments_until"] == until
    again = client.post(f"{DESK}publish/", dict(form.form_values()))
    assert again.status_code == 302
    assert Version.objects.get().published_at is not None


def test_a_refusal_for_another_reason_does_not_take_in_a_change(client, secretariat, draft):
    sent = {"revision": draft.revision, "comments_until": "2001-01-01T00:00"}
    page = tree(client.post(f"{DESK}publish/", sent), 422)
    form = next(one for one in page.forms if "revision" in one.fields)
    assert form.fields["revision"] == str(draft.revision)


def test_translators_see_no_button_that_is_not_theirs(client, draft):
    client.force_login(make_user("translator"))
    for path in ("", "draft/", "preview/", "1/file/", "adoption/"):
        page = tree(client.get(f"{DESK}{path}"))
        assert page.xpath("//nav[contains(@class, 'tabs')]//a[contains(@href, 'publish')]") == []
    page = tree(client.get(f"{DESK}draft/"))
    open_ones = "//form[contains(@class, 'drafting')]//*[self::select or self::input[not(@type='hidden')]]"
    assert page.xpath(f"{open_ones}[not(@disabled)]") == []
    client.force_login(make_user("secretariat"))
    for path in ("", "draft/", "preview/", "1/file/", "adoption/", "about/", "discard/", "publish/"):
        page = tree(client.get(f"{DESK}{path}"))
        assert len(page.xpath("//nav[contains(@class, 'tabs')]//a[contains(@href, 'publish')]")) == 1


def test_a_language_that_is_none_is_named(client, secretariat):
    facts = {
        "title_en": "Initiative",
        "source": "en",
        "more": "pt, 9z",
        "comment_days": 1,
        "objection_days": 1,
    }
    page = tree(client.post("/en/desk/documents/new/", facts), 422)
    assert "“9z” is no code of a language." in words(page)
    assert not Document.objects.exists()


def test_the_way_back_from_a_file(client, secretariat, draft):
    acts.publish_version(None, draft)
    page = tree(client.get(f"{DESK}1/file/"))
    assert DESK in page.xpath("//main//nav[contains(@class, 'crumb')]//a/@href")
    sent = {"file": SimpleUploadedFile("fr.md", b"Un.\n\nDeux.\n"), "language": "fr"}
    page = tree(client.post(f"{DESK}1/file/", sent))
    ways = page.xpath("//main//nav[contains(@class, 'crumb')]//a/@href")
    assert ways[1:] == [DESK, f"{DESK}1/file/"]


def test_a_text_that_is_put_to_adoption_is_not_asked_for_again(client, secretariat):
    version = a_final()
    assert tree(client.get(f"{DESK}adoption/acclamation/")).xpath("//main//form[@method='post']") != []
    acts.begin_adoption(None, version, "acclamation", **acclaimed())
    answer = client.get(f"{DESK}adoption/acclamation/", follow=True)
    assert answer.redirect_chain == [(f"{DESK}adoption/", 302)]
    assert "has been put to adoption already" in words(tree(answer))


def test_facts_that_somebody_else_has_saved_can_be_saved_after_a_look(client, secretariat):
    factories.a_document()
    form = next(one for one in tree(client.get(DESK)).forms if "title_en" in one.fields)
    sent: dict[str, list[str]] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    client.post(DESK, {**sent, "comment_days": ["29"]})
    page = tree(client.post(DESK, {**sent, "objection_days": ["15"]}), 422)
    assert "Stored otherwise now: Days for comments, at least, Days for objections, at least." in words(page)
    assert Document.objects.get().comment_days == 29
    form = next(one for one in page.forms if "title_en" in one.fields)
    assert form.fields["objection_days"] == "15"
    again = client.post(DESK, {**sent, "objection_days": ["15"], "version": [form.fields["version"]]})
    assert again.status_code == 302
    assert Document.objects.get().objection_days == 15
