"""Pages of a consultation: what is shown to whom, and what must not leak."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from summitry.documents import acts, parts
from summitry.documents.models import Comment, Version
from summitry.documents.queries import answering, consulting, disposition
from summitry.people.models import Role
from summitry.people.tests.factories import make_user

from .consulting import a_comment, an_amendment, consulted, next_draft, over, speaks_for

pytestmark = pytest.mark.django_db
PLACE = ("initiative", 1)


def address(name, *args) -> str:
    return reverse(f"documents:{name}", args=[*PLACE, *args])


def page(client, name, *args, status=200, query="", **data) -> str:
    url = address(name, *args) + query
    answer = client.post(url, data) if data else client.get(url)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_the_words_that_one_speaks_of_stand_in_their_own_language(client):
    consulted()
    client.force_login(make_user())
    shown = html.fromstring(page(client, "amend", query="?provision=p1&in=zh-hans"))
    [words] = shown.xpath("//blockquote[@data-provision]")
    assert words.get("lang") == "zh-Hans"
    assert shown.xpath("//main//a[@aria-current='true']/@lang") == ["zh-Hans"]


@pytest.fixture
def desk(client):
    client.force_login(make_user("secretariat"))
    return client


def said(version, **more) -> str:
    """A part of a version's page as somebody without an account sees it."""
    from django.contrib.auth.models import AnonymousUser
    from django.template.loader import render_to_string

    visit = parts.Visit(version, more.pop("user", AnonymousUser()), more.pop("at", ""))
    shown = [
        *parts.shown(parts.Place.ASIDE, visit),
        *[one for rows in parts.by_provision(visit).values() for one in rows],
        *parts.shown(parts.Place.FOOT, visit),
    ]
    own = [one for one in shown if "consulting" in one.template]
    return "".join(render_to_string(one.template, {"data": one.data}) for one in own)


# -- what everybody reads ----------------------------------------------------------------------------


def test_a_comment_is_read_in_its_language_with_its_direction(client):
    version = consulted()
    a_comment(version, "متى؟", language="ar", anchor="p2", quote="should publish")
    words = page(client, "comment", 1)
    assert 'lang="ar" dir="rtl">متى؟' in words
    assert "Signatories <mark>should publish</mark> the conditions." in words
    listed = page(client, "comments")
    assert '<p lang="ar" dir="rtl">متى؟</p>' in listed
    assert "1 comment<" in listed
    assert "متى؟" not in page(client, "comments", query="?provision=p1")
    assert "متى؟" in page(client, "comments", query="?provision=p2")


def test_a_translation_is_read_beside_what_was_written(client):
    version = consulted()
    made = a_comment(version, "Bien dit", language="fr")
    acts.translate_comment(make_user(Role.TRANSLATOR), made, "en", "Well said, in English")
    words = page(client, "comment", 1)
    assert "Well said, in English" in words
    assert '<p lang="fr" dir="ltr">Bien dit</p>' in words


def test_what_was_taken_out_or_back_is_read_nowhere(client):
    version, user, keeper = consulted(), make_user(name="Amal Unseen"), make_user("secretariat")
    acts.remove_contribution(keeper, a_comment(version, "An insult", user), "It insults somebody")
    acts.withdraw_comment(user, a_comment(version, "A secret", user, anchor="p1"))
    acts.remove_contribution(keeper, an_amendment(version, user, words="A bad word."), "It is an insult")
    over(version)
    pages = [
        page(client, "comments"),
        page(client, "comment", 1),
        page(client, "comment", 2),
        page(client, "amendments"),
        page(client, "amendment", 1),
        page(client, "disposition"),
        said(version, at="p1"),
        said(version, at="p2"),
        client.get("/documents/initiative/1/disposition.csv").getvalue().decode(),
    ]
    for words in pages:
        for leak in ("An insult<", "A secret", "A bad word", "Amal Unseen"):
            assert leak not in words
    assert "It insults somebody" in pages[0]
    assert "Withdrawn by its author" in pages[0]
    assert "0 comments" in pages[0]


def test_answers_in_the_drawer_are_read_nowhere(client):
    version, keeper = consulted(), make_user("secretariat")
    acts.answer(keeper, [a_comment(version, anchor="p2")], "not_accepted", "Hidden words of the answer")
    for words in (
        page(client, "comments"),
        page(client, "comment", 1),
        page(client, "disposition"),
        page(client, "disposition", query="?answer=not_accepted"),
        said(version, at="p2"),
        client.get("/documents/initiative/1/disposition.csv").getvalue().decode(),
    ):
        assert "Hidden words" not in words
        assert "not_accepted<" not in words
    assert "Nothing here." in page(client, "disposition", query="?answer=not_accepted")
    rows = client.get("/documents/initiative/1/disposition.csv").getvalue().decode()
    assert "not_accepted" not in rows


def test_where_only_members_are_asked_nobody_else_reads(client):
    version = consulted(commenters=Version.Commenters.MEMBERS)
    delegate, keeper = make_user(Role.DELEGATE), make_user("secretariat")
    one = a_comment(version, "Among members", delegate, anchor="p1")
    change = an_amendment(version, delegate, words="Members alone.")
    closed = ["comments", "amendments", "disposition"]
    for reader in (None, make_user()):
        if reader is not None:
            client.force_login(reader)
        for name in closed:
            assert "Among members" not in page(client, name, status=403)
        assert "Among members" not in page(client, "comment", 1, status=403)
        assert "Members alone" not in page(client, "amendment", 1, status=403)
        assert client.get("/documents/initiative/1/disposition.csv").status_code == 403
        shown = said(version, at="p1", user=reader) if reader else said(version, at="p1")
        assert "Among members" not in shown
        assert "Members alone" not in said(version, at="p2")
        assert "Delegates of members comment" in shown
    client.force_login(delegate)
    assert "Among members" in page(client, "comments")
    client.force_login(keeper)
    assert "Among members" in page(client, "comments")
    acts.answer(keeper, [one, change], "noted", "Thank you")
    acts.publish_disposition(keeper, over(version))
    client.logout()
    assert "Among members" in page(client, "disposition")


def test_drafts_have_no_pages(client):
    version = consulted()
    draft = next_draft(version)
    for name in ("comments", "amendments", "disposition", "new_comment"):
        url = reverse(f"documents:{name}", args=["initiative", draft.number])
        client.force_login(make_user("secretariat"))
        assert client.get(url).status_code == 404
    assert said(draft) == ""


def test_a_version_shows_how_much_was_said_where(client):
    version, user = consulted(), make_user()
    a_comment(version, "First", user, anchor="p2", organisation=speaks_for(user))
    a_comment(version, "Second", anchor="p2")
    an_amendment(version)
    shown = said(version, at="p2")
    assert 'aria-label="p2: 3 comments and amendments"' in shown
    assert 'aria-label="Comment on p1"' in shown
    assert "2 comments, from 1 organisation and 1 individual. 1 amendment. 0 answered." in shown
    assert "First" in shown
    assert "First" not in said(version, at="p1")
    over(version)
    assert 'aria-label="Comment on p1"' not in said(version)


def test_the_disposition_is_read_by_provision_and_taken_away(client):
    version, keeper = consulted(), make_user("secretariat")
    late = a_comment(version, "=1+1", anchor="p3")
    whole, change = a_comment(version, "On all of it"), an_amendment(version)
    acts.answer(keeper, [late, whole], "noted", "Thank you", publish=True)
    acts.answer(keeper, [change], "accepted", "It binds", anchor="p2", publish=True)
    words = page(client, "disposition")
    assert [words.index(one) for one in ("On all of it", "<ins>will</ins>", "=1+1")] == sorted(
        words.index(one) for one in ("On all of it", "<ins>will</ins>", "=1+1")
    )
    assert "3 of 3 comments and amendments have their answer." in words
    some = page(client, "disposition", query="?kind=amendments&answer=accepted&provision=p2")
    assert ("It binds" in some, "On all of it" in some) == (True, False)
    rows = client.get("/documents/initiative/1/disposition.csv").getvalue().decode().splitlines()
    assert len(rows) == 4
    assert '"\'=1+1"' in rows[3]
    book = openpyxl.load_workbook(
        io.BytesIO(client.get("/documents/initiative/1/disposition.xlsx").getvalue())
    )
    assert [row[11].value for row in book.active.iter_rows()] == ["answer", "noted", "accepted", "noted"]
    assert client.get("/documents/initiative/1/disposition.pdf").status_code == 404


def test_what_became_of_a_comment_is_told_version_by_version(client):
    version, keeper = consulted(), make_user("secretariat")
    a_comment(version, "Should it?", anchor="p2", quote="should publish")
    next_draft(version)
    acts.take_amendment(keeper, an_amendment(version), "It binds")
    assert "What became of it" not in page(client, "comment", 1)
    acts.publish_version(None, version.document.versions.get(number=2))
    words = page(client, "comment", 1)
    assert "Signatories <del>should</del><ins>will</ins> publish the conditions." in words


def test_evidence_is_shown_with_its_origin(client):
    version = consulted()
    acts.propose_amendment(
        make_user("secretariat"),
        version,
        "replace",
        anchor="p2",
        words="Signatories will publish.",
        reason="It unites",
        evidence={
            "origin": "documents.document:initiative",
            "link": "javascript:alert(1)",
            "agree": 87,
        },
    )
    words = page(client, "amendment", 1)
    assert '<a href="/en/documents/initiative/">documents.document:initiative</a>' in words
    assert "<dd>87</dd>" in words
    assert 'href="javascript' not in words


# -- taking part -----------------------------------------------------------------------------------


def test_one_comments_without_a_script(client):
    version, user = consulted(), make_user(name="Amal")
    url = address("new_comment") + "?provision=p2"
    assert client.get(url).status_code == 302
    client.force_login(user)
    form = page(client, "new_comment", query="?provision=p2")
    assert "Signatories should publish the conditions.</blockquote>" in form
    sent = {"text": "Where?", "language": "en", "quote": "publish the", "quote_language": "en"}
    answer = client.post(url, sent)
    assert (answer.status_code, answer.url) == (302, address("comment", 1))
    made = Comment.objects.get()
    assert (made.quote, made.quote_start, made.anchor) == ("publish the", 19, "p2")
    assert "Withdraw my comment" in page(client, "comment", 1)
    assert "Withdraw my comment" not in page(type(client)(), "comment", 1)
    wrong = page(client, "new_comment", status=422, query="?provision=p2", **{**sent, "quote": "burn the"})
    assert "do not stand in this provision" in wrong
    assert "Where?" in wrong
    assert page(client, "new_comment", status=404, query="?provision=p9")
    assert version.comments.count() == 1


def test_a_second_late_is_told_and_what_was_written_is_still_there(client):
    over(consulted(), timedelta(seconds=1))
    client.force_login(make_user())
    words = page(client, "new_comment", status=422, text="My late words", language="en")
    assert "yours arrived at" in words
    assert "My late words" in words
    assert not Comment.objects.exists()


def test_whoever_may_not_comment_reads_why(client):
    consulted(commenters=Version.Commenters.MEMBERS)
    client.force_login(make_user())
    words = page(client, "new_comment")
    assert "Only delegates of members comment on this version." in words
    assert "<textarea" not in words
    assert page(client, "new_comment", status=403, text="Hello", language="en")


def test_one_amends_supports_and_withdraws(client):
    version, user, other = consulted(), make_user(), make_user()
    lab = speaks_for(other)
    client.force_login(user)
    form = page(client, "amend", query="?provision=p2")
    assert ">\nSignatories should publish the conditions.</textarea>" in form
    url = address("amend") + "?provision=p2&change=replace"
    sent = {
        "words": "Signatories will publish the conditions.",
        "reason": "It binds",
        "reason_language": "en",
    }
    assert client.post(url, sent).url == address("amendment", 1)
    assert "Signatories <del>should</del><ins>will</ins>" in page(client, "amendment", 1)
    assert address("support", 1) not in page(client, "amendment", 1)  # others can
    assert "<textarea" in page(client, "amend", query="?provision=p2&change=remove")
    assert page(client, "amend", status=404, query="?provision=p2&change=burn")
    client.force_login(other)
    client.post(address("support", 1), {"organisation": lab.pk, "do": "support"})
    words = page(client, "amendment", 1)
    assert "1 supporter" in words
    assert "Open Lab" in words
    client.post(address("support", 1), {"organisation": lab.pk, "do": "withdraw"})
    assert "0 supporters" in page(client, "amendment", 1)
    client.force_login(user)
    assert "stays to be read" in page(client, "withdraw", "amendments", 1)
    client.post(address("withdraw", "amendments", 1))
    assert version.amendments.get().state == "withdrawn"
    assert page(client, "withdraw", "reports", 1, status=404)


def test_nobody_withdraws_what_another_has_said(client):
    version = consulted()
    a_comment(version)
    client.force_login(make_user("secretariat"))
    assert client.post(address("withdraw", "comments", 1)).status_code == 403
    assert version.comments.get().state == "shown"


def test_a_reader_reports_an_error(client, desk):
    version = consulted()
    acts.answer(make_user("secretariat"), [a_comment(version)], "noted", "Thank you", publish=True)
    words = "Comment 1 says something else"
    assert client.post(address("report") + "?place=comments/1", {"words": words}).status_code == 302
    assert words not in page(client, "disposition")
    assert words in page(client, "reply", 1)
    page(client, "reply", 1, status=302, corrected="yes", reply_en="You are right")
    assert "You are right" in page(client, "disposition")


# -- the desk ----------------------------------------------------------------------------------------


def test_the_desk_is_closed_to_others(client):
    version = consulted()
    a_comment(version)
    an_amendment(version)
    client.force_login(make_user(Role.TRANSLATOR))
    for name, args in (
        ("consultation", []),
        ("queue", []),
        ("alike", []),
        ("combine", []),
        ("answer", ["comments", 1]),
        ("remove", ["comments", 1]),
        ("take", [1]),
        ("reply", [1]),
    ):
        assert page(client, name, *args, status=403)
    for name, args in (("period", []), ("publish_disposition", []), ("show", ["comments", 1])):
        assert client.post(address(name, *args)).status_code == 403
    client.force_login(make_user())
    assert page(client, "translate_comment", 1, status=403)


def test_comments_are_opened_and_extended_at_the_desk(desk):
    version = consulted(comments_from=None, comments_until=None)
    page(desk, "consultation")
    soon = timezone.now() + timedelta(days=3)
    wrong = page(desk, "period", status=422, until=f"{soon:%Y-%m-%dT%H:%M}", commenters="accounts")
    assert "at least 14 days" in wrong
    later = timezone.now() + timedelta(days=20)
    assert page(desk, "period", status=302, until=f"{later:%Y-%m-%dT%H:%M}", commenters="members") == ""
    version.refresh_from_db()
    assert version.commenters == "members"
    more = timezone.now() + timedelta(days=25)
    page(desk, "period", status=302, until=f"{more:%Y-%m-%dT%H:%M}", reason_en="Holidays")
    version.refresh_from_db()
    assert version.comments_until.date() == more.date()


def test_the_queue_answers_one_after_the_other_and_several_alike(desk):
    version = consulted()
    first, second = a_comment(version, "One", anchor="p1"), a_comment(version, "Two", anchor="p2")
    an_amendment(version)
    assert page(desk, "queue").count('type="checkbox"') == 3
    words = page(desk, "answer", "comments", 1)
    assert "We act, and we act together." in words
    sent = {"outcome": "accepted", "answer_en": "Yes", "anchor": "p1"}
    answer = desk.post(address("answer", "comments", 1), sent)
    assert answer.url == address("answer", "comments", 2)
    assert page(desk, "queue").count('type="checkbox"') == 2
    assert "Yes" in page(desk, "queue", query="?state=draft")
    query = "?said=comments/2&said=amendments/1&said=comments/99&said=x"
    assert "One answer for 2" in page(desk, "alike", query=query)
    page(desk, "alike", status=302, query=query, outcome="noted", answer_en="Thank you", publish="on")
    assert "Nothing here." in page(desk, "queue")
    second.refresh_from_db()
    assert (second.outcome, second.has_public_answer) == ("noted", True)
    assert "Correct the answer" in page(desk, "answer", "comments", 2)
    page(desk, "answer", "comments", 2, status=302, outcome="noted", answer_en="Thanks", reason_en="A slip")
    second.refresh_from_db()
    assert str(second.answer) == "Thanks"
    assert first.version == second.version


def test_an_amendment_is_taken_by_hand_where_the_draft_has_moved_on(desk):
    version, keeper = consulted(), make_user("secretariat")
    an_amendment(version)
    assert "begin the next version first" in page(desk, "take", 1)
    draft = next_draft(version)
    acts.take_amendment(keeper, an_amendment(version, words="Signatories should publish."), "Shorter")
    words = page(desk, "take", 1, status=422, reason_en="It binds")
    assert "What is proposed" in words
    assert "The draft as it is now" in words
    sent = {"reason_en": "It binds", "outcome": "accepted", "words": "Signatories will publish."}
    draft.refresh_from_db()
    stale = page(desk, "take", 1, status=422, **sent, revision=draft.revision - 1)
    assert f'name="revision" value="{draft.revision}"' in stale
    assert "Signatories will publish." in stale
    page(desk, "take", 1, status=302, **sent, revision=draft.revision)
    assert draft.provisions.get(anchor="p2").text.get("en") == "Signatories will publish."


def test_amendments_are_combined_at_the_desk(desk):
    version = consulted()
    an_amendment(version)
    an_amendment(version, words="Signatories shall publish.")
    query = "?said=amendments/1&said=amendments/2"
    assert "Signatories will publish" in page(desk, "combine", query=query)
    answer = desk.post(
        address("combine") + query, {"words": "Signatories will publish.", "reason_en": "They are one"}
    )
    assert answer.url == address("answer", "amendments", 3)
    assert "Combined from" in page(desk, "amendment", 3)
    assert "Part of amendment 3" in page(desk, "amendments")
    assert page(desk, "disposition").count("Part of amendment 3") == 2
    table = desk.get("/documents/initiative/1/disposition.csv").getvalue().decode("utf-8-sig")
    assert [row["part_of"] for row in csv.DictReader(io.StringIO(table))] == ["3", "3", ""]


def test_something_is_removed_and_shown_again_at_the_desk(desk):
    version = consulted()
    a_comment(version, "An insult")
    page(desk, "remove", "comments", 1, status=302, reason_en="It insults")
    assert "The words that were removed" in page(desk, "answer", "comments", 1)
    assert desk.post(address("show", "comments", 1)).status_code == 302
    assert version.comments.get().state == "shown"


def test_the_answers_are_published_at_the_desk(desk):
    version = over(consulted())
    page(desk, "consultation")
    assert desk.post(address("publish_disposition")).status_code == 302
    version.refresh_from_db()
    assert version.disposed_at is not None
    assert "All answers were published" in page(desk, "consultation")


def test_whoever_publishes_the_next_version_reads_what_it_leaves_behind(desk):
    version = consulted()
    next_draft(version)
    publish = reverse("documents:publish", args=["initiative"])
    assert "Comments on version 1 run until" in desk.get(publish).content.decode()
    over(version)
    assert "Comments on version 1 run until" not in desk.get(publish).content.decode()
    for n in range(2):
        with_period = Version.objects.get(pk=version.pk)
        with_period.comments_until = timezone.now() + timedelta(days=1)
        with_period.save()
        a_comment(with_period, f"Comment {n}")
    over(with_period)
    words = desk.get(publish).content.decode()
    assert "2 comments and amendments to version 1 have no answer yet." in words
    edit = desk.get(reverse("documents:edit", args=["initiative"])).content.decode()
    assert f'href="{address("consultation")}"' in edit


# -- how much is asked -------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_asks_the_same_however_much_was_said(count, django_assert_num_queries):
    version, keeper = consulted(), make_user("secretariat")
    change = an_amendment(version)
    for n in range(count):
        a_comment(version, f"Comment {n}", anchor="p2")
        an_amendment(version, words=f"Other words {n}.")
        acts.support(make_user(), change)
    acts.answer(keeper, [version.comments.first()], "noted", "Thank you", publish=True)
    version = consulting.version_of(*PLACE)
    visit = parts.Visit(version, make_user(), "p2")
    visit.user.roles  # noqa: B018  (her mandates are asked once)
    for queries, ask in (
        (2, lambda: consulting.consultation(version, visit.user)),
        (0, lambda: consulting.aside(visit)),
        (2, lambda: consulting.foot(visit)),
        (5, lambda: consulting.at_provisions(visit)),
        (1, lambda: [str(one.by) for one in consulting.comments(version)]),
        (1, lambda: [one.supports for one in consulting.shown(consulting.amendments(version), version)]),
        (1, lambda: [str(one.person.name) for one in consulting.supporters(change)]),
        (2, lambda: consulting.what_became(change)),
        (5, lambda: disposition.disposition_rows(version, disposition.disposition_keys(version))),
        (6, lambda: list(disposition.table(version, lambda name, k: ""))),
        (3, lambda: answering.queue(version)),
        (4, lambda: answering.chosen(version, ["comments/1", "amendments/1"])),
        (2, lambda: answering.unanswered(version)),
        (1, lambda: answering.left_behind(Version(document=version.document, number=2))),
    ):
        with django_assert_num_queries(queries):
            ask()
    keeper.roles  # noqa: B018
    with django_assert_num_queries(2):
        assert len(answering.waiting(keeper)) == 1
