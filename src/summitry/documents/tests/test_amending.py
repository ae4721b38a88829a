from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from summitry.documents import acts, proposals
from summitry.documents.models import Amendment, Support, Version
from summitry.engines.comparing import Piece
from summitry.people.tests.factories import make_user
from summitry.record.act import Stale
from summitry.record.models import Entry
from summitry.text.value import Text

from .consulting import an_amendment, consulted, letters, next_draft, over, speaks_for, unsealed

pytestmark = pytest.mark.django_db
PROPOSED = "Signatories will publish the conditions."


@pytest.fixture
def desk():
    return make_user("secretariat")


def pieces(said: Amendment) -> list[Piece]:
    return proposals.get(said.change).pieces(said.base, said.words)


def words(version: Version, language: str = "en") -> list[str]:
    return [one.text.get(language) for one in version.provisions.order_by("position")]


def test_an_amendment_tracks_the_words_that_it_changes():
    version = consulted()
    said = an_amendment(version)
    assert (said.number, said.language, said.base) == (1, "en", "Signatories should publish the conditions.")
    assert pieces(said) == [
        Piece("same", "Signatories "),
        Piece("removed", "should"),
        Piece("added", "will"),
        Piece("same", " publish the conditions."),
    ]
    entry = Entry.objects.get()
    assert entry.kind == "documents.amendment_proposed"
    assert "will publish" not in bytes(entry.body).decode()
    assert unsealed() == []


def test_each_kind_of_amendment_is_shown_as_such():
    version, user = consulted(), make_user()
    gone = an_amendment(version, user, change="remove", words="")
    new = an_amendment(version, user, change="insert", words="More.", anchor="")
    chinese = an_amendment(version, user, language="zh-hans", words="签署方将公布条件。")
    assert pieces(gone) == [Piece("removed", "Signatories should publish the conditions.")]
    assert pieces(new) == [Piece("added", "More.")]
    assert [one.kind for one in pieces(chinese)] == ["same", "removed", "added", "same"]
    assert [one.number for one in (gone, new, chinese)] == [1, 2, 3]
    assert an_amendment(version, user, change="remove", words="") == gone


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"words": "Signatories  should publish the conditions."}, "words"),
        ({"words": ""}, "words"),
        ({"change": "remove", "words": "Something"}, "words"),
        ({"change": "burn"}, "change"),
        ({"anchor": ""}, "anchor"),
        ({"anchor": "p9"}, "anchor"),
        ({"language": "fr"}, "language"),
        ({"anchor": "p3", "language": "zh-hans"}, "language"),
        ({"reason": " "}, "reason"),
    ],
)
def test_what_is_wrong_is_said_by_field(asked, field):
    version = consulted()
    with pytest.raises(ValidationError) as refused:
        an_amendment(version, **asked)
    assert list(refused.value.message_dict) == [field]
    assert not Amendment.objects.exists()


def test_a_late_amendment_and_late_support_are_refused():
    version = consulted()
    said = an_amendment(version)
    ends = version.comments_until
    with pytest.raises(ValidationError) as refused:
        an_amendment(version, words="Other words.", now=ends + timedelta(seconds=1))
    assert refused.value.code == "late"
    with pytest.raises(ValidationError) as refused:
        acts.support(make_user(), said, now=ends + timedelta(microseconds=1))
    assert refused.value.code == "late"
    assert acts.support(make_user(), said, now=ends).amendment == said


def test_a_person_and_an_organisation_support_once_each():
    version, user = consulted(), make_user()
    said, lab = an_amendment(version), speaks_for(user)
    first = acts.support(user, said)
    assert acts.support(user, said) == first
    acts.support(user, said, organisation=lab)
    colleague = make_user()
    colleague.person.affiliations.create(organisation=lab)
    assert acts.support(colleague, said, organisation=lab).person == user.person
    assert said.supports.count() == 2
    acts.withdraw_support(colleague, said, organisation=lab)
    acts.withdraw_support(user, said)
    acts.withdraw_support(user, said)
    assert said.supports.count() == 0
    assert acts.support(user, said).pk != first.pk
    with pytest.raises(ValidationError, match="your own amendment"):
        acts.support(said.person.user, said)
    with pytest.raises(ValidationError):
        acts.support(make_user(), said, organisation=lab)
    assert unsealed() == []


def test_support_asks_for_the_right_people():
    version = consulted(commenters=Version.Commenters.MEMBERS)
    said = an_amendment(version, make_user("delegate"))
    for nobody in (make_user(), None):
        with pytest.raises(PermissionDenied):
            acts.support(nobody, said)
        with pytest.raises(PermissionDenied):
            acts.withdraw_support(nobody, said)


def test_a_proposer_withdraws_while_there_is_no_answer(desk):
    version, user = consulted(), make_user()
    said = an_amendment(version, user)
    with pytest.raises(PermissionDenied):
        acts.withdraw_amendment(desk, said)
    gone = acts.withdraw_amendment(user, said)
    assert (gone.state, gone.words) == ("withdrawn", PROPOSED)
    assert acts.withdraw_amendment(user, said) == gone
    with pytest.raises(ValidationError):
        acts.support(make_user(), said)
    other = an_amendment(version, user)
    acts.answer(desk, [other], "noted", "Thank you")
    with pytest.raises(ValidationError, match="has been answered"):
        acts.withdraw_amendment(user, other)
    assert unsealed() == []


def test_amendments_are_combined_and_their_proposers_told(desk):
    version, users = consulted(), [make_user(language="fr"), make_user()]
    parts = [
        an_amendment(version, users[0]),
        an_amendment(version, users[1], words="Signatories shall publish the conditions."),
    ]
    with pytest.raises(PermissionDenied):
        acts.combine_amendments(users[0], parts, words=PROPOSED, reason="They say the same")
    made = acts.combine_amendments(desk, parts, words=PROPOSED, reason="They say the same")
    assert (made.number, made.person, made.words) == (3, None, PROPOSED)
    assert [(one.state, one.combined_into) for one in Amendment.objects.order_by("number")[:2]] == [
        ("combined", made),
        ("combined", made),
    ]
    assert sorted(letter.to for letter in letters()) == sorted(user.email for user in users)
    acts.answer(desk, [made], "accepted", "It is clearer", anchor="p2")
    assert set(Amendment.objects.values_list("outcome", flat=True)) == {"accepted"}
    assert unsealed() == []


def test_only_alike_amendments_are_combined(desk):
    version = consulted()
    one, other = an_amendment(version), an_amendment(version, change="remove", words="")
    elsewhere = an_amendment(version, anchor="p1", words="We act.")
    for parts in ([one], [one, one], [one, other], [one, elsewhere]):
        with pytest.raises(ValidationError) as refused:
            acts.combine_amendments(desk, parts, words=PROPOSED, reason="Why not")
        assert list(refused.value.message_dict) == ["parts"]
    assert not Amendment.objects.filter(state="combined").exists()


def test_an_amendment_is_taken_into_the_draft_as_it_is(desk):
    version, user = consulted(), make_user()
    said = an_amendment(version, user)
    with pytest.raises(ValidationError) as refused:
        acts.take_amendment(desk, said, "Agreed")
    assert refused.value.code == "no_draft"
    draft = next_draft(version)
    with pytest.raises(PermissionDenied):
        acts.take_amendment(user, said, "Agreed")
    taken = acts.take_amendment(desk, said, "Agreed")
    assert words(draft) == ["We act, and we act together.", PROPOSED, "This text ends here."]
    assert draft.provisions.get(anchor="p2").text.state("zh-hans") == "outdated"
    assert (taken.outcome, taken.answer_anchor, taken.taken_into) == ("accepted", "p2", draft)
    assert taken.has_public_answer
    assert [letter.to for letter in letters()] == [user.email]
    assert acts.take_amendment(desk, said, "Agreed").answered_at == taken.answered_at
    assert words(version)[1] == "Signatories should publish the conditions."
    assert unsealed() == []


def test_removals_and_new_provisions_are_taken_too(desk):
    version = consulted()
    gone = an_amendment(version, change="remove", words="")
    new = an_amendment(version, anchor="p1", change="insert", words="And we report.")
    first = an_amendment(version, anchor="", change="insert", words="Preamble.")
    draft = next_draft(version)
    assert acts.take_amendment(desk, gone, "Agreed").answer_anchor == ""
    assert acts.take_amendment(desk, new, "Agreed").answer_anchor == "p4"
    assert acts.take_amendment(desk, first, "Agreed").answer_anchor == "p5"
    rows = draft.provisions.order_by("position").values_list("anchor", flat=True)
    assert list(rows) == ["p5", "p1", "p4", "p3"]


def test_where_the_draft_says_something_else_the_words_are_written_by_hand(desk):
    version = consulted()
    said = an_amendment(version)
    draft = next_draft(version)
    other = an_amendment(version, words="Signatories should publish them.")
    acts.take_amendment(desk, other, "Shorter")
    with pytest.raises(acts.Differs) as refused:
        acts.take_amendment(desk, said, "Agreed")
    assert refused.value.stands == "Signatories should publish them."
    said.refresh_from_db()
    assert said.outcome == ""
    draft.refresh_from_db()
    by_hand = "Signatories will publish them."
    with pytest.raises(Stale):
        acts.take_amendment(desk, said, "Both", words=by_hand, revision=draft.revision - 1)
    taken = acts.take_amendment(
        desk, said, "Both", words=by_hand, revision=draft.revision, outcome="accepted_in_part"
    )
    assert taken.outcome == "accepted_in_part"
    assert words(draft)[1] == by_hand
    assert unsealed() == []


def test_a_provision_that_has_gone_from_the_draft_is_said_so(desk):
    version = consulted()
    said, gone = an_amendment(version), an_amendment(version, change="remove", words="")
    next_draft(version)
    acts.take_amendment(desk, gone, "Agreed")
    with pytest.raises(ValidationError) as refused:
        acts.take_amendment(desk, said, "Agreed")
    assert refused.value.code == "gone"


def test_a_new_provision_in_a_translation_needs_words_in_the_source(desk):
    version = consulted()
    said = an_amendment(version, anchor="p1", change="insert", words="我们也报告。", language="zh-hans")
    draft = next_draft(version)
    with pytest.raises(acts.Differs):
        acts.take_amendment(desk, said, "Agreed")
    acts.take_amendment(desk, said, "Agreed", words="We report, too.", revision=draft.revision)
    assert draft.provisions.get(anchor="p4").text == Text.from_values(
        {"zh-hans": "我们也报告。", "en": "We report, too."}, "en"
    )


def test_the_house_proposes_what_united_an_opinion_vote(desk):
    version = over(consulted())
    evidence = {"origin": "opinions.conversation:data", "statement": 4, "consensus": 0.87}
    asked = {"anchor": "p2", "words": PROPOSED, "reason": "87% of all groups agree", "evidence": evidence}
    with pytest.raises(PermissionDenied):
        acts.propose_amendment(make_user(), version, "replace", **asked)
    said = acts.propose_amendment(desk, version, "replace", **asked)
    assert (said.person, said.organisation, said.evidence) == (None, None, evidence)
    assert acts.propose_amendment(desk, version, "replace", **asked) == said
    with pytest.raises(ValidationError) as refused:
        acts.propose_amendment(desk, version, "replace", **{**asked, "evidence": {"at": timezone.now()}})
    assert list(refused.value.message_dict) == ["evidence"]
    assert unsealed() == []


def test_nobody_amends_what_a_later_version_has_replaced(desk):
    version = consulted()
    acts.publish_version(None, next_draft(version))
    with pytest.raises(ValidationError):
        acts.propose_amendment(desk, version, "replace", anchor="p2", words=PROPOSED, reason="Why")


@pytest.mark.django_db(transaction=True)
def test_two_supports_of_one_organisation_at_once_are_one(at_once):
    version, user, colleague = consulted(), make_user(), make_user()
    said, lab = an_amendment(version), speaks_for(user)
    colleague.person.affiliations.create(organisation=lab)
    found = at_once(
        lambda: acts.support(user, said, organisation=lab).pk,
        lambda: acts.support(colleague, said, organisation=lab).pk,
    )
    assert found[0] == found[1]
    assert at_once(Support.objects.count) == [1]
