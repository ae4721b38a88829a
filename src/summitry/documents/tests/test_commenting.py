from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone, translation

from summitry.documents import acts
from summitry.documents.models import Comment, Version
from summitry.people.models import Affiliation, Role, scope_of
from summitry.people.tests.factories import make_mandate, make_organisation, make_user
from summitry.record.act import Stale
from summitry.record.models import Entry, Opening
from summitry.record.queries import entries_about
from summitry.text.value import Text

from .consulting import a_comment, consulted, letters, over, speaks_for, unsealed

pytestmark = pytest.mark.django_db


def kinds() -> list[str]:
    return list(Entry.objects.order_by("index").values_list("kind", flat=True))


def test_a_comment_stands_at_words_of_a_provision_in_its_own_language():
    version, user = consulted(), make_user(name="Amal")
    made = acts.comment(
        user, version, "متى؟", language="ar", anchor="p2", quote="SHOULD  publish", quote_language="en"
    )
    assert (made.number, made.anchor, made.quote, made.quote_start) == (1, "p2", "should publish", 12)
    assert (made.text.source, made.text.get("ar"), str(made.by)) == ("ar", "متى؟", "Amal")
    entry = Entry.objects.get()
    assert (entry.kind, entry.subject) == ("documents.commented", "documents.comment:initiative/1/1")
    assert "متى" not in bytes(entry.body).decode()
    assert "Amal" not in bytes(entry.body).decode()
    assert sorted(Opening.objects.values_list("name", flat=True)) == ["actor", "words"]
    assert unsealed() == []


def test_the_last_instant_is_in_time_and_a_microsecond_later_is_late():
    ends = datetime(2027, 10, 1, 23, 59, tzinfo=UTC)
    version = consulted(comments_from=ends - timedelta(days=20), comments_until=ends)
    assert a_comment(version, now=ends).number == 1
    for late, said in (
        (timedelta(seconds=1), "1 Oct 2027, 23:59:01 UTC"),
        (timedelta(microseconds=1), "1 Oct 2027, 23:59:00.000001 UTC"),
    ):
        with pytest.raises(ValidationError) as refused:
            a_comment(version, "Too late", now=ends + late)
        assert refused.value.messages == [
            f"Comments were taken until 1 Oct 2027, 23:59 UTC; yours arrived at {said}. Nothing was saved."
        ]
        assert refused.value.code == "late"
    assert Comment.objects.count() == 1
    assert kinds() == ["documents.commented"]


def test_before_the_period_and_without_one_nothing_is_taken():
    now = timezone.now()
    version = consulted(comments_from=now + timedelta(days=1), comments_until=now + timedelta(days=20))
    with pytest.raises(ValidationError) as refused:
        a_comment(version)
    assert refused.value.code == "early"
    version.comments_from = version.comments_until = None
    version.save()
    with pytest.raises(ValidationError) as refused:
        a_comment(version)
    assert refused.value.code == "closed"


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"text": " \n\u200b"}, {"text": ["Write your comment."]}),
        ({"text": "a" * 10_001}, {"text": ["At most 10000 characters, this has 10001."]}),
        ({"anchor": "p9"}, {"anchor": ["There is no provision “p9” in this version."]}),
        ({"quote": "We act"}, {"quote": ["Say in which provision these words stand."]}),
        (
            {"quote": "We act", "anchor": "p2"},
            {"quote": ["These words do not stand in this provision. Copy them from its text."]},
        ),
        (
            {"quote": "ends", "anchor": "p3", "quote_language": "zh-hans"},
            {"quote": ["This provision has no words in that language."]},
        ),
        ({"language": "xx"}, {"language": ["Unknown language “xx”."]}),
    ],
)
def test_what_is_wrong_is_said_by_field_and_nothing_is_kept(asked, wrong):
    version = consulted()
    with pytest.raises(ValidationError) as refused:
        a_comment(version, **{"text": "Well said.", **asked})
    assert refused.value.message_dict == wrong
    assert not Comment.objects.exists()
    assert not Entry.objects.exists()


def test_the_same_twice_is_one_comment():
    version, user = consulted(), make_user()
    first = a_comment(version, "Once", user, anchor="p1")
    assert a_comment(version, "Once", user, anchor="p1") == first
    assert a_comment(version, "Once", user).number == 2
    assert a_comment(version, "Once").number == 3
    assert kinds() == ["documents.commented"] * 3


def test_one_speaks_for_organisations_in_which_one_has_a_place_today():
    version, user = consulted(), make_user(name="Amal")
    own, today = speaks_for(user, "Open Lab"), timezone.localdate()
    assert str(a_comment(version, user=user, organisation=own).by) == "Open Lab"
    former, other = make_organisation("Former"), make_organisation("Other")
    Affiliation.objects.create(person=user.person, organisation=former, until=today - timedelta(days=1))
    unknown = speaks_for(user, "New body", confirmed=False)
    for organisation in (former, other, unknown):
        with pytest.raises(ValidationError) as refused:
            a_comment(version, user=user, organisation=organisation)
        assert list(refused.value.message_dict) == ["organisation"]
    make_mandate(user, Role.FOCAL_POINT, scope_of(other))
    assert a_comment(version, user=user, organisation=other).organisation == other


def test_whoever_has_no_name_cannot_speak_for_herself():
    version, user = consulted(), make_user()
    user.person.name = Text()
    user.person.save()
    with pytest.raises(ValidationError, match="Write your name in your profile first"):
        a_comment(version, user=user)


def test_members_only_asks_delegates():
    version = consulted(commenters=Version.Commenters.MEMBERS)
    with pytest.raises(PermissionDenied):
        a_comment(version)
    delegate = make_user(Role.DELEGATE)
    assert a_comment(version, user=delegate).number == 1


def test_whoever_has_not_signed_in_or_is_closed_cannot_comment():
    version, closed = consulted(), make_user(is_active=False)
    for nobody in (None, closed):
        with pytest.raises(PermissionDenied):
            acts.comment(nobody, version, "Hello")


def test_a_withdrawn_comment_loses_its_words_for_good():
    version, user = consulted(), make_user()
    said = a_comment(version, "My secret", user)
    with pytest.raises(PermissionDenied):
        acts.withdraw_comment(make_user("secretariat"), said)
    gone = acts.withdraw_comment(user, said)
    assert (gone.state, gone.text, gone.number) == ("withdrawn", Text(), 1)
    assert acts.withdraw_comment(user, said).decided_at == gone.decided_at
    assert kinds() == ["documents.commented", "documents.comment_withdrawn"]
    assert not Opening.objects.filter(name="words").exists()
    assert "My secret" not in str(list(Comment.objects.values()))
    assert unsealed() == []


def test_a_removed_comment_keeps_its_reason_in_public_and_can_be_shown_again():
    version, desk, user = consulted(), make_user("secretariat"), make_user(language="fr")
    said = a_comment(version, "Insult", user)
    with pytest.raises(PermissionDenied):
        acts.remove_contribution(make_user(), said, "No")
    with pytest.raises(ValidationError, match="Say why"):
        acts.remove_contribution(desk, said, " ")
    removed = acts.remove_contribution(desk, said, "It insults somebody", seen="shown")
    assert (removed.state, str(removed.reason), removed.is_shown) == ("removed", "It insults somebody", False)
    assert [letter.to for letter in letters()] == [user.email]
    assert "It insults somebody" in letters()[0].text
    with pytest.raises(Stale):
        acts.remove_contribution(desk, said, "Again", seen="shown")
    assert acts.remove_contribution(desk, said, "Again").reason == removed.reason
    assert acts.show_contribution(desk, said).state == "shown"
    assert acts.show_contribution(desk, said).reason == Text()
    assert [one.kind for one in entries_about(said.subject)] == [
        "documents.commented",
        "documents.comment_removed",
        "documents.comment_shown_again",
    ]
    assert unsealed() == []


def test_a_removed_comment_that_its_author_withdrew_is_not_shown_again():
    version, desk, user = consulted(), make_user("secretariat"), make_user()
    said = acts.remove_contribution(desk, a_comment(version, "Insult", user), "It insults somebody")
    assert acts.withdraw_comment(user, said).state == "removed"
    assert acts.show_contribution(desk, said).state == "withdrawn"
    assert unsealed() == []


def test_a_translator_gives_a_comment_in_another_language():
    version = consulted()
    said = a_comment(version, "Bien dit", language="fr")
    with pytest.raises(PermissionDenied):
        acts.translate_comment(make_user(), said, "en", "Well said")
    translator = make_user(Role.TRANSLATOR)
    with pytest.raises(ValidationError):
        acts.translate_comment(translator, said, "fr", "Autre chose")
    done = acts.translate_comment(translator, said, "en", "Well said")
    assert (done.text.source, done.text.state("en")) == ("fr", "reviewed")
    with translation.override("en"):
        assert str(done.text) == "Well said"
    assert acts.translate_comment(translator, said, "en", "").text.languages == ["fr"]
    over(version)
    assert acts.withdraw_comment(said.person.user, said).text == Text()
    with pytest.raises(ValidationError):
        acts.translate_comment(translator, said, "en", "Well said")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_two_numbers(at_once):
    version = consulted()
    users = [make_user(), make_user()]
    begun = at_once(*[lambda user=user: a_comment(version, f"From {user.pk}", user).number for user in users])
    assert sorted(begun) == [1, 2]
