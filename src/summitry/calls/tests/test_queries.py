"""What may be asked: the answers, and that their cost does not grow with the number of rows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from summitry.calls import acts, queries
from summitry.calls.models import Call
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_mandate, make_user
from summitry.people.waiting import everything
from tests.worlds import remembered

from .factories import (
    close,
    judged,
    make_draft,
    make_sent,
    make_world,
    mark,
    open_world,
    screen_all,
)

pytestmark = pytest.mark.django_db


def cost(question):
    """The number of SQL queries of a question, asked by somebody whose mandates are known."""
    with CaptureQueriesContext(connection) as caught:
        question()
    return len(caught)


def ready(user):
    """A user as a request has her: her roles and person in memory."""
    _ = (user.roles, user.person)
    return user


@remembered
def published(entries):
    world = open_world(jurors=2)
    found = judged(world, [[(5 - at % 5, 4)] for at in range(entries)])
    sheet = {}
    for at, entry in enumerate(found):
        choice = acts.Choice("accepted", "silver")
        sheet[entry.pk] = choice
        assert at < 5
    call = acts.decide(world.chair, world.fresh(), sheet)
    acts.seal_verdict(world.chair, call)
    acts.publish(world.manager, world.fresh())
    world.fresh()
    return world


def test_what_is_open_now_comes_by_deadline(django_assert_num_queries):
    draft, later, sooner, closed = make_world(), open_world(), open_world(), open_world()
    Call.objects.filter(pk=sooner.call.pk).update(closes_at=timezone.now() + timedelta(days=1))
    close(closed)
    ahead = open_world()
    Call.objects.filter(pk=ahead.call.pk).update(opens_at=timezone.now() + timedelta(days=2))
    past = open_world()
    Call.objects.filter(pk=past.call.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    with django_assert_num_queries(1):
        assert queries.open_now() == [sooner.call, later.call]
    with django_assert_num_queries(1):
        assert queries.upcoming_calls() == [ahead.call]
    assert draft.call not in queries.open_now()
    with django_assert_num_queries(0):
        _ = str(later.call.title)


def test_calls_of_a_list_need_no_query_each(django_assert_num_queries):
    open_world(), open_world(), open_world()
    with django_assert_num_queries(1):
        assert all(str(call.title) and call.is_accepting() and call.slug for call in queries.open_now())


def test_the_page_of_a_call(django_assert_num_queries):
    world = open_world()
    make_sent(world)
    with django_assert_num_queries(3):
        page = queries.call_page(world.call.slug)
    assert (page.call, page.sent, page.accepted, len(page.stages), len(page.versions)) == (
        world.call,
        None,
        [],
        4,
        1,
    )
    close(world)
    assert queries.call_page(world.call.slug).sent == 1
    assert queries.call_page("nothing") is None


def test_a_draft_call_is_there_for_those_who_work_on_it():
    world = make_world()
    assert queries.call_page(world.call.slug) is None
    assert queries.call_page(world.call.slug, make_user()) is None
    for user in (world.manager, make_user(Role.AUDITOR), make_user(Role.SECRETARIAT)):
        assert queries.call_page(world.call.slug, user).call == world.call


def test_the_page_of_a_published_call_lists_what_was_accepted():
    costs = []
    for entries in (1, 3):
        world = published(entries)
        costs.append(cost(lambda world=world: queries.call_page(world.call.slug)))
        page = queries.call_page(world.call.slug)
        assert [one.computed_rank for one in page.accepted] == list(range(1, entries + 1))
    assert costs == [5, 5]


def test_my_submissions(django_assert_num_queries):
    world, user, other = open_world(), make_user(), make_user()
    sent, shared = make_sent(world, user), make_draft(world, other)
    acts.confirm_co_applicant(user, acts.add_co_applicant(other, shared, user.email))
    asked = acts.add_co_applicant(other, make_draft(world, other), user.email)
    with django_assert_num_queries(3):
        found = queries.my_submissions(user)
    assert (found.own, found.shared, found.invited) == ([sent], [shared], [asked])
    for _ in range(2):
        make_sent(open_world(), user)
    with django_assert_num_queries(3):
        assert len(queries.my_submissions(user).own) == 3


def test_a_submission_of_ones_own():
    world, user = open_world(), make_user()
    sent = make_sent(world, user)
    page = queries.submission_page(user, sent.uid)
    assert (page.submission, page.is_main, page.unfinished, page.decision) == (sent, True, {}, None)
    assert [row.field.key for _section, rows in page.groups for row in rows] == ["title", "summary"]
    assert queries.submission_page(make_user(), sent.uid) is None


def test_the_screening_queue_puts_what_is_left_first():
    costs = []
    for entries in (1, 3):
        world = open_world()
        found = [make_sent(world) for _ in range(entries)]
        close(world)
        acts.open_stage(world.manager, world.run("screening"))
        acts.screen(world.screener, found[0], True)
        ready(world.screener)
        costs.append(cost(lambda world=world: list(queries.screening_queue(world.screener, world.call))))
        listed = list(queries.screening_queue(world.screener, world.call))
        assert [(one.number, one.screened) for one in listed] == [
            *((at, False) for at in range(2, entries + 1)),
            (1, True),
        ]
    assert costs[0] == costs[1]


def marking(entries, jurors=2):
    world = open_world(jurors=jurors)
    for _ in range(entries):
        make_sent(world)
    close(world)
    screen_all(world)
    for entry in world.submissions:
        for juror in world.jurors:
            acts.assign(world.manager, entry, juror.person)
    acts.open_stage(world.manager, world.run("jury"))
    return world


def test_a_jurors_list_with_progress():
    costs = []
    for entries in (1, 3):
        world = marking(entries)
        juror = ready(world.jurors[0])
        call = world.fresh()
        costs.append(cost(lambda juror=juror, call=call: queries.jury_list(juror, call)))
    assert costs == [3, 3]
    one, two, three = world.submissions
    mark(juror, one, 4, 4)
    acts.declare_no_conflict(juror, two)
    found = queries.jury_list(juror, world.fresh())
    assert [row.state for row in found.rows] == ["sent", "open", "asked"]
    assert (found.done, found.total, found.next.submission) == (1, 3, two)
    acts.save_assessment(juror, two, {"effect": 3})
    found = queries.jury_list(juror, world.fresh())
    assert [row.state for row in found.rows] == ["sent", "begun", "asked"]
    assert [row and row.submission for row in found.beside(two.ref)] == [one, three]
    assert found.beside(one.ref)[0] is None
    assert found.beside("nothing") == (None, None)
    assert queries.jury_list(juror, open_world().call) is None


def test_an_entrys_page_costs_the_same_with_more_jurors():
    costs = []
    for jurors in (1, 3):
        world = marking(1, jurors)
        [one] = world.submissions
        for juror in world.jurors:
            mark(juror, one, 4, 4)
        juror = ready(world.jurors[0])
        costs.append(cost(lambda juror=juror, one=one: queries.entry_page(juror, one.ref)))
        assert len(queries.entry_page(juror, one.ref).sheets) == jurors
    assert costs[0] == costs[1] <= 18


def test_the_page_asks_about_conflicts_once():
    world = marking(1)
    [one] = world.submissions
    juror = world.jurors[0]
    page = queries.entry_page(juror, one.ref)
    assert (page.asks_about_conflict, page.assessment) == (True, None)
    mark(juror, one, 4, 4)
    page = queries.entry_page(juror, one.ref)
    assert (page.asks_about_conflict, page.assessment.marks) == (False, {"effect": 4, "evidence": 4})
    assert queries.entry_page(world.chair, one.ref).asks_about_conflict is False


def test_the_chairs_table():
    costs = []
    for entries in (1, 3):
        world = open_world()
        found = judged(world, [[(5 - at, 5 - at), (5 - at, 5 - at)] for at in range(entries)])
        acts.decide(world.chair, world.fresh(), {found[0].pk: acts.Choice("accepted", "gold")})
        chair, call = ready(world.chair), world.fresh()
        costs.append(cost(lambda chair=chair, call=call: queries.chair_table(chair, call)))
    assert costs[0] == costs[1] <= 9
    table = queries.chair_table(world.chair, world.fresh())
    assert [
        (row.rank, row.mean, row.deviation, row.count, row.decision is not None) for row in table.rows
    ] == [
        (1, "5.000", "0.000", 2, True),
        (2, "4.000", "0.000", 2, False),
        (3, "3.000", "0.000", 2, False),
    ]
    assert (table.version, table.undecided, table.hidden) == (world.call.sheet, 2, 0)


def test_there_is_no_table_before_deliberation():
    assert queries.chair_table(make_user(), marking(1).call) is None


def test_the_managers_overview():
    costs = []
    for entries in (1, 3):
        world = marking(entries)
        mark(world.jurors[0], world.submissions[0], 4, 4)
        call = world.fresh()
        costs.append(cost(lambda world=world, call=call: queries.manager_overview(world.manager, call)))
    assert costs[0] == costs[1]
    found = queries.manager_overview(world.manager, world.fresh())
    assert (found.drafts, found.sent, found.withdrawn, found.failed, found.conflicts) == (0, 3, 0, 0, 0)
    assert [(category.key, count) for category, count in found.categories] == [("north", 3), ("south", 0)]
    assert [(work.run.key, work.done, work.total) for work in found.stages] == [
        ("screening", 3, 3),
        ("jury", 1, 6),
        ("deliberation", 0, 3),
        ("publication", 0, 0),
    ]
    assert found.stages[1].blockers == [
        "5 assessments have not been sent yet.",
        "2 entries have no assessment at all.",
    ]
    assert [(load.assigned, load.sent) for load in found.jurors] == [(3, 1), (3, 0)]


def test_calls_at_work():
    world, draft = open_world(), make_world()
    assert list(queries.calls_at_work(world.manager)) == [world.call]
    assert list(queries.calls_at_work(world.jurors[0])) == [world.call]
    assert list(queries.calls_at_work(draft.jurors[0])) == []
    assert list(queries.calls_at_work(draft.manager)) == [draft.call]
    assert set(queries.calls_at_work(make_user(Role.SECRETARIAT))) == {world.call, draft.call}
    assert set(queries.calls_at_work(make_user(Role.CALL_MANAGER))) == {world.call, draft.call}
    assert list(queries.calls_at_work(make_user())) == []


# -- what waits -----------------------------------------------------------------------------------


def titles(user):
    user.__dict__.pop("roles", None)
    return [one.title for one in queries.waiting(user)]


def test_what_waits_for_each():
    world, user, other = open_world(), make_user(), make_user()
    title = "Small call"
    draft = make_draft(world, user)
    assert titles(user) == [f"Your draft for “{title}” has not been sent"]
    acts.add_co_applicant(user, draft, other.email)
    assert titles(other) == [
        f"You are named as co-applicant in a submission for “{title}”: say whether you agree"
    ]
    sent = acts.submit(user, draft)
    assert titles(user) == []
    sent = acts.save_draft(user, sent, {"summary": "Better"})
    assert titles(user) == [f"Your changes for “{title}” have not been sent"]
    assert queries.waiting(user)[0].due == world.call.closes_at
    assert titles(world.manager) == []
    close(world)
    assert titles(user) == []
    assert titles(world.manager) == [f"The next stage of “{title}” can be opened"]
    acts.open_stage(world.manager, world.run("screening"))
    assert titles(world.screener) == [f"1 entry to screen in “{title}”"]
    acts.screen(world.screener, sent, True)
    assert titles(world.screener) == []
    acts.close_stage(world.manager, world.run("screening"))
    acts.assign(world.manager, sent, world.jurors[0].person)
    assert titles(world.jurors[0]) == []
    acts.open_stage(world.manager, world.run("jury"))
    assert titles(world.jurors[0]) == [f"1 entry to mark in “{title}”"]
    mark(world.jurors[0], sent, 4, 4)
    assert titles(world.jurors[0]) == []
    acts.close_stage(world.manager, world.run("jury"))
    acts.open_stage(world.manager, world.run("deliberation"))
    assert titles(world.chair) == [f"1 entry of “{title}” waits for a decision"]
    call = acts.decide(world.chair, world.fresh(), {sent.pk: acts.Choice("accepted", "gold")})
    assert titles(world.chair) == [f"The verdict of “{title}” can be sealed"]
    acts.seal_verdict(world.chair, call)
    assert titles(world.chair) == []
    assert titles(world.manager) == [f"The verdict of “{title}” can be published"]
    acts.publish(world.manager, world.fresh())
    assert titles(world.manager) == []
    assert [one.title for one in everything(user)] == []


def test_a_draft_call_and_a_late_stage_wait_for_the_manager():
    world = make_world()
    assert titles(world.manager) == ["The call “Small call” has not been opened"]
    world.call = acts.open_call(world.manager, world.call)
    make_sent(world)
    close(world)
    run = acts.open_stage(world.manager, world.run("screening"))
    type(run).objects.filter(pk=run.pk).update(closes_at=timezone.now() - timedelta(hours=1))
    [one] = queries.waiting(world.manager)
    assert (one.title, one.late) == ("A stage of “Small call” is past its day", True)
    [one] = queries.waiting(world.screener)
    assert one.late is True


def test_what_waits_costs_the_same_for_one_and_for_three_calls():
    user = make_user()
    costs = []
    for calls in (1, 2):
        for _ in range(calls):
            world = marking(2)
            for role in (Role.JUROR, Role.JURY_CHAIR):
                make_mandate(user.person, role, scope_of(world.call))
            for entry in world.submissions:
                acts.assign(world.manager, entry, user.person)
            make_draft(open_world(), user)
        user.__dict__.pop("roles", None)
        ready(user)
        costs.append(cost(lambda: queries.waiting(user)))
    assert costs[0] == costs[1] <= 14
    assert len(queries.waiting(user)) == 6
