"""Places given back, and the reserve list that moves up by itself."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from summitry.calls import acts, faces, outcomes, queries
from summitry.calls.acts import Choice
from summitry.calls.models import Decision, Revision
from summitry.calls.queries.answers import reserve_list, vacant
from summitry.calls.rules import DecisionRule, Tier
from summitry.people.models import scope_of
from summitry.people.tests.factories import make_user
from summitry.record.models import Entry

from .after import NO, WAIT, YES, categories, published, sealed, states, under_embargo
from .factories import T, decide, judged, make_sent, open_world

pytestmark = pytest.mark.django_db
WHY = "It is the only one of its region."


def owner(submission):
    return submission.applicant.user


def kinds(*wanted):
    return list(Entry.objects.filter(kind__in=wanted).order_by("index").values_list("kind", flat=True))


def test_a_place_given_back_goes_to_the_best_that_waits():
    world = published([YES, YES, WAIT, WAIT, NO])
    first, _second, third, fourth, _last = world.submissions
    assert states(world) == ["accepted", "accepted", "reserve", "reserve", "rejected"]
    acts.decline(owner(first), first)
    assert states(world) == ["declined", "accepted", "accepted", "reserve", "rejected"]
    assert [
        (one.cause, one.before, one.after, one.decision.submission) for one in Revision.objects.all()
    ] == [
        ("declined", "accepted", "declined", first),
        ("moved_up", "reserve", "accepted", third),
    ]
    assert Decision.objects.get(submission=third).result == "accepted"
    assert [one.submission for one in reserve_list(world.fresh())] == [fourth]
    moved = Entry.objects.get(kind="calls.moved_up")
    assert (moved.subject, moved.facts["ref"], moved.said["by"]) == (
        scope_of(world.call.verdict),
        third.ref,
        "rules",
    )
    accepted = Entry.objects.filter(kind="calls.accepted", subject=scope_of(third)).get()
    assert accepted.said["by"] == "rules"
    assert "reason" not in Entry.objects.get(kind="calls.declined").facts
    again = acts.decline(owner(first), first)
    assert (again.state, Revision.objects.count()) == ("declined", 2)


def test_who_gives_back_and_when():
    world = sealed([YES, WAIT, NO])
    first, second, third = world.submissions
    for user in (world.manager, world.chair, owner(second), make_user()):
        with pytest.raises(PermissionDenied):
            acts.decline(user, first)
    acts.publish(world.manager, world.fresh())
    with pytest.raises(ValidationError, match="no place"):
        acts.decline(owner(third), third)
    acts.decline(owner(second), second)
    assert states(world) == ["accepted", "declined", "rejected"]
    assert vacant(world.fresh()) == []  # whoever waited had no place
    acts.decline(owner(first), first)
    assert [one.submission for one in vacant(world.fresh())] == [first]
    early = open_world()
    sent = make_sent(early)
    with pytest.raises(ValidationError, match="withdrawn"):
        acts.decline(owner(sent), sent)


def test_before_publication_the_record_does_not_tell_whose_place_it_was():
    """Sealed and not published: whoever steps out, accepted or not, leaves the same trace; the move shows in
    the record when the results are public."""
    traces = []
    for at in (0, 2):
        world = sealed([YES, WAIT, NO])
        one = world.submissions[at]
        before = Entry.objects.count()
        acts.decline(owner(one), one)
        [found] = Entry.objects.order_by("index")[before:]
        traces.append((found.kind, found.said["by"], sorted(found.facts), sorted(found.said["commitments"])))
        assert {entry.state for entry in world.submissions} == {"submitted", "declined"}
    assert traces[0] == traces[1]
    assert traces[0][0] == "calls.declined"
    assert Entry.objects.filter(kind="calls.moved_up").count() == 0


def test_a_move_before_publication_is_told_and_real_at_publication(made):
    world = sealed([YES, WAIT, NO], outcome="tests.thing")
    first, second, _third = world.submissions
    acts.decline(owner(first), first)
    assert made == []
    acts.publish(world.manager, world.fresh())
    assert made == [(world.manager, second.ref)]
    assert states(world) == ["declined", "accepted", "rejected"]
    assert Entry.objects.get(kind="calls.moved_up").facts["ref"] == second.ref
    facts = Entry.objects.get(kind="calls.published").facts
    assert (facts["accepted"], facts["reserve"], facts["rejected"]) == (1, 0, 1)


def test_the_public_face_follows_with_an_entry_of_the_record():
    world = published([YES, WAIT])
    first, second = world.submissions
    slug = world.call.slug
    assert [one["ref"] for one in faces.verdict_faces([slug])[slug]["accepted"]] == [first.ref]
    acts.decline(owner(first), first)
    assert [one["ref"] for one in faces.verdict_faces([slug])[slug]["accepted"]] == [second.ref]
    assert [one.submission for one in queries.call_page(slug).accepted] == [second]
    assert queries.chosen_story(Decision.objects.get(submission=first)) is None
    from summitry.record import queries as record

    assert [one for one in record.changed_faces() if one.startswith("calls.")] == []


def in_categories(keys, choices, **quotas):
    decision = DecisionRule(places=None if any(quotas.values()) else 4, reserve=5)
    world = open_world(categories=categories(**quotas), decision=decision, jurors=1)
    from .factories import close, mark, screen_all

    for key in keys:
        make_sent(world, category=key)
    close(world)
    screen_all(world)
    for one in world.submissions:
        acts.assign(world.manager, one, world.jurors[0].person)
    acts.open_stage(world.manager, world.run("jury"))
    for at, one in enumerate(world.submissions):
        mark(world.jurors[0], one, 5 - at, 5)
    acts.close_stage(world.manager, world.run("jury"))
    acts.open_stage(world.manager, world.run("deliberation"))
    call = decide(world, *choices)
    acts.seal_verdict(world.chair, call, call.sheet)
    acts.publish(world.manager, world.fresh())
    return world


def test_a_place_of_a_category_with_a_quota_stays_in_it():
    world = in_categories(["a", "b", "b", "a"], [YES, YES, WAIT, WAIT], a=1, b=1)
    acts.decline(owner(world.submissions[0]), world.submissions[0])
    assert states(world) == ["declined", "accepted", "reserve", "accepted"]


def test_if_none_of_the_category_waits_the_best_for_whom_there_is_room_moves_up():
    full = in_categories(["a", "b", "b"], [YES, YES, WAIT], a=1, b=1)
    acts.decline(owner(full.submissions[0]), full.submissions[0])
    assert states(full) == ["declined", "accepted", "reserve"]  # b has its one
    room = in_categories(["a", "b", "b"], [YES, YES, WAIT], a=1, b=2)
    acts.decline(owner(room.submissions[0]), room.submissions[0])
    assert states(room) == ["declined", "accepted", "accepted"]


def test_without_quotas_the_best_on_the_whole_list_moves_up():
    world = in_categories(["a", "b", "a"], [YES, WAIT, WAIT], a=None, b=None)
    acts.decline(owner(world.submissions[0]), world.submissions[0])
    assert states(world) == ["declined", "accepted", "reserve"]


@pytest.mark.parametrize(("quota", "tier"), [(1, "gold"), (None, "silver")])
def test_the_last_class_that_has_room_goes_with_the_place(quota, tier):
    decision = DecisionRule(
        places=2, reserve=2, tiers=(Tier("gold", T("Gold"), 1), Tier("silver", T("Silver"), quota))
    )
    world = published([Choice("accepted", "gold"), Choice("accepted", "silver"), WAIT], decision=decision)
    first, _second, third = world.submissions
    acts.decline(owner(first), first)
    assert Decision.objects.get(submission=third).tier == tier


def test_what_came_of_the_entry_is_taken_back(made):
    taken = []
    known = outcomes.get("tests.thing")
    outcomes._outcomes["tests.thing"] = replace(
        known, take_back=lambda decision: taken.append(decision.outcome)
    )
    world = published([YES, WAIT], outcome="tests.thing")
    first, second = world.submissions
    acts.decline(owner(first), first)
    assert taken == [f"tests.thing:{first.ref}"]
    assert made == [(world.manager, first.ref), (None, second.ref)]


def test_the_next_ones_trouble_keeps_nobody_in_her_place(
    made, mailoutbox, django_capture_on_commit_callbacks
):
    world = open_world(outcome="tests.thing", decision=DecisionRule(places=1, reserve=2), jurors=1)
    for title in ("Yes", "No"):
        make_sent(world, title=title)
    from .factories import close, mark, screen_all

    close(world)
    screen_all(world)
    for one in world.submissions:
        acts.assign(world.manager, one, world.jurors[0].person)
    acts.open_stage(world.manager, world.run("jury"))
    for at, one in enumerate(world.submissions):
        mark(world.jurors[0], one, 5 - at, 5)
    acts.close_stage(world.manager, world.run("jury"))
    acts.open_stage(world.manager, world.run("deliberation"))
    call = decide(world, YES, WAIT)
    acts.seal_verdict(world.chair, call, call.sheet)
    acts.publish(world.manager, world.fresh())
    first, second = world.submissions
    with django_capture_on_commit_callbacks(execute=True):
        acts.decline(owner(first), first)
    assert states(world) == ["declined", "reserve"]
    assert Revision.objects.filter(cause="moved_up").count() == 0
    [letter] = [one for one in mailoutbox if one.to == [world.manager.email] and "is empty" in one.subject]
    assert "It has no place." in letter.body
    second.answers["title"] = T("Now yes").to_json()
    second.save()
    for user in (world.chair, owner(second)):
        with pytest.raises(PermissionDenied):
            acts.move_up(user, world.fresh())
    assert [one.submission for one in acts.move_up(world.manager, world.fresh())] == [second]
    assert states(world) == ["declined", "accepted"]
    assert acts.move_up(world.manager, world.fresh()) == []


def test_the_letter_says_that_it_moved_up(mailoutbox, django_capture_on_commit_callbacks):
    world = published([YES, WAIT])
    first, second = world.submissions
    with django_capture_on_commit_callbacks(execute=True):
        acts.decline(owner(first), first)
    [letter] = [one for one in mailoutbox if one.to == [owner(second).email] and "A place for" in one.subject]
    assert "moved up from the reserve list" in letter.body
    assert "Others were stronger" not in letter.body
    page = queries.submission_page(owner(second), second.uid)
    assert (page.moved_up, str(page.reason)) == (True, "")


def test_under_embargo_who_was_told_is_told_again_and_nobody_else(
    mailoutbox, django_capture_on_commit_callbacks
):
    world = under_embargo([YES, WAIT, NO])
    acts.tell(world.manager, world.fresh())
    first, second, _third = world.submissions
    with django_capture_on_commit_callbacks(execute=True):
        acts.decline(owner(first), first)
    told = [one for one in mailoutbox if "A place for" in one.subject]
    assert [one.to for one in told] == [[owner(second).email]]
    assert "UNDER EMBARGO" in told[0].body
    assert states(world) == ["declined", "submitted", "submitted"]
    assert kinds("calls.moved_up", "calls.accepted") == []


def test_the_place_on_the_list_is_counted_anew():
    world = published([YES, WAIT, WAIT])
    _first, second, third = world.submissions
    assert [queries.submission_page(owner(one), one.uid).place for one in (second, third)] == [1, 2]
    acts.decline(owner(second), second)
    assert queries.submission_page(owner(third), third.uid).place == 1
    assert queries.submission_page(owner(second), second.uid).decision is None


def test_reserve_is_refused_without_a_list_or_beyond_it():
    world = open_world()
    judged(world, [[(5, 5)]])
    with pytest.raises(ValidationError, match="reserve list has 0"):
        decide(world, WAIT)
    full = open_world(decision=DecisionRule(places=1, reserve=1), jurors=1)
    judged(full, [[(5, 5)], [(4, 5)], [(3, 5)]])
    with pytest.raises(ValidationError, match="reserve list has 1"):
        decide(full, YES, WAIT, WAIT)


def test_the_chair_puts_entries_on_the_list_on_her_sheet(client):
    world = open_world(decision=DecisionRule(places=1, reserve=1), jurors=1)
    one, two, three = judged(world, [[(5, 5)], [(4, 5)], [(3, 5)]])
    page = reverse("calls:sheet", args=[world.call.slug])
    client.force_login(world.chair)
    assert client.get(page).content.decode().count('value="reserve:"') == 3
    data = {"version": world.fresh().sheet, f"choice_{one.pk}": "accepted:"}
    for entry, result in ((two, "reserve"), (three, "rejected")):
        data |= {f"choice_{entry.pk}": f"{result}:", f"standard_{entry.pk}": "weaker"}
    assert client.post(page, data).status_code == 302
    decided = Decision.objects.order_by("submission__number").values_list("result", "standard")
    assert list(decided) == [("accepted", ""), ("reserve", "weaker"), ("rejected", "weaker")]
    assert 'value="reserve:" selected' in client.get(page).content.decode()
    without = open_world(jurors=1)
    judged(without, [[(5, 5)]])
    client.force_login(without.chair)
    assert "reserve:" not in client.get(reverse("calls:sheet", args=[without.call.slug])).content.decode()


def test_the_applicant_gives_her_place_back_after_being_asked_once_more(client):
    world = published([YES, WAIT, NO])
    first, second, third = world.submissions
    page = reverse("calls:decline", args=[first.uid])
    client.force_login(owner(first))
    assert page in client.get(reverse("calls:submission", args=[first.uid])).content.decode()
    assert "Give the place back?" in client.get(page).content.decode()
    assert states(world) == ["accepted", "reserve", "rejected"]
    assert [client.post(page).status_code, client.post(page).status_code] == [302, 302]
    assert states(world) == ["declined", "accepted", "rejected"]
    assert (
        "You have stepped out" in client.get(reverse("calls:submission", args=[first.uid])).content.decode()
    )
    client.force_login(owner(third))
    assert client.get(page).status_code == 404
    own = reverse("calls:decline", args=[third.uid])
    assert client.get(own).status_code == 302
    assert client.post(own).status_code == 422
    results = client.get(reverse("calls:results", args=[world.call.slug])).content.decode()
    assert second.ref in results
    assert first.ref not in results
    assert "moved up from the reserve list" in results


def test_the_public_results_show_the_accepted_only(client):
    world = published([YES, WAIT, NO])
    client.force_login(make_user())
    page = client.get(reverse("calls:results", args=[world.call.slug])).content.decode()
    assert [one.ref in page for one in world.submissions] == [True, False, False]
    assert "reserve" not in page
