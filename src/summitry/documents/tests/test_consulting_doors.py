"""Doors of a consultation that are closed say so at once: nothing is written in vain, no button is dead."""

import pytest
from django.urls import reverse
from django.utils import translation
from lxml import html

from summitry.documents import acts
from summitry.documents.models import Contribution
from summitry.people.tests.factories import make_user
from summitry.text.value import Text

from .consulting import a_comment, an_amendment, consulted, next_draft, over

pytestmark = pytest.mark.django_db


def drawn(client, name, *args, query="", status=200, **data):
    """A page of version 1 of the initiative, as a tree."""
    url = reverse(f"documents:{name}", args=["initiative", 1, *args]) + query
    answer = client.post(url, data, follow=True) if data else client.get(url, follow=True)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return html.fromstring(answer.content)


def buttons(page) -> list[str]:
    return [one.text_content().strip() for one in page.xpath("//main//form[@method='post']//button")]


def words(page) -> str:
    return " ".join(page.xpath("string(//body)").split())


@pytest.fixture
def desk(client):
    client.force_login(make_user("secretariat"))
    return client


# -- of those who speak ----------------------------------------------------------------------------------


def test_nobody_is_asked_to_write_what_would_be_refused(client):
    version = consulted()
    made = an_amendment(version)
    client.force_login(make_user())
    forms = (("new_comment", "Publish the comment"), ("amend", "Propose the amendment"))
    for name, button in forms:
        assert buttons(drawn(client, name, query="?provision=p1")) == [button]
    assert buttons(drawn(client, "support", made.number)) == ["Support it"]
    over(version)
    for name, _button in forms:
        page = drawn(client, name, query="?provision=p1")
        assert buttons(page) == []
        assert "Comments on this version are not open." in words(page)
    assert buttons(drawn(client, "support", made.number)) == []


def test_what_came_late_stays_in_its_form(client):
    version = over(consulted())
    client.force_login(make_user())
    sent = {"text": "Said a moment late", "language": "en"}
    page = drawn(client, "new_comment", status=422, **sent)
    assert page.xpath("string(//textarea[@name='text'])").strip() == "Said a moment late"
    assert "Comments were taken until" in words(page)
    assert not version.comments.exists()


def test_support_that_was_given_can_be_taken_back_when_comments_are_over(client):
    version, user = consulted(), make_user()
    made = an_amendment(version)
    acts.support(user, made)
    client.force_login(user)
    assert buttons(drawn(client, "support", made.number)) == ["Support it", "Support it no longer"]
    over(version)
    assert buttons(drawn(client, "support", made.number)) == ["Support it no longer"]
    acts.answer(make_user("secretariat"), [made], "noted", "Seen.")
    page = drawn(client, "support", made.number)
    assert buttons(page) == []
    assert "This amendment has been answered." in words(page)


def test_only_its_author_is_asked_whether_she_takes_it_back(client):
    version, author = consulted(), make_user()
    a_comment(version, user=author)
    an_amendment(version, author)
    for name in ("comments", "amendments"):
        client.force_login(author)
        assert buttons(drawn(client, "withdraw", name, 1)) == ["Withdraw it"]
        client.force_login(make_user())
        for data in ({}, {"do": "it"}):
            page = drawn(client, "withdraw", name, 1, status=403, **data)
            assert "Only whoever said it takes it back" in words(page)
            assert "documents.withdraw" not in words(page)
    assert version.comments.get().state == version.amendments.get().state == Contribution.State.SHOWN


def test_what_is_taken_back_is_not_asked_for_again(client):
    version, author = consulted(), make_user()
    said, made = a_comment(version, user=author), an_amendment(version, author)
    other = an_amendment(version, author, words="Signatories publish.")
    acts.withdraw_comment(author, said)
    acts.withdraw_amendment(author, made)
    acts.answer(make_user("secretariat"), [other], "noted", "Seen.")
    client.force_login(author)
    for name, number, told in (
        ("comments", 1, "It is withdrawn."),
        ("amendments", 1, "This amendment does not stand any more."),
        ("amendments", 2, "This amendment has been answered."),
    ):
        page = drawn(client, "withdraw", name, number)
        assert told in words(page)
        assert "Withdraw it" not in buttons(page)


def test_an_error_is_reported_in_answers_that_there_are(client):
    version = consulted()
    said = a_comment(version)
    client.force_login(make_user())
    link = "//main//a[contains(@href, '/disposition/report/')]"
    assert drawn(client, "disposition").xpath(link) == []
    page = drawn(client, "report")
    assert buttons(page) == []
    assert "No answers are published yet." in words(page)
    acts.answer(make_user("secretariat"), [said], "noted", "Seen.", publish=True)
    assert len(drawn(client, "disposition").xpath(link)) == 1
    assert buttons(drawn(client, "report")) == ["Send the report"]


def test_the_place_of_an_error_is_named_in_the_readers_language(client):
    version, reader, keeper = consulted(), make_user(), make_user("secretariat")
    acts.answer(keeper, [a_comment(version)], "noted", "Seen.", publish=True)
    report = acts.report_error(reader, version, "Misread.", place="comments/1")
    with translation.override("zh-hans"):
        client.force_login(reader)
        asked = drawn(client, "report", query="?place=comments/1")
        client.force_login(keeper)
        pages = [drawn(client, "consultation"), drawn(client, "reply", 1)]
        acts.reply_to_report(keeper, report, True, "Mended.")
        pages += [asked, drawn(client, "disposition")]
    for page in pages:
        assert "评论 1" in words(page)
        assert "comments/1" not in words(page)
    assert pages[1].xpath("//main//a[contains(@href, '/documents/initiative/1/comments/1/')]")
    assert "%" not in words(drawn(client, "reply", 1))


# -- of the desk ---------------------------------------------------------------------------------------


def test_several_are_chosen_only_where_some_wait(desk):
    version = consulted()
    said = a_comment(version, "Oui.", language="fr")
    acts.answer(make_user("secretariat"), [said], "not_accepted", Text.of("Tel quel.", "fr"))
    page = drawn(desk, "queue", query="?state=draft")
    assert len(page.xpath("//input[@type='checkbox']")) == 1
    [cell] = page.xpath("//main//table//tr/td[last()]")
    assert cell.text_content().split() == ["not", "accepted", "Tel", "quel."]
    assert cell.xpath("span[@lang='fr']/text()") == ["Tel quel."]
    acts.publish_disposition(make_user("secretariat"), over(version))
    page = drawn(desk, "queue", query="?state=public")
    assert page.xpath("//input[@type='checkbox'] | //main//form//button") == []


def test_one_amendment_alone_is_not_combined(desk):
    version = consulted()
    an_amendment(version)
    page = drawn(desk, "combine", query="?said=amendments/1")
    assert buttons(page) == []
    assert "Choose two amendments or more." in words(page)
    an_amendment(version, words="Signatories publish.")
    assert buttons(drawn(desk, "combine", query="?said=amendments/1&said=amendments/2")) == ["Combine them"]


def test_an_amendment_that_is_answered_is_not_taken_again(desk):
    version = consulted()
    made = an_amendment(version)
    next_draft(version)
    assert buttons(drawn(desk, "take", made.number)) == ["Take it into the draft"]
    acts.take_amendment(make_user("secretariat"), made, "It binds.")
    page = drawn(desk, "take", made.number)
    assert buttons(page) == []
    assert "does not wait for an answer any more" in words(page)


def test_the_page_of_a_period_that_was_refused_can_be_read_again(desk):
    consulted()
    drawn(desk, "period", status=422, until="")
    page = drawn(desk, "period")
    assert buttons(page) == ["Extend"]
    ways = page.xpath("//main//nav[contains(@class, 'crumb')]//a/@href")
    assert ways[1:] == ["/en/desk/documents/initiative/", "/en/documents/initiative/1/"]


def test_a_translator_gives_words_and_sees_no_door_that_is_not_hers(client):
    a_comment(consulted(), "Oui.", language="fr")
    client.force_login(make_user("translator"))
    page = drawn(client, "translate_comment", 1)
    assert page.xpath("//main//nav[contains(@class, 'tabs')]") == []
    assert page.xpath("//main//form//a/@href") == ["/en/documents/initiative/1/comments/1/"]
    page = drawn(client, "translate_comment", 1, status=422, language="en", words=" ")
    assert "Write the translation." in words(page)
    assert "The translation is published." in words(
        drawn(client, "translate_comment", 1, language="en", words="Yes.")
    )
    assert "The translation is taken away." in words(
        drawn(client, "translate_comment", 1, language="en", words="")
    )
    client.force_login(make_user("secretariat"))
    assert len(drawn(client, "translate_comment", 1).xpath("//main//nav[contains(@class, 'tabs')]//a")) == 2


def test_what_is_removed_is_not_removed_for_another_reason(desk):
    said = a_comment(consulted())
    drawn(desk, "remove", "comments", 1, reason_en="Off topic.")
    page = drawn(desk, "remove", "comments", 1, reason_en="Another reason.")
    assert "It is removed. It can be shown again." in words(page)
    assert "Show it again" in buttons(page)
    said.refresh_from_db()
    assert str(said.reason) == "Off topic."


def test_a_correction_that_corrects_nothing_says_so(desk):
    version = consulted()
    acts.answer(make_user("secretariat"), [a_comment(version)], "noted", "Seen.", publish=True)
    sent = {"outcome": "noted", "answer_en": "Seen.", "reason_en": "Clearer."}
    assert "the answer stays as it was" in words(drawn(desk, "answer", "comments", 1, **sent))
    told = words(drawn(desk, "answer", "comments", 1, **{**sent, "answer_en": "Seen and read."}))
    assert "The answer is kept." in told
    assert version.comments.get().answer.get("en") == "Seen and read."
