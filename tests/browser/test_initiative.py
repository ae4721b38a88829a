"""An initiative walked in a browser, in three languages: a zero draft is consulted on, amended, revised,
adopted within a window for objections and signed by eight states; then the record is verified by its doors.
"""

import contextlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone, translation
from playwright.sync_api import Browser, Page, expect

from summitry.cli import main
from summitry.demo import clock
from summitry.demo.loader.papers import sheet
from summitry.documents import acts
from summitry.documents.models import Document, Signature, Version
from summitry.documents.structure import Kind, Passage
from summitry.people import countries
from summitry.people.acts import ensure_organisation, grant, update_institution
from summitry.people.models import Organisation, Role, User, scope_of
from summitry.people.tests.factories import make_user
from summitry.record.models import Entry
from summitry.text.value import Text
from tests.chromium import chromium, violations

pytestmark = pytest.mark.django_db(transaction=True)
SLUG = "initiative"
LANGUAGES = ["en", "zh-hans", "ar"]
STATES = ["CN", "EG", "LA", "SA", "RS", "TH", "TR", "AE"]
TITLE = Text.of("Initiative on the digital economy", zh_hans="数字经济倡议", ar="مبادرة الاقتصاد الرقمي")
WORDS = [
    Text.of("We act together.", zh_hans="我们共同行动。", ar="نعمل معًا."),
    Text.of("Taking part should be voluntary.", zh_hans="参与宜为自愿。", ar="ينبغي أن تكون المشاركة طوعية."),
    Text.of("Others may join.", zh_hans="他国可以加入。", ar="يمكن لآخرين الانضمام."),
]
AMENDED = {"en": "Taking part is voluntary.", "zh-hans": "参与是自愿的。", "ar": "المشاركة طوعية."}
SAID = {"en": "Who decides that?", "zh-hans": "由谁决定？", "ar": "من يقرر ذلك؟"}
ANSWERED = {"en": "Each state does.", "zh-hans": "由各国决定。", "ar": "تقرر كل دولة."}
TAKEN = {"en": "It is a fact.", "zh-hans": "这是事实。", "ar": "هذا واقع."}


@dataclass
class House:
    """The institution of the story and its people; `at` moves its clock, days from now."""

    url: str
    users: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    began: datetime = field(default_factory=timezone.now)

    def at(self, days: float) -> contextlib.AbstractContextManager[None]:
        return clock.at(self.began + timedelta(days=days))

    def person(self, key: str, role: str = "", scope: str = "") -> User:
        user = make_user(email=f"{key}@example.org", name=key)
        if role:
            grant(None, user.person, role, *([scope] if scope else []))
        self.users[key] = user
        return user

    def open_sessions(self) -> None:
        """Everybody is signed in today, which is as good earlier."""
        for key, user in self.users.items():
            client = Client()
            client.force_login(user)
            self.sessions[key] = client.session.session_key


@pytest.fixture
def house(django_db_setup: None, live_server, settings, tmp_path: Path) -> House:  # type: ignore[no-untyped-def]
    """The house sixty days ago: a zero draft in six languages is public, and nobody has spoken of it."""
    settings.RECORD_KEY, settings.RECORD_ORIGIN = tmp_path / "keys" / "record.key", "record.example/log"
    made = House(live_server.url)
    with made.at(-60):
        update_institution(None, name=Text.of("Test Institute", zh_hans="测试研究所", ar="معهد الاختبار"))
        secretariat = made.person("secretariat", Role.SECRETARIAT)
        depositary = made.person("depositary", Role.DEPOSITARY)
        for key in ("commenter", "amender"):
            made.person(key)
        document = acts.create_document(
            secretariat, title=TITLE, slug=SLUG, languages=LANGUAGES, open_to_signature=True
        )
        draft = acts.start_draft(secretariat, document, Version.Stage.ZERO)
        draft = acts.write_draft(secretariat, draft, [Passage(Kind.PARAGRAPH, one.values) for one in WORDS])
        for language in LANGUAGES[1:]:
            acts.review_translation(secretariat, draft, language, ["p1", "p2", "p3"])
        acts.publish_version(secretariat, draft)
        for code in STATES:
            _state(made, depositary, document, code)
    made.open_sessions()
    return made


def _state(house: House, depositary: User, document: Document, code: str) -> Organisation:
    """A state with its delegate, who holds full powers that are in order."""
    names = {language: countries.name(code, language) for language in LANGUAGES}
    state = ensure_organisation(Text.from_values(names), kind="state", country=code)
    delegate = house.person(code.lower(), Role.DELEGATE, scope_of(state))
    paper = sheet(f"Full powers {code}")
    powers = acts.give_powers(
        delegate, document, state, capacity=Text.of("Minister"), file=paper, binding=True
    )
    acts.verify_powers(depositary, powers)
    return state


@dataclass
class Visit:
    """A browser in which somebody is signed in, in one language."""

    page: Page
    house: House
    language: str

    def to(self, path: str) -> Page:
        answer = self.page.goto(f"{self.house.url}/{self.language}/{path}")
        assert answer is not None
        assert answer.status == 200, path
        read = self.page.evaluate("getComputedStyle(document.body).direction")
        assert read == ("rtl" if self.language == "ar" else "ltr")
        return self.page

    def document(self, path: str = "") -> Page:
        return self.to(f"documents/{SLUG}/{path}")

    def desk(self, path: str = "") -> Page:
        return self.to(f"desk/documents/{SLUG}/{path}")

    def write(self, name: str, words: dict[str, str]) -> None:
        """A text in the language of this visit, whatever language the field is opened in."""
        box = self.page.locator(f'main [name="{name}_{self.language}"]')
        for fold in self.page.locator("main form details:not([open]) > summary").all():
            fold.click()
        box.fill(words[self.language])

    def press(self, button: str = "main form.form button.go") -> None:
        """Sends a form and waits for the page that follows; a form that comes back is a failure."""
        with self.page.expect_navigation():
            self.page.locator(button).last.click()
        refused = self.page.locator("main .errorlist, main [aria-invalid=true]")
        assert refused.count() == 0, self.page.locator("main").inner_text()


def moment(days: float) -> str:
    """As an input of the type datetime-local takes it."""
    return (timezone.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


type Visits = Callable[[str], Visit]


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_a_zero_draft_to_eight_signatures(house: House, language: str, tmp_path: Path) -> None:
    translation.activate("en")
    with chromium() as browser:
        visits = _visits(browser, house, language)
        with house.at(-59):
            _consult(visits)
        with house.at(-29):
            _answer_and_revise(visits)
        with house.at(-28):
            _put_to_adoption(visits)
        with house.at(-13):
            _adopt(visits)
        for code in STATES:
            _sign(visits(code.lower()))
        _certify(visits("depositary"))
        _read(visits("reader"))
    _verify(house, tmp_path)


def _visits(browser: Browser, house: House, language: str) -> Visits:
    """Each person has a browser of her own, and keeps it."""
    there: dict[str, Visit] = {}

    def visit(key: str) -> Visit:
        if key not in there:
            context = browser.new_context()
            if session := house.sessions.get(key):
                name = configured.SESSION_COOKIE_NAME
                context.add_cookies([{"name": name, "value": session, "url": house.url}])
            there[key] = Visit(context.new_page(), house, language)
        return there[key]

    return visit


def _consult(visits: Visits) -> None:
    """The secretariat opens the comments; one comments, one amends, the first supports it."""
    secretariat = visits("secretariat")
    page = secretariat.desk("1/consultation/")
    page.fill('[name="until"]', moment(29))
    secretariat.press()
    commenter = visits("commenter")
    page = commenter.document("1/comment/?provision=p1")
    page.fill('[name="text"]', SAID[commenter.language])
    page.select_option('[name="language"]', commenter.language)
    commenter.press()
    amender = visits("amender")
    page = amender.document("1/amend/?provision=p2&in=en")
    page.fill('[name="words"]', AMENDED["en"])
    page.fill('[name="reason"]', TAKEN[amender.language])
    amender.press()
    page = commenter.document("1/amendments/1/support/")
    commenter.press()
    assert violations(commenter.document("1/?at=p2")) == []


def _answer_and_revise(visits: Visits) -> None:
    """Each is answered, the amendment goes into the next draft, translations follow it, all is published."""
    visit = visits("secretariat")
    page = visit.desk("1/answers/comments/1/")
    page.check('[name="outcome"][value="noted"]')
    visit.write("answer", ANSWERED)
    visit.press("main form button.go")
    page = visit.desk("")
    page.locator("main section.sheet > details.fold > summary").click()
    page.select_option('[name="stage"]', Version.Stage.FINAL)
    visit.press("main section.sheet form button.go")
    visit.desk("1/amendments/1/take/")
    visit.write("reason", TAKEN)
    visit.press("main form button.go")
    visit.desk("1/consultation/")
    visit.press("main section form button.go")
    for code in LANGUAGES[1:]:
        page = visit.desk(f"2/translate/{code}/?owed=1")
        expect(page.locator("fieldset.draft-row")).to_have_count(1)
        page.fill('[name="words-p2"]', AMENDED[code])
        page.check('[name="reviewed-p2"]')
        visit.press("main form.drafting button.go")
    visit.desk("publish/")
    visit.press("main form.form button.act")
    page = visits("reader").document("1/disposition/")
    expect(page.locator("table tbody tr")).to_have_count(2)
    expect(page.get_by_text(ANSWERED[visit.language])).to_be_visible()
    assert violations(page) == []
    page = visits("reader").document("2/")
    expect(page.get_by_text(AMENDED[visit.language])).to_be_visible()


def _put_to_adoption(visits: Visits) -> None:
    visit = visits("secretariat")
    page = visit.desk("adoption/consensus/")
    page.fill('[name="opens_at"]', "")
    page.fill('[name="closes_at"]', moment(14.5))
    visit.press("main form.form button.act")
    page = visits("reader").document("adoption/")
    entitled = page.locator("main details li").all_text_contents()
    assert sorted(entitled) == sorted(countries.name(code, visit.language) for code in STATES)


def _adopt(visits: Visits) -> None:
    """The window is over and nobody has objected."""
    visit = visits("secretariat")
    visit.desk("adoption/")
    visit.press("main section form button.act")
    page = visits("reader").document("2/")
    expect(page.locator("a.seal")).to_be_visible()


def _sign(visit: Visit) -> None:
    """A delegate signs with a key that her browser makes."""
    page = visit.document("sign/")
    page.locator('[name="powers"]').first.check()
    page.check('[name="kind"][value="definitive"]')
    page.locator("main form.form button.go").click()
    page.locator("#signing [data-sign-key]").click()
    page.wait_for_url("**/signatures/*/")


def _certify(visit: Visit) -> None:
    page = visit.to("desk/signatures/")
    waiting = 'section[aria-labelledby="to-certify"] a.arrow'
    expect(page.locator(waiting)).to_have_count(len(STATES))
    for place in [one.get_attribute("href") for one in page.locator(waiting).all()]:
        page.goto(f"{visit.house.url}{place}")
        visit.press('main button[value="certify"]')


def _read(visit: Visit) -> None:
    """What everybody sees: eight states, each by its name in the reader's language."""
    page = visit.document("signatures/")
    rows = page.locator("main table").first.locator("tbody tr")
    expect(rows).to_have_count(len(STATES))
    for code in STATES:
        expect(
            rows.get_by_role("link", name=countries.name(code, visit.language), exact=True)
        ).to_be_visible()
    assert violations(page) == []
    visit.document("")
    assert violations(page) == []


def run(*words: object) -> tuple[object, str]:
    """(exit status, output) of a command."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    return left.value.code, out.getvalue()


def _verify(house: House, tmp_path: Path) -> None:
    """The record holds through its doors and tells each formal step; the certified copy holds alone."""
    status, said = run("verify", house.url, "--state", tmp_path / "state")
    assert (status, said.splitlines()[-1]) == (0, f"{house.url}/record holds.")
    entries = list(Entry.objects.order_by("index").values_list("kind", "subject"))
    kinds = [kind.removeprefix("documents.") for kind, _subject in entries if kind.startswith("documents.")]
    assert [kind for kind in kinds if kind not in {"powers_verified", "signed", "certified"}] == [
        *("begun", "published"),
        *("comments_opened", "commented", "amendment_proposed", "amendment_supported"),
        *("amendment_taken", "answered", "answered", "disposition_published", "published"),
        *("adoption_begun", "adoption_held", "adopted"),
    ]
    own = {one.subject for one in Signature.objects.all()}
    for kind in ("signed", "certified"):
        assert {subject for name, subject in entries if name == f"documents.{kind}"} == own
        assert kinds.count(kind) == len(own) == len(STATES)
    copy = tmp_path / "copy.json"
    with urlopen(f"{house.url}/documents/{SLUG}/certified-copy.json") as answer:
        copy.write_bytes(answer.read())
    key = json.loads((tmp_path / "state").read_text())[f"{house.url}/record"]["key"]
    status, said = run("signatures", copy, "--key", key)
    assert status == 0, said
    copy.write_text(copy.read_text().replace("Minister", "Monster", 1))
    assert run("signatures", copy, "--key", key)[0] == 1
