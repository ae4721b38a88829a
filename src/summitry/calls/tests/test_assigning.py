"""Who judges what: by hand, and by the engine from what jurors say."""

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone, translation

from summitry.calls import acts, matching, shortages
from summitry.calls.models import Assignment, JurorProfile
from summitry.calls.rules import Choice, Field
from summitry.engines.assignment import Shortage
from summitry.people.tests.factories import make_organisation, make_user
from summitry.record.act import Stale

from .factories import (
    FIELDS,
    STAGES,
    T,
    close,
    judged,
    jury,
    make_sent,
    mark,
    open_world,
    rules,
    screen_all,
    screening,
)

pytestmark = pytest.mark.django_db


def scoring(**options):
    """The stages, the score stage with these options."""
    screen, score, *rest = STAGES
    return (screen, score.__class__(**{**_fields(score), "options": {**score.options, **options}}), *rest)


def _fields(stage):
    return {name: getattr(stage, name) for name in stage.__dataclass_fields__}


def standing(world):
    """(entry's number, juror's position) of every open assignment."""
    order = {juror.person.pk: at for at, juror in enumerate(world.jurors)}
    found = Assignment.objects.filter(ended_at=None, submission__call=world.call)
    return sorted((row.submission.number, order[row.juror_id]) for row in found.select_related("submission"))


def profile(world, at, **options):
    person = world.jurors[at].person
    return acts.save_juror_profile(world.manager, world.call, person, **options)


# -- by hand --------------------------------------------------------------------------------------


def test_by_hand():
    world = open_world()
    [one] = jury(world)
    made = acts.assign(world.manager, one, world.jurors[0].person)
    assert (made.manual, made.stage.key) == (True, "jury")
    assert acts.assign(world.manager, one, world.jurors[0].person) == made
    with pytest.raises(ValidationError) as caught:
        acts.assign(world.manager, one, make_user().person)
    assert set(caught.value.message_dict) == {"juror"}
    for user in (world.chair, world.screener, world.jurors[0]):
        with pytest.raises(PermissionDenied):
            acts.assign(user, one, world.jurors[1].person)


def test_what_failed_is_assigned_to_nobody():
    world = open_world()
    [one] = screening(world)
    acts.screen(world.screener, one, False, standard="scope")
    acts.close_stage(world.manager, world.run("screening"))
    with pytest.raises(ValidationError, match="not in the running"):
        acts.assign(world.manager, one, world.jurors[0].person)


def test_taking_an_assignment_back():
    world = open_world()
    [one] = jury(world)
    made = acts.assign(world.manager, one, world.jurors[0].person)
    with pytest.raises(PermissionDenied):
        acts.unassign(world.jurors[0], made)
    gone = acts.unassign(world.manager, made, "ill")
    assert gone.end_reason == "ill"
    assert acts.unassign(world.manager, made).ended_at == gone.ended_at
    again = acts.assign(world.manager, one, world.jurors[0].person)
    assert again != made
    acts.open_stage(world.manager, world.run("jury"))
    mark(world.jurors[0], one, 3, 3)
    with pytest.raises(ValidationError, match="they stay"):
        acts.unassign(world.manager, again)


# -- dealing --------------------------------------------------------------------------------------


def test_dealing_is_balanced_and_done_again_it_changes_nothing():
    world = open_world(jurors=4)
    jury(world, 6)
    dealt = acts.assign_all(world.manager, world.fresh())
    assert (dealt.made, dealt.ended, dealt.short, dealt.reasons) == (12, 0, {}, [])
    loads = [Assignment.objects.filter(juror=juror.person).count() for juror in world.jurors]
    assert loads == [3, 3, 3, 3]
    rows = list(Assignment.objects.order_by("pk").values())
    again = acts.assign_all(world.manager, world.call)
    assert (again.made, again.ended) == (0, 0)
    assert list(Assignment.objects.order_by("pk").values()) == rows
    more = acts.assign_all(world.manager, world.call, per_entry=3)
    assert (more.made, more.ended) == (6, 0)  # what stands is kept where nothing better is reached without it
    assert not Assignment.objects.filter(manual=True).exists()


def test_an_entry_goes_to_who_knows_its_topics():
    world = open_world(rules(stages=scoring(per_entry=1)), jurors=2)
    make_sent(world, category="north", theme="ai")
    make_sent(world, category="south", theme="data")
    close(world)
    screen_all(world)
    profile(world, 0, topics=["south", "theme.data"])
    profile(world, 1, topics=["north"])
    dealt = acts.assign_all(world.manager, world.fresh())
    assert standing(world) == [(1, 1), (2, 0)]
    assert (dealt.worst, dealt.mean, dealt.proven) == (0.5, 0.75, True)  # half of the first entry's topics


def test_words_of_a_statement_count_and_never_take_anything():
    world = open_world(rules(stages=scoring(per_entry=1)), jurors=2)
    make_sent(world, summary="Fisheries record each catch once.")
    make_sent(world, summary="Speech recognition for courts.")
    close(world)
    screen_all(world)
    profile(world, 0, statement="I worked on speech recognition.")
    profile(world, 1, statement="Marine fisheries.", topics=["north"])
    question = matching.ask(world.fresh(), world.run("jury"))
    affinity = question.problem.affinity
    assert affinity[1, 0] > affinity[0, 0]
    assert (affinity[:, 1] >= 1).all()  # both are in the north, the only topic that they have
    acts.assign_all(world.manager, world.call)
    assert standing(world) == [(1, 1), (2, 0)]


def test_hidden_answers_and_names_say_nothing_to_the_engine():
    """What a juror never sees of an entry decides nothing either."""
    secret = Field(
        "origin", "choice", T("Origin"), choices=(Choice("x", T("X")),), visibility="hidden_from_jurors"
    )
    world = open_world(rules(fields=(*FIELDS, secret)))
    make_sent(world, origin="x", contact="zanzibar", organisation="Zanzibar", note="private zebra")
    [entry] = world.submissions
    found = world.call.rules
    assert matching.topics_of(entry, list(matching.topics(found))) == {"north"}
    assert [key for key, _label in matching.topic_choices(found)] == [
        "north",
        "south",
        "theme.ai",
        "theme.data",
    ]
    words = matching.texts_of(entry, found)
    assert "zanzibar" not in words.lower()
    assert "private zebra" in words  # a private answer is private to the public, not to the jury
    assert "Boats record one catch once." in words
    assert "Une fiducie" in words


def test_the_worst_served_entry_comes_first():
    """One juror knows both entries' category, the other the first alone."""
    world = open_world(rules(stages=scoring(per_entry=1, most=1)), jurors=2)
    make_sent(world, category="north", theme="ai")
    make_sent(world, category="north", theme="data")
    close(world)
    screen_all(world)
    profile(world, 0, topics=["north", "theme.ai"])  # 1 and 1/2
    profile(world, 1, topics=["theme.ai"])  # 1/2 and 0
    dealt = acts.assign_all(world.manager, world.fresh())
    assert standing(world) == [(1, 1), (2, 0)]  # by the sum alone: 1 and 0, or 1/2 and 1/2
    assert (dealt.worst, dealt.mean) == (0.5, 0.5)


def test_a_juror_gets_no_more_than_she_can_take():
    world = open_world(jurors=3)
    jury(world, 4)
    profile(world, 0, most=1)
    acts.assign_all(world.manager, world.fresh())
    loads = [Assignment.objects.filter(juror=juror.person).count() for juror in world.jurors]
    assert loads == [1, 4, 3] or loads == [1, 3, 4]


def test_at_most_so_many_jurors_of_a_region():
    world = open_world(rules(stages=scoring(per_entry=2, regions=1)), jurors=4)
    jury(world, 2)
    for at, country in enumerate(("KE", "NG", "KE", "")):
        world.jurors[at].person.country = country
        world.jurors[at].person.save()
    profile(world, 2, region="142")  # she judges for Asia
    acts.assign_all(world.manager, world.fresh())
    for entry in world.submissions:
        held = {at for number, at in standing(world) if number == entry.number}
        assert len(held) == 2
        assert held != {0, 1}
    assert len(standing(world)) == 4


def test_only_who_reads_its_language_gets_an_entry():
    world = open_world(rules(stages=scoring(per_entry=1, languages=True)), jurors=3)
    one, _two = jury(world, 2)
    type(one).objects.filter(pk=one.pk).update(language="ar")
    profile(world, 1, languages=["ar", "en"])
    world.jurors[2].person.languages = ["fr"]
    world.jurors[2].person.save()
    acts.assign_all(world.manager, world.fresh(), most=1)
    assert standing(world) == [(1, 1), (2, 0)]  # the first reads the language of her account


# -- what cannot be -------------------------------------------------------------------------------


def test_nothing_is_dealt_where_readers_are_missing_and_the_reason_is_said():
    world = open_world(rules(stages=scoring(per_entry=2, languages=True)), jurors=3)
    one, _two = jury(world, 2)
    type(one).objects.filter(pk=one.pk).update(language="ar")
    profile(world, 0, languages=["en", "ar"])
    with pytest.raises(ValidationError) as caught:
        acts.assign_all(world.manager, world.fresh())
    assert caught.value.messages == [
        "Category “North” needs 1 more juror who reads Arabic. 1 place on jurors’ lists is lacking."
    ]
    assert not Assignment.objects.exists()
    dealt = acts.assign_all(world.manager, world.call, partly=True)
    assert (dealt.made, dealt.short, dealt.reasons) == (3, {one.ref: 1}, caught.value.messages)
    again = acts.assign_all(world.manager, world.call, partly=True)
    assert (again.made, again.ended, again.short) == (0, 0, {one.ref: 1})


def test_dealing_respects_conflicts_and_says_what_is_short():
    world = open_world(jurors=2)
    body = make_organisation()
    world.jurors[0].person.affiliations.create(organisation=body)
    applicant = make_user()
    applicant.person.affiliations.create(organisation=body)
    one, two = make_sent(world, applicant), make_sent(world)
    close(world)
    screen_all(world)
    with pytest.raises(ValidationError, match="without a conflict of interest"):
        acts.assign_all(world.manager, world.fresh())
    dealt = acts.assign_all(world.manager, world.fresh(), partly=True)
    assert (dealt.made, dealt.short) == (3, {one.ref: 1})
    assert [row.juror for row in Assignment.objects.filter(submission=one)] == [world.jurors[1].person]
    assert Assignment.objects.filter(submission=two).count() == 2


def test_dealing_keeps_to_the_most_that_a_juror_reads():
    world = open_world(jurors=2)
    jury(world, 3)
    with pytest.raises(ValidationError, match="2 places on jurors’ lists are lacking"):
        acts.assign_all(world.manager, world.fresh(), most=2)
    dealt = acts.assign_all(world.manager, world.fresh(), most=2, partly=True)
    assert dealt.made == 4
    assert sorted(dealt.short.values()) == [1, 1]  # the lack is shared


@pytest.mark.parametrize(
    ("groups", "causes", "readers", "words"),
    [
        ({("north", "ar"): 3}, {"language": 2}, 4, "Category “North” needs 4 more jurors who read Arabic."),
        (
            {("north", "ar"): 1, ("south", "ru"): 1},
            {"language": 2},
            2,
            "The call needs 2 more jurors who read Arabic, Russian.",
        ),
        ({("south", "en"): 1}, {"regions": 1}, 1, "Category “South” needs 1 more juror from another region."),
        ({("", "en"): 1}, {"barred": 1}, 1, "The call needs 1 more juror without a conflict of interest."),
        ({("north", "en"): 1}, {}, 1, "Category “North” needs 1 more juror."),
        (
            {("south", "en"): 1},
            {"caps": 9, "language": 1},
            3,
            "Category “South” needs 3 more jurors.",
        ),
    ],
)
def test_shortages_in_words(groups, causes, readers, words):
    one = Shortage((0,), groups, 2, readers, causes)
    [said] = shortages.sentences(rules(), [one])
    longer = " Longer lists would help too." if "caps" in causes else ""
    assert said == f"{words} 2 places on jurors’ lists are lacking.{longer}"


def test_shortages_are_said_in_the_managers_language():
    with translation.override("fr"):
        [said] = shortages.sentences(rules(), [Shortage((0,), {("north", "en"): 1}, 1, 1, {})])
    assert "North" in said


# -- again ----------------------------------------------------------------------------------------


def test_what_was_made_by_hand_or_begun_stays_and_the_rest_moves_only_for_something_better():
    world = open_world(rules(stages=scoring(per_entry=1, most=2)), jurors=4)
    for theme in ("ai", "data", "ai"):
        make_sent(world, theme=theme)
    close(world)
    screen_all(world)
    first, second, third = world.submissions
    by_hand = acts.assign(world.manager, first, world.jurors[3].person)
    acts.assign_all(world.manager, world.fresh())
    before = {row.submission_id: row for row in Assignment.objects.filter(ended_at=None)}
    begun = before[second.pk]
    acts.open_stage(world.manager, world.run("jury"))
    acts.declare_no_conflict(next(one for one in world.jurors if one.person == begun.juror), second)
    begun.refresh_from_db()
    idle = {juror.person for juror in world.jurors} - {row.juror for row in before.values()}
    [expert] = [at for at, juror in enumerate(world.jurors) if juror.person in idle]
    profile(world, expert, topics=["north", "theme.ai"])
    dealt = acts.assign_all(world.manager, world.fresh())
    assert (dealt.made, dealt.ended) == (1, 1)
    now = {row.submission_id: row for row in Assignment.objects.filter(ended_at=None)}
    assert now[first.pk] == by_hand
    assert now[second.pk] == begun
    assert now[third.pk].juror == world.jurors[expert].person
    gone = Assignment.objects.get(pk=before[third.pk].pk)
    assert gone.end_reason == "better"
    assert gone.ended_at is not None
    again = acts.assign_all(world.manager, world.call)
    assert (again.made, again.ended) == (0, 0)


def test_sent_marks_stay_whatever_comes():
    world = open_world(rules(stages=scoring(per_entry=1)), jurors=2)
    [one] = jury(world)
    acts.assign_all(world.manager, world.fresh())
    acts.open_stage(world.manager, world.run("jury"))
    row = Assignment.objects.get()
    juror = next(user for user in world.jurors if user.person == row.juror)
    mark(juror, one, 3, 3)
    other = next(at for at, user in enumerate(world.jurors) if user != juror)
    profile(world, other, topics=["north"])
    dealt = acts.assign_all(world.manager, world.fresh())
    assert (dealt.made, dealt.ended, dealt.worst) == (0, 0, None)
    row.refresh_from_db()
    assert row.ended_at is None


def test_who_has_left_the_jury_loses_what_she_has_not_sent_and_her_marks_count():
    world = open_world(jurors=3)
    one, two = jury(world, 2)
    leaver = world.jurors[0]
    acts.assign(world.manager, one, leaver.person)
    acts.assign(world.manager, two, leaver.person)
    acts.open_stage(world.manager, world.run("jury"))
    mark(leaver, one, 3, 3)
    leaver.person.mandates.update(until="2020-01-02T00:00:00Z", since="2020-01-01T00:00:00Z")
    dealt = acts.assign_all(world.manager, world.fresh())
    assert (dealt.made, dealt.ended) == (3, 1)
    assert standing(world) == [(1, 0), (1, 1), (2, 1), (2, 2)] or standing(world) == [
        (1, 0),
        (1, 2),
        (2, 1),
        (2, 2),
    ]
    assert Assignment.objects.get(end_reason="left").submission == two


def test_a_conflict_that_came_since_is_served_by_somebody_else():
    world = open_world(jurors=3)
    one, _two = jury(world, 2)
    acts.assign_all(world.manager, world.fresh())
    acts.open_stage(world.manager, world.run("jury"))
    stepping = Assignment.objects.filter(submission=one).order_by("pk").first()
    user = next(juror for juror in world.jurors if juror.person == stepping.juror)
    acts.declare_conflict(user, one)
    dealt = acts.assign_all(world.manager, world.fresh())
    assert (dealt.made, dealt.ended) == (1, 0)
    jurors = set(Assignment.objects.filter(submission=one, ended_at=None).values_list("juror", flat=True))
    assert jurors == {juror.person.pk for juror in world.jurors} - {user.person.pk}


def test_what_changes_while_it_is_computed_is_computed_again(monkeypatch):
    world = open_world()
    one, _two = jury(world, 2)
    compute, seen = matching.plan, []

    def slow(question, partly=False):
        found = compute(question, partly)
        if not seen:
            acts.assign(world.manager, one, world.jurors[2].person)
        seen.append(len(found.make))
        return found

    monkeypatch.setattr(matching, "plan", slow)
    dealt = acts.assign_all(world.manager, world.fresh())
    assert seen == [4, 3]
    assert dealt.made == 3
    assert Assignment.objects.filter(ended_at=None).count() == 4


def test_what_never_stops_changing_is_said(monkeypatch):
    world = open_world(jurors=5)
    jury(world, 4)
    compute, seen = matching.plan, []

    def slow(question, partly=False):
        profile(world, 0, most=len(seen) + 1)
        seen.append(1)
        return compute(question, partly)

    monkeypatch.setattr(matching, "plan", slow)
    with pytest.raises(Stale):
        acts.assign_all(world.manager, world.fresh())
    assert len(seen) == 3
    assert not Assignment.objects.exists()


def test_dealing_needs_a_jury_a_stage_and_a_manager():
    world = open_world(jurors=0)
    jury(world)
    with pytest.raises(ValidationError, match="no jury"):
        acts.assign_all(world.manager, world.call)
    for user in (world.chair, world.screener, make_user()):
        with pytest.raises(PermissionDenied):
            acts.assign_all(user, world.call)
    judged_world = open_world()
    judged(judged_world, [[(3, 3)]])
    with pytest.raises(ValidationError, match="takes assignments"):
        acts.assign_all(judged_world.manager, judged_world.call)


@pytest.mark.parametrize("many", [1, 3])
def test_the_question_costs_the_same_for_one_and_three(django_assert_num_queries, many):
    world = open_world(rules(stages=scoring(languages=True, regions=2)), jurors=many)
    for at, entry in enumerate(jury(world, many)):
        acts.assign(world.manager, entry, world.jurors[at].person)
        profile(world, at, topics=["north"], statement="Boats")
    call, run = world.fresh(), world.run("jury")
    with django_assert_num_queries(12):
        question = matching.ask(call, run)
    assert question.problem.affinity.shape == (many, many)
    assert np.diag(question.problem.affinity).tolist() == [1.0] * many


# -- what a juror says ----------------------------------------------------------------------------


def test_a_juror_says_it_herself_and_the_same_twice_changes_nothing():
    world = open_world()
    me = world.jurors[0]
    given = {"topics": ["theme.ai", "north", "north"], "languages": ["fr"], "region": "002", "most": 7}
    made = acts.save_juror_profile(me, world.call, me.person, **given, statement=" Boats ", version=0)
    assert (made.topics, made.languages, made.region, made.most, made.statement, made.version) == (
        ["north", "theme.ai"],
        ["fr"],
        "002",
        7,
        "Boats",
        1,
    )
    same = acts.save_juror_profile(me, world.call, me.person, **given, statement="Boats", version=0)
    assert same.version == 1
    with pytest.raises(Stale):
        acts.save_juror_profile(me, world.call, me.person, most=3, version=0)
    assert acts.save_juror_profile(world.manager, world.call, me.person, most=3, version=1).version == 2
    assert JurorProfile.objects.get().topics == []


def test_nobody_says_it_for_another_but_who_assigns():
    world, elsewhere = open_world(), open_world()
    me, other = world.jurors[:2]
    profile(world, 1, statement="Hers")
    for user in (me, world.chair, world.screener, elsewhere.manager, elsewhere.jurors[0], make_user()):
        with pytest.raises(PermissionDenied):
            acts.save_juror_profile(user, world.call, other.person, statement="Mine")
    with pytest.raises(PermissionDenied):
        acts.save_juror_profile(elsewhere.jurors[0], world.call, elsewhere.jurors[0].person)
    with pytest.raises(ValidationError, match="not on the jury"):
        acts.save_juror_profile(world.manager, world.call, world.chair.person)
    assert JurorProfile.objects.get().statement == "Hers"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"topics": ["moon"]}, "topics"),
        ({"topics": ["ai"]}, "topics"),
        ({"languages": ["tlh"]}, "languages"),
        ({"region": "moon"}, "region"),
        ({"most": 0}, "most"),
        ({"most": 5001}, "most"),
        ({"statement": "x" * 5001}, "statement"),
    ],
)
def test_what_is_not_so_is_refused(given, field):
    world = open_world()
    me = world.jurors[0]
    with pytest.raises(ValidationError) as caught:
        acts.save_juror_profile(me, world.call, me.person, **given)
    assert set(caught.value.message_dict) == {field}
    assert not JurorProfile.objects.exists()


def test_what_was_taken_off_a_list_by_hand_stays_off_until_it_is_put_there_by_hand():
    world = open_world(rules(stages=scoring(per_entry=1)), jurors=2)
    [one] = jury(world)
    acts.assign_all(world.manager, world.fresh())
    dealt = Assignment.objects.get()
    ill, other = dealt.juror, next(each.person for each in world.jurors if each.person != dealt.juror)
    acts.unassign(world.manager, dealt)
    acts.assign_all(world.manager, world.fresh())
    acts.unassign(world.manager, Assignment.objects.get(ended_at=None, juror=other), "ill too")
    with pytest.raises(ValidationError, match="2 more jurors") as refused:
        acts.assign_all(world.manager, world.fresh(), per_entry=2)
    assert "conflict" not in str(refused.value)
    assert acts.assign_all(world.manager, world.fresh(), partly=True).made == 0
    by_hand = acts.assign(world.manager, one, ill)
    assert acts.assign_all(world.manager, world.fresh(), partly=True).made == 0
    assert list(Assignment.objects.filter(ended_at=None)) == [by_hand]


def test_who_was_barred_by_a_conflict_and_no_longer_is_may_get_it_again():
    world = open_world(rules(stages=scoring(per_entry=1)), jurors=1)
    [one] = jury(world)
    acts.assign_all(world.manager, world.fresh())
    Assignment.objects.update(ended_at=timezone.now(), end_reason="conflict")
    assert acts.assign_all(world.manager, world.fresh()).made == 1
    assert Assignment.objects.get(ended_at=None).submission == one


def test_of_jurors_of_whom_nothing_is_known_no_fit_is_told():
    world = open_world(rules(stages=scoring(per_entry=1)), jurors=1)
    jury(world)
    dealt = acts.assign_all(world.manager, world.fresh())
    assert (dealt.made, dealt.mean, dealt.worst, dealt.proven) == (1, None, None, True)
