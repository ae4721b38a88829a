import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from summitry.documents import acts
from summitry.documents.models import Amendment, Comment, Report, Version
from summitry.people.models import Role
from summitry.people.tests.factories import make_user
from summitry.record.models import Entry
from summitry.record.queries import entries_about
from summitry.text.value import Text

from .consulting import a_comment, an_amendment, consulted, letters, over, unsealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_user("secretariat")


def test_an_answer_is_nobodys_business_until_it_is_published(desk):
    version, user = consulted(), make_user()
    said = a_comment(version, user=user)
    with pytest.raises(PermissionDenied):
        acts.answer(user, [said], "noted", "Thank you")
    (answered,) = acts.answer(desk, [said], "noted", "Thank you")
    assert not answered.has_public_answer
    assert letters() == []
    assert not Entry.objects.filter(kind="documents.answered").exists()
    acts.answer(desk, [said], "accepted", "We changed our mind", anchor="p1", publish=True)
    said.refresh_from_db()
    assert (said.outcome, said.answer_anchor, said.has_public_answer) == ("accepted", "p1", True)
    assert [letter.to for letter in letters()] == [user.email]
    assert "We changed our mind" in letters()[0].text
    entry = Entry.objects.get(kind="documents.answered")
    assert entry.subject == "documents.disposition:initiative/1"
    assert unsealed() == []


def test_one_answer_for_several_is_told_to_each_in_her_language(desk):
    version = consulted()
    users = [make_user(language="fr"), make_user(language="ar")]
    said = [*[a_comment(version, user=user) for user in users], an_amendment(version)]
    words = Text.of("Yes", fr="Oui", ar="نعم")
    acts.answer(desk, said, "accepted", words, anchor="p2", publish=True)
    assert Comment.objects.filter(outcome="accepted").count() == 2
    assert Amendment.objects.get().outcome == "accepted"
    told = {letter.to: letter.text for letter in letters()}
    assert "Oui" in told[users[0].email]
    assert "نعم" in told[users[1].email]
    assert len(told) == 3
    assert Entry.objects.filter(kind="documents.answered").count() == 1


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"outcome": "burnt"}, "outcome"),
        ({"words": " "}, "answer"),
        ({"words": "Write to a@example.org"}, "answer"),
        ({"anchor": "p9"}, "anchor"),
        ({"outcome": "noted", "anchor": "p2"}, "anchor"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_by_field(desk, asked, field):
    said = a_comment(consulted())
    given = {"outcome": "accepted", "words": "Yes", "anchor": "", **asked}
    with pytest.raises(ValidationError) as refused:
        acts.answer(desk, [said], given["outcome"], given["words"], anchor=given["anchor"])
    assert list(refused.value.message_dict) == [field]
    said.refresh_from_db()
    assert said.outcome == ""


def test_all_or_none_are_answered(desk):
    version, user = consulted(), make_user()
    first, gone = a_comment(version), a_comment(version, "Other", user)
    acts.withdraw_comment(user, gone)
    with pytest.raises(ValidationError, match="comment 2"):
        acts.answer(desk, [first, gone], "noted", "Thank you")
    elsewhere = a_comment(consulted("other"))
    with pytest.raises(ValidationError, match="different versions"):
        acts.answer(desk, [first, elsewhere], "noted", "Thank you")
    with pytest.raises(ValidationError):
        acts.answer(desk, [], "noted", "Thank you")
    assert not Comment.objects.exclude(outcome="").exists()


def test_a_published_answer_is_corrected_with_a_reason(desk):
    version, user = consulted(), make_user()
    said = a_comment(version, user=user)
    with pytest.raises(ValidationError, match="not published"):
        acts.correct_answer(desk, said, "noted", "Thank you", "We misread it")
    acts.answer(desk, [said], "not_accepted", "It is too long", publish=True)
    with pytest.raises(ValidationError, match="comment 1"):
        acts.answer(desk, [said], "accepted", "Yes")
    with pytest.raises(PermissionDenied):
        acts.correct_answer(user, said, "accepted", "Yes", "We misread it")
    with pytest.raises(ValidationError):
        acts.correct_answer(desk, said, "accepted", "Yes", " ")
    acts.correct_answer(desk, said, "accepted", "Yes", "We misread it")
    said.refresh_from_db()
    assert (said.outcome, str(said.answer)) == ("accepted", "Yes")
    assert "We misread it" in letters()[-1].text
    assert [one.kind for one in entries_about("documents.disposition:initiative/1")] == [
        "documents.answered",
        "documents.answer_corrected",
    ]
    assert unsealed() == []


def test_the_disposition_is_published_once_everything_has_its_answer(desk):
    version, user = consulted(), make_user()
    said, change = a_comment(version, user=user), an_amendment(version)
    early = acts.publish_disposition
    with pytest.raises(ValidationError) as refused:
        early(desk, version)
    assert refused.value.code == "early"
    over(version)
    with pytest.raises(ValidationError) as refused:
        acts.publish_disposition(desk, version)
    assert refused.value.messages == ["2 answers are missing: comment 1, amendment 1."]
    acts.answer(desk, [said], "noted", "Thank you", publish=True)
    acts.answer(desk, [change], "not_accepted", "Not now")
    with pytest.raises(PermissionDenied):
        acts.publish_disposition(user, version)
    before = len(letters())
    done = acts.publish_disposition(desk, version)
    assert acts.publish_disposition(desk, version).disposed_at == done.disposed_at
    assert [letter.to for letter in letters()[before:]] == [change.person.user.email]
    assert not Amendment.objects.filter(answer_published_at=None).exists()
    assert Entry.objects.filter(kind="documents.disposition_published").count() == 1
    assert unsealed() == []


def test_withdrawn_and_removed_ones_need_no_answer(desk):
    version, user = consulted(), make_user()
    acts.withdraw_comment(user, a_comment(version, user=user))
    acts.remove_contribution(desk, a_comment(version, "Insult"), "It insults")
    acts.withdraw_amendment(user, an_amendment(version, user))
    assert acts.publish_disposition(desk, over(version)).disposed_at is not None


def test_where_only_members_read_answers_come_all_together(desk):
    version = consulted(commenters=Version.Commenters.MEMBERS)
    delegate = make_user(Role.DELEGATE)
    said = a_comment(version, user=delegate)
    acts.answer(desk, [said], "noted", "Thank you", publish=True)
    said.refresh_from_db()
    assert not said.has_public_answer
    assert letters() == []
    acts.publish_disposition(desk, over(version))
    assert [letter.to for letter in letters()] == [delegate.email]
    assert unsealed() == []


def test_a_reader_reports_an_error_and_gets_a_public_reply(desk):
    version, reader = consulted(), make_user(language="es")
    said = a_comment(version)
    with pytest.raises(ValidationError, match="No answers are published yet"):
        acts.report_error(reader, version, "Comment 1 says something else")
    acts.answer(desk, [said], "noted", "Thank you", publish=True)
    with pytest.raises(PermissionDenied):
        acts.report_error(None, version, "Comment 1 says something else")
    with pytest.raises(ValidationError) as refused:
        acts.report_error(reader, version, "It does", place="comments/9")
    assert list(refused.value.message_dict) == ["place"]
    made = acts.report_error(reader, version, "It says something else", place="comments/1")
    assert acts.report_error(reader, version, "It says something else", place="comments/1") == made
    entry = Entry.objects.get(kind="documents.error_reported")
    assert "something else" not in bytes(entry.body).decode()
    with pytest.raises(PermissionDenied):
        acts.reply_to_report(reader, made, True, "Right")
    before = len(letters())
    acts.reply_to_report(desk, made, True, "You are right")
    assert [letter.to for letter in letters()[before:]] == [reader.email]
    assert acts.reply_to_report(desk, made, True, "You are right").replied_at is not None
    with pytest.raises(ValidationError, match="it stays"):
        acts.reply_to_report(desk, made, False, "No")
    assert Report.objects.get().corrected is True
    assert unsealed() == []


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_at_once_do_not_tell_twice(at_once):
    version, desk = consulted(), [make_user("secretariat"), make_user("secretariat")]
    said = a_comment(version)
    found = at_once(
        *[
            lambda actor=actor: acts.answer(actor, [said], "noted", f"From {actor.pk}", publish=True)
            for actor in desk
        ]
    )
    assert sorted(isinstance(one, ValidationError) for one in found) == [False, True]
    assert at_once(Entry.objects.filter(kind="documents.answered").count) == [1]
