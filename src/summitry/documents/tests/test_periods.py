"""The period of comments, its clock, and who is told of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone, translation

from summitry.documents import acts
from summitry.documents.models import Reader, Version
from summitry.documents.queries import answering
from summitry.people.models import scope_of
from summitry.people.tests.factories import make_user
from summitry.record.models import Entry

from .consulting import a_comment, an_amendment, consulted, letters, next_draft, over

pytestmark = pytest.mark.django_db
CLOSED = {"comments_from": None, "comments_until": None}


@pytest.fixture
def desk():
    return make_user("secretariat")


def in_days(days: float):
    return timezone.now() + timedelta(days=days)


def test_comments_run_as_long_as_the_rules_say_at_least(desk):
    version, now = consulted(**CLOSED), timezone.now()
    with pytest.raises(PermissionDenied):
        acts.open_comments(make_user(), version, in_days(20))
    with pytest.raises(ValidationError) as refused:
        acts.open_comments(desk, version, now + timedelta(days=14, microseconds=-1), now=now)
    assert "at least 14 days" in refused.value.message_dict["until"][0]
    with pytest.raises(ValidationError) as refused:
        acts.open_comments(desk, version, in_days(30), since=in_days(-1))
    assert list(refused.value.message_dict) == ["since"]
    until = now + timedelta(days=14)
    opened = acts.open_comments(desk, version, until, now=now)
    assert (opened.comments_from, opened.comments_until) == (now, until)
    assert acts.open_comments(desk, version, until, since=now, now=now).comments_from == now
    with pytest.raises(ValidationError, match="opened already"):
        acts.open_comments(desk, version, in_days(40))
    entry = Entry.objects.get(kind="documents.comments_opened")
    assert entry.subject == "documents.version:initiative/1"


def test_only_the_newest_published_text_is_commented_on(desk):
    version = consulted(**CLOSED)
    draft = next_draft(version)
    with pytest.raises(ValidationError) as refused:
        acts.open_comments(desk, draft, in_days(20))
    assert refused.value.code == "draft"
    acts.publish_version(None, draft)
    with pytest.raises(ValidationError) as refused:
        acts.open_comments(desk, version, in_days(20))
    assert refused.value.code == "later"
    adopted = consulted("adopted", adopted_at=timezone.now(), **CLOSED)
    with pytest.raises(ValidationError) as refused:
        acts.open_comments(desk, adopted, in_days(20))
    assert refused.value.code == "adopted"


def test_an_extension_is_public_and_has_a_reason(desk):
    version = consulted()
    with pytest.raises(PermissionDenied):
        acts.extend_comments(make_user(), version, in_days(30), "Holidays")
    with pytest.raises(ValidationError) as refused:
        acts.extend_comments(desk, version, in_days(1), "Holidays")
    assert list(refused.value.message_dict) == ["until"]
    with pytest.raises(ValidationError) as refused:
        acts.extend_comments(desk, version, in_days(30), " ")
    assert list(refused.value.message_dict) == ["reason"]
    until = in_days(30)
    assert acts.extend_comments(desk, version, until, "Holidays").comments_until == until
    assert acts.extend_comments(desk, version, until, "Holidays").comments_until == until
    entry = Entry.objects.get(kind="documents.comments_extended")
    assert "Holidays" in bytes(entry.body).decode()


def test_comments_that_ended_run_again_until_the_answers_are_published(desk):
    version = over(consulted())
    with pytest.raises(ValidationError):
        a_comment(version)
    acts.extend_comments(desk, version, in_days(5), "The server was down")
    said = a_comment(version)
    acts.answer(desk, [said], "noted", "Thank you")
    version = over(Version.objects.get(pk=version.pk))
    acts.publish_disposition(desk, version)
    with pytest.raises(ValidationError) as refused:
        acts.extend_comments(desk, version, in_days(9), "Again")
    assert refused.value.code == "disposed"


def follower(version: Version, **fields):
    user = make_user(**fields)
    Reader.objects.create(user=user, document=version.document, follows=True)
    return user


def test_followers_are_told_when_comments_open_run_longer_and_end_soon(desk):
    version = consulted(**CLOSED)
    reader = follower(version, language="fr")
    Reader.objects.create(user=make_user(), document=version.document)  # reads, and does not follow
    follower(version, is_active=False)
    acts.open_comments(desk, version, in_days(20))
    acts.extend_comments(desk, version, in_days(25), "Holidays")
    assert acts.tell_all_closing() == 0
    version.refresh_from_db()
    version.comments_from, version.comments_until = in_days(-22), in_days(2.9)
    version.save()
    assert acts.tell_all_closing() == 1
    assert acts.tell_all_closing() == 0
    assert [letter.to for letter in letters()] == [reader.email] * 3
    assert "Holidays" in letters()[1].text
    assert "/fr/documents/initiative/1/" in letters()[2].text


def test_the_link_in_a_letter_ends_the_letters(desk, client):
    version = consulted(**CLOSED)
    reader, other = follower(version), follower(version)
    acts.open_comments(desk, version, in_days(20))
    letter = next(one for one in letters() if one.to == reader.email)
    link = next(line for line in letter.text.splitlines() if "/unfollow/" in line)
    path = link.partition("//")[2].partition("/")[2]
    assert client.get(f"/{path}").status_code == 200
    assert Reader.objects.filter(follows=True).count() == 2
    assert "You get no more letters" in client.post(f"/{path}").content.decode()
    assert list(Reader.objects.filter(follows=True).values_list("user", flat=True)) == [other.pk]
    assert "not whole" in client.post(f"/{path[:-3]}x/").content.decode()


def test_what_waits_for_an_answer_waits_for_the_secretariat(desk):
    version = consulted()
    keeper = make_user("secretariat", scope_of(version.document))
    assert waiting_of(desk) == []
    said = a_comment(version)
    assert waiting_of(desk) == ["1 comment or amendment to answer: Initiative on digital cooperation"]
    for _n in range(2):
        an_amendment(version, make_user())
    assert waiting_of(keeper) == ["3 comments and amendments to answer: Initiative on digital cooperation"]
    assert waiting_of(make_user("translator")) == []
    acts.answer(desk, [said, *version.amendments.all()], "noted", "Thank you", publish=True)
    assert waiting_of(desk) == []
    over(version)
    assert waiting_of(desk) == ["The answers can be published: Initiative on digital cooperation"]
    acts.publish_disposition(desk, version)
    acts.report_error(make_user(), version, "It is wrong")
    assert waiting_of(desk) == ["A reported error in the answers: Initiative on digital cooperation"]


def waiting_of(user) -> list[str]:
    user.__dict__.pop("roles", None)
    return [one.title for one in answering.waiting(user)]


def test_the_record_tells_the_end_in_the_readers_language(desk):
    until = datetime(2099, 9, 19, 23, 59, tzinfo=UTC)
    acts.open_comments(desk, consulted(**CLOSED), until)
    entry = Entry.objects.get(kind="documents.comments_opened")
    assert entry.said["facts"]["until"] == "2099-09-19 23:59:00 UTC"
    for language, words in (("en", "19 Sep 2099, 23:59 UTC"), ("zh-hans", "2099年9月19日 23:59 UTC")):
        with translation.override(language):
            assert words in entry.sentence()
            assert words in entry.sentence_html()
