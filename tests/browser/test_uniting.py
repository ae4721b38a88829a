"""A real opinion vote goes on here and moves a text, in three languages: it is taken in from Polis, voted on
on a phone without JavaScript, reported on, and what unites all groups is proposed as an amendment; then the
record is verified by its doors."""

import contextlib
import io

import pytest
from django.conf import settings as configured
from django.test import Client
from playwright.sync_api import Page

from summitry.cli import main
from summitry.documents import acts as documents
from summitry.documents.models import Amendment, Version
from summitry.documents.structure import Kind, Passage
from summitry.opinions import acts, polis, queries
from summitry.opinions.models import Conversation, Uptake, Vote
from summitry.people.acts import grant, update_institution
from summitry.people.models import Role
from summitry.people.tests.factories import make_user
from summitry.record.models import Entry
from summitry.text.value import Text
from tests.chromium import PHONE, chromium, violations

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = ("We act together.", "Taking part is voluntary.")


@pytest.fixture
def desk(django_db_setup, settings, tmp_path):
    """The secretariat, who has published a zero draft; everything by acts, so that the record holds."""
    settings.RECORD_KEY, settings.RECORD_ORIGIN = tmp_path / "keys" / "record.key", "record.example/log"
    update_institution(None, name=Text.of("Test Institute", zh_hans="测试研究所", ar="معهد الاختبار"))
    secretariat = make_user()
    grant(None, secretariat.person, Role.SECRETARIAT)
    text = documents.create_document(
        secretariat, title=Text.of("Initiative"), slug="initiative", languages=["en"]
    )
    draft = documents.start_draft(secretariat, text, Version.Stage.ZERO)
    documents.write_draft(secretariat, draft, [Passage(Kind.PARAGRAPH, {"en": one}) for one in WORDS])
    documents.publish_version(secretariat, draft)
    return secretariat


@pytest.mark.parametrize("language", ["en", "zh-hans", "ar"])
def test_what_unites_a_real_conversation_is_proposed_in_a_text(
    desk, live_server, shared_data, tmp_path, language
):
    taken = acts.import_polis(desk, polis.read(shared_data / "polis" / "london.youth.policing"))
    conversation = acts.reopen_conversation(desk, taken.conversation, "It goes on here")
    before = Vote.objects.count()
    base = f"{live_server.url}/{language}"
    own = f"{base}/desk/opinions/{conversation.slug}"
    client = Client()
    client.force_login(desk)
    session = {"name": configured.SESSION_COOKIE_NAME, "value": client.session.session_key, "url": base}

    with chromium() as browser:
        voter = browser.new_context(java_script_enabled=False, viewport=PHONE).new_page()
        voter.goto(f"{base}/opinions/{conversation.slug}/vote/")
        for _step in range(2):
            press(voter, ".votes button")
        context = browser.new_context(java_script_enabled=False, viewport=PHONE)
        context.add_cookies([session])
        page = context.new_page()
        page.goto(f"{own}/")
        press(page, 'button[name="step"][value="close"]')
        press(page, 'button[name="step"][value="report"]')
        page.goto(f"{own}/result/")
        offered = page.locator("main ol.plain-list > li")
        statement = offered.first.locator("p").first.inner_text().split(" · ", 1)[1]
        press(page, "main ol.plain-list a.btn")
        assert page.locator("textarea[name=words]").input_value() == statement
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else None)
        page.select_option("[name=version]", index=1)
        page.fill("[name=anchor]", "p2")
        press(page, "main form.form button")
        assert page.url == f"{own}/result/"

        reader = browser.new_context(viewport=PHONE).new_page()
        reader.goto(f"{base}/documents/initiative/1/amendments/1/")
        assert statement in reader.locator("main").inner_text()
        assert violations(reader) == []
        reader.locator("main a[href*='/statements/']").click()
        assert statement in reader.locator("main blockquote").inner_text()
        assert reader.locator("main a[href$='/documents/initiative/1/amendments/1/']").is_visible()
        assert violations(reader) == []

    conversation = Conversation.objects.get(pk=conversation.pk)
    [amendment], [uptake] = Amendment.objects.all(), Uptake.objects.all()
    found = queries.results(conversation)[0][1]
    assert Vote.objects.count() == before + 2
    assert (amendment.anchor, amendment.words, uptake.subject) == ("p2", statement, amendment.subject)
    assert (amendment.evidence["number"], amendment.evidence["digest"]) == (found.number, found.digest)
    kinds = list(Entry.objects.order_by("index").values_list("kind", flat=True))
    assert [one for one in kinds if one.split(".")[1] not in {"begun", "published"}][-6:] == [
        *("opinions.imported", "opinions.reopened", "opinions.closed", "opinions.reported"),
        *("documents.amendment_proposed", "opinions.taken_up"),
    ]
    assert verified(live_server.url, tmp_path) == (0, f"{live_server.url}/record holds.")


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator(button).first.click()


def verified(url: str, folder) -> tuple[object, str]:
    """(exit status, last line) of `summitry verify`."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), pytest.raises(SystemExit) as left:
        main(["verify", url, "--state", str(folder / "state")])
    return left.value.code, out.getvalue().splitlines()[-1]
