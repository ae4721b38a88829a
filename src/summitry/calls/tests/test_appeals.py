"""Appeals: the clock, who answers, what comes of it, and what nobody else reads."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from summitry.calls import acts, queries
from summitry.calls.acts import Choice
from summitry.calls.models import Appeal, Call, CoApplicant, Conflict, Decision, Revision
from summitry.calls.rules import DecisionRule, Tier
from summitry.people.models import INSTITUTION, Role, scope_of
from summitry.people.tests.factories import make_mandate, make_user
from summitry.record.models import Entry
from summitry.text.moments import exact
from tests.worlds import remembered

from .after import NO, WAIT, YES, published, sealed, states, under_embargo
from .factories import SILVER, T

pytestmark = pytest.mark.django_db
GROUNDS = "The second juror marked another entry under my number."


def owner(submission):
    return submission.applicant.user


def another_chair(world):
    return make_user(Role.JURY_CHAIR, scope_of(world.call))


@remembered
def appealed(choices=(YES, NO), **changes):
    world = published(list(choices), **changes)
    filed = acts.appeal(owner(world.submissions[1]), world.submissions[1], GROUNDS)
    return world, filed


def test_an_appeal_is_taken_to_the_last_instant_and_not_after():
    world = published([YES, NO, NO])
    _first, second, third = world.submissions
    until = world.call.appeals_until
    assert acts.appeal(owner(second), second, GROUNDS, now=until).filed_at == until
    late = until + timedelta(microseconds=1)
    with pytest.raises(ValidationError) as refused:
        acts.appeal(owner(third), third, GROUNDS, now=late)
    [said] = refused.value.messages
    assert exact(until) in said
    assert exact(late) in said
    assert Appeal.objects.count() == 1


def test_one_an_entry_and_the_same_again_is_harmless():
    world, filed = appealed()
    second = world.submissions[1]
    assert acts.appeal(owner(second), second, f" {GROUNDS} ").pk == filed.pk
    with pytest.raises(ValidationError, match="already"):
        acts.appeal(owner(second), second, "And another thing.")
    assert Entry.objects.filter(kind="calls.appealed").count() == 1


def test_the_record_commits_to_the_grounds_and_does_not_tell_them():
    world, _filed = appealed()
    entry = Entry.objects.get(kind="calls.appealed")
    assert sorted(entry.facts) == ["call", "filed", "ref"]
    assert sorted(entry.said["commitments"]) == ["actor", "grounds"]
    assert GROUNDS not in str(entry.said)
    assert entry.subject == scope_of(world.submissions[1])


def test_who_appeals_and_against_what():
    world = published([YES, WAIT, NO])
    first, third, second = world.submissions
    for user in (world.chair, world.manager, owner(first), make_user()):
        with pytest.raises(PermissionDenied):
            acts.appeal(user, second, GROUNDS)
    with pytest.raises(ValidationError, match="not accepted"):
        acts.appeal(owner(first), first, GROUNDS)
    with pytest.raises(ValidationError, match="which rule"):
        acts.appeal(owner(second), second, "  ")
    with pytest.raises(ValidationError, match="At most 10000"):
        acts.appeal(owner(second), second, "x" * 10001)
    partner = make_user()
    CoApplicant.objects.create(
        submission=second, email=partner.email, person=partner.person, confirmed_at=world.call.published_at
    )
    assert acts.appeal(partner, second, GROUNDS).person == partner.person
    assert acts.appeal(owner(third), third, GROUNDS).upheld is None


def test_there_is_no_appeal_before_publication_nor_without_days():
    for world in (sealed([YES, NO]), under_embargo([YES, NO])):
        second = world.submissions[1]
        with pytest.raises(ValidationError, match="when the results are published"):
            acts.appeal(owner(second), second, GROUNDS)
    without = published([YES, NO], appeal_days=0)
    with pytest.raises(ValidationError, match="give no appeal"):
        acts.appeal(owner(without.submissions[1]), without.submissions[1], GROUNDS)


def test_whoever_decided_does_not_answer():
    world, filed = appealed()
    manager_too = another_chair(world)
    make_mandate(manager_too.person, Role.CALL_MANAGER, scope_of(world.call))
    for user in (world.chair, world.manager, world.jurors[0], owner(filed.submission), manager_too):
        with pytest.raises(PermissionDenied):
            acts.answer_appeal(user, filed, False, "The marks stand.")
    conflicted = another_chair(world)
    Conflict.objects.create(submission=filed.submission, juror=conflicted.person, reason="A book.")
    with pytest.raises(PermissionDenied):
        acts.answer_appeal(conflicted, filed, False, "The marks stand.")
    answered = acts.answer_appeal(make_user(Role.SECRETARIAT), filed, False, "The marks stand.")
    assert answered.upheld is False


def test_upheld_the_entry_is_accepted_beside_the_places(mailoutbox, django_capture_on_commit_callbacks):
    world, filed = appealed(decision=DecisionRule(places=1, reserve=2))
    chair = another_chair(world)
    with django_capture_on_commit_callbacks(execute=True):
        acts.answer_appeal(chair, filed, True, "The marks were exchanged.")
    assert states(world) == ["accepted", "accepted"]
    revision = Revision.objects.get()
    assert (revision.cause, revision.before, revision.after, str(revision.reason), revision.by) == (
        "appeal",
        "rejected",
        "accepted",
        "The marks were exchanged.",
        chair.person,
    )
    entry = Entry.objects.get(kind="calls.appeal_answered")
    assert (entry.facts["upheld"], entry.facts["ref"], entry.said["by"]) == (
        True,
        filed.submission.ref,
        "jury_chair",
    )
    assert entry.subject == scope_of(world.call.verdict)
    assert Entry.objects.filter(kind="calls.accepted").count() == 2
    [letter] = [one for one in mailoutbox if "answer to your appeal" in one.subject]
    assert (letter.to, "upheld" in letter.body) == ([owner(filed.submission).email], True)
    body = world.call.verdict.body
    assert body == type(world.call.verdict).objects.get().body  # the sealed verdict stays as it is
    again = acts.answer_appeal(chair, filed, True, "The marks were exchanged.")
    assert (again.pk, Revision.objects.count()) == (filed.pk, 1)
    with pytest.raises(ValidationError, match="has been answered"):
        acts.answer_appeal(chair, filed, False, "On second thoughts.")


def test_a_place_added_by_an_appeal_is_gone_when_it_is_given_back():
    world = published([YES, WAIT, NO], decision=DecisionRule(places=1, reserve=2))
    first, third, second = world.submissions
    filed = acts.appeal(owner(second), second, GROUNDS)
    acts.answer_appeal(another_chair(world), filed, True, "The marks were exchanged.")
    acts.decline(owner(second), second)
    assert states(world) == ["accepted", "reserve", "declined"]
    acts.decline(owner(first), first)
    assert states(world) == ["declined", "accepted", "declined"]
    assert third.ref in {one.facts["ref"] for one in Entry.objects.filter(kind="calls.moved_up")}


def test_upheld_needs_a_class_where_there_are_classes():
    tiers = DecisionRule(tiers=(Tier("gold", T("Gold"), 1), Tier("silver", T("Silver"))))
    world, filed = appealed([Choice("accepted", "gold"), NO], decision=tiers)
    chair = another_chair(world)
    for tier in ("", "bronze"):
        with pytest.raises(ValidationError, match="tier"):
            acts.answer_appeal(chair, filed, True, "Exchanged.", tier=tier)
    acts.answer_appeal(chair, filed, True, "Exchanged.", tier=SILVER.tier)
    assert Decision.objects.get(submission=filed.submission).tier == "silver"


def test_an_answer_needs_its_reason_and_no_address():
    world, filed = appealed()
    chair = another_chair(world)
    for upheld in (True, False):
        with pytest.raises(ValidationError, match="Say why"):
            acts.answer_appeal(chair, filed, upheld, " ")
        with pytest.raises(ValidationError, match="e-mail"):
            acts.answer_appeal(chair, filed, upheld, "Write to a@example.org")
    filed.refresh_from_db()
    assert filed.answered_at is None


def test_who_has_moved_up_meanwhile_has_nothing_left_to_win():
    world = published([YES, WAIT])
    first, second = world.submissions
    filed = acts.appeal(owner(second), second, GROUNDS)
    acts.decline(owner(first), first)
    chair = another_chair(world)
    with pytest.raises(ValidationError, match="moved up"):
        acts.answer_appeal(chair, filed, True, "Exchanged.")
    assert acts.answer_appeal(chair, filed, False, "You have a place.").upheld is False


# -- pages ----------------------------------------------------------------------------------------


def test_the_applicant_writes_an_appeal_and_reads_its_answer(client):
    world = published([YES, NO])
    second = world.submissions[1]
    client.force_login(owner(second))
    own, form = (reverse(f"calls:{name}", args=[second.uid]) for name in ("submission", "appeal"))
    until = world.call.appeals_until.isoformat().replace("+00:00", "Z")
    assert until in client.get(own).content.decode()
    assert until in client.get(form).content.decode()
    assert client.post(form, {"words": ""}).status_code == 422
    assert client.post(form, {"words": GROUNDS}).status_code == 302
    page = client.get(own).content.decode()
    assert GROUNDS in page
    assert form not in page
    assert client.get(form).status_code == 302
    acts.answer_appeal(another_chair(world), Appeal.objects.get(), False, "The marks stand.")
    assert "The marks stand." in client.get(own).content.decode()


def test_after_the_clock_the_page_says_so_and_what_was_typed_stays(client):
    world = published([YES, NO])
    second = world.submissions[1]
    client.force_login(owner(second))
    form, call = reverse("calls:appeal", args=[second.uid]), world.fresh()
    Call.objects.filter(pk=call.pk).update(appeals_until=timezone.now() - timedelta(seconds=1))
    page = client.get(form).content.decode()
    assert "Appeals were taken until" in page
    assert "<textarea" not in page
    late = client.post(form, {"words": GROUNDS})
    assert late.status_code == 422
    assert "yours arrived at" in late.content.decode()
    assert GROUNDS in late.content.decode()
    assert not Appeal.objects.exists()


def test_upheld_the_old_reason_is_no_reason_of_the_answer(client):
    world = published([YES, NO])
    second = world.submissions[1]
    filed = acts.appeal(owner(second), second, GROUNDS)
    client.force_login(owner(second))
    own = reverse("calls:submission", args=[second.uid])
    assert "<h3>The reason</h3>" in client.get(own).content.decode()
    tiers = world.fresh().rules.decision.tiers
    acts.answer_appeal(another_chair(world), filed, True, "It was.", tier=tiers[0].key if tiers else "")
    page = client.get(own).content.decode()
    assert "<h3>The reason</h3>" not in page
    assert page.index("It was.") < page.index("The answer against which it was")


def test_the_call_tells_how_many_and_how_they_ended_and_nothing_else(client):
    world = published([YES, NO, NO, NO])
    chair = another_chair(world)
    for at, upheld in ((1, True), (2, False), (3, None)):
        filed = acts.appeal(owner(world.submissions[at]), world.submissions[at], f"{GROUNDS} {at}")
        if upheld is not None:
            acts.answer_appeal(chair, filed, upheld, "Why.")
    counts = queries.appeals_of(world.fresh())
    assert (counts.filed, counts.upheld, counts.dismissed, counts.open) == (3, 1, 1, 1)
    for name in ("detail", "results"):
        page = client.get(reverse(f"calls:{name}", args=[world.call.slug])).content.decode()
        assert 'id="appeals"' in page
        assert GROUNDS not in page
    assert queries.appeals_of(sealed([YES]).call) is None


def test_those_who_answer_see_appeals_and_nobody_with_a_conflict(client):
    world, filed = appealed()
    listed = reverse("calls:appeals", args=[world.call.slug])
    one = reverse("calls:appeal_answer", args=[world.call.slug, filed.submission.ref])
    chair, auditor, conflicted = another_chair(world), make_user(Role.AUDITOR), another_chair(world)
    Conflict.objects.create(submission=filed.submission, juror=conflicted.person, reason="A book.")
    seen = {}
    for name, user in {
        "chair": chair,
        "decided": world.chair,
        "auditor": auditor,
        "conflicted": conflicted,
        "manager": world.manager,
        "juror": world.jurors[0],
        "applicant": owner(filed.submission),
    }.items():
        client.force_login(user)
        answers = client.get(listed), client.get(one)
        text = b"".join(answer.content for answer in answers).decode()
        seen[name] = ([answer.status_code for answer in answers], GROUNDS in text, 'name="upheld"' in text)
    assert seen == {
        "chair": ([200, 200], True, True),
        "decided": ([200, 200], True, False),
        "auditor": ([200, 200], True, False),
        "conflicted": ([200, 404], False, False),
        "manager": ([403, 403], False, False),
        "juror": ([403, 403], False, False),
        "applicant": ([403, 403], False, False),
    }
    client.force_login(chair)
    assert client.post(one, {"upheld": "no"}).status_code == 422
    client.post(one, {"upheld": "no", "answer_en": "The marks stand."})
    filed.refresh_from_db()
    assert (filed.upheld, str(filed.answer)) == (False, "The marks stand.")


def test_an_appeal_waits_for_those_who_may_answer_it():
    world, filed = appealed()
    chair, secretary = another_chair(world), make_user(Role.SECRETARIAT, INSTITUTION)

    def waits(user):
        return [one for one in queries.waiting(user) if "appeal" in one.title]

    for user in (chair, secretary):
        [found] = waits(user)
        assert (found.count, found.due) == (1, filed.due_at)
    for user in (world.chair, world.manager, world.jurors[0], owner(filed.submission)):
        assert waits(user) == []
    acts.answer_appeal(chair, filed, False, "The marks stand.")
    assert waits(chair) == []


def test_queries_of_the_list_do_not_grow(client):
    counts = []
    for many in (1, 3):
        world = published([YES, *[NO] * many])
        for one in world.submissions[1:]:
            acts.appeal(owner(one), one, GROUNDS)
        client.force_login(another_chair(world))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("calls:appeals", args=[world.call.slug]))
        with CaptureQueriesContext(connection) as waiting:
            queries.waiting(another_chair(world))
        counts.append((len(captured), len(waiting)))
    assert counts[0] == counts[1]
