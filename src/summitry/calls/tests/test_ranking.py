"""Ranking: who may put what in order, what is final, and the transferable votes that are counted."""

import json

import jsonschema
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from summitry.calls import acts, personal, queries, stages, verdicts
from summitry.calls.checks import problems
from summitry.calls.models import Ranking, StageRun
from summitry.calls.rules import Stage
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_institution, make_mandate, make_user
from summitry.record.act import Stale

from .factories import GOLD, NO, SILVER, STAGES, T, decide, rules
from .test_comparing import staged

pytestmark = pytest.mark.django_db

ORDER = Stage("final", "rank", T("Ranking", zh="排序", ar="الترتيب"), options={"seats": 2})


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


def ranking(entries=3, jurors=2, **options):
    """A call whose ranking is open."""
    stage = Stage("final", "rank", ORDER.name, options={"seats": 2, **options})
    return staged(stage, entries, jurors=jurors)


def keys(world, *at):
    entries = world.submissions
    return [entries[one].pk for one in at]


def send(world, juror, *at, act=acts.send_ranking, **options):
    """juror: number of a juror; at: numbers of entries, the best first."""
    return act(world.jurors[juror], world.run("final"), keys(world, *at), **options)


def to(name, world, *more):
    return reverse(f"calls:{name}", args=[world.call.slug, "final", *more])


# -- the acts -------------------------------------------------------------------------------------


def test_an_order_is_kept_changed_and_sent_once():
    world = ranking()
    first = send(world, 0, 1, act=acts.save_ranking, version=0)
    assert (first.order, first.version, first.sent_at) == (keys(world, 1), 1, None)
    assert send(world, 0, 1, act=acts.save_ranking, version=0).version == 1  # the same twice
    with pytest.raises(Stale):
        send(world, 0, 2, 1, act=acts.save_ranking, version=0)
    sent = send(world, 0, 2, 0, version=1)
    assert sent.sent_at is not None
    assert send(world, 0, 2, 0, version=1).sent_at == sent.sent_at
    for act in (acts.save_ranking, acts.send_ranking):
        with pytest.raises(ValidationError, match="final"):
            send(world, 0, 0, 2, act=act)
    assert Ranking.objects.get().order == keys(world, 2, 0)


def test_who_is_no_juror_ranks_nothing():
    world = ranking()
    turned_manager = world.jurors[0]
    make_mandate(turned_manager.person, Role.CALL_MANAGER, scope_of(world.call))
    for user in (
        world.manager,
        world.chair,
        world.screener,
        make_user(),
        make_user(Role.AUDITOR),
        world.submissions[0].applicant.user,
        type(turned_manager).objects.get(pk=turned_manager.pk),
    ):
        for act in (acts.save_ranking, acts.send_ranking):
            with pytest.raises(PermissionDenied):
                act(user, world.run("final"), keys(world, 0, 1))
    assert not Ranking.objects.exists()


def test_what_makes_no_sense_is_refused():
    world, other = ranking(least=2), ranking()
    with pytest.raises(ValidationError, match="two places"):
        send(world, 0, 0, 1, 0)
    with pytest.raises(ValidationError, match="at least 2 entries"):
        send(world, 0, 0)
    with pytest.raises(ValidationError, match="not before you"):
        acts.send_ranking(world.jurors[0], world.run("final"), keys(other, 0, 1))
    acts.withdraw(world.submissions[2].applicant.user, world.submissions[2])
    with pytest.raises(ValidationError, match="not before you"):
        send(world, 0, 0, 2)
    assert not Ranking.objects.exists()
    assert send(world, 0, act=acts.save_ranking).order == []


def test_only_while_the_stage_is_open():
    world = ranking(jurors=1)
    send(world, 0, 0)
    acts.close_stage(world.manager, world.run("final"))
    for act in (acts.save_ranking, acts.send_ranking):
        with pytest.raises(ValidationError, match="open now"):
            send(world, 0, 0, act=act)


def test_a_conflict_takes_the_entry_out_of_her_ranking_and_of_nobody_elses():
    world = ranking()
    send(world, 0, 0, 1, 2)
    send(world, 1, 1, 0)
    acts.declare_conflict(world.jurors[0], world.submissions[1])
    hers, other = (Ranking.objects.get(juror=juror.person) for juror in world.jurors)
    assert (hers.order, hers.sent_at is not None) == (keys(world, 0, 2), True)
    assert other.order == keys(world, 1, 0)
    ballots = verdicts.inputs(world.fresh(), world.call.frozen(), "")["stages"][0]["data"]["ballots"]
    refs = [one.ref for one in world.submissions]
    assert sorted(one["order"] for one in ballots) == [[refs[0], refs[2]], [refs[1], refs[0]]]


def test_a_ranking_of_nothing_but_what_she_stepped_back_from_is_no_ballot():
    world = ranking()
    send(world, 0, 1)
    send(world, 1, 0)
    acts.declare_conflict(world.jurors[0], world.submissions[1])
    given = verdicts.inputs(world.fresh(), world.call.frozen(), "")
    assert len(given["stages"][0]["data"]["ballots"]) == 1
    assert [one.rank for one in verdicts.order(given).values()] == [1, None, None]


# -- what the stage needs -------------------------------------------------------------------------


def test_it_closes_when_every_juror_has_sent(django_assert_num_queries):
    world = ranking(jurors=2)
    run = world.run("final")
    send(world, 0, 0, 1)
    send(world, 1, 1, act=acts.save_ranking)
    assert run.component.progress(run) == (1, 2)
    with pytest.raises(ValidationError, match="1 juror has not sent"):
        acts.close_stage(world.manager, run)
    left = world.jurors[1].person.mandates.get(role=Role.JUROR)
    left.until = world.call.opened_at
    left.save()
    with django_assert_num_queries(2):
        assert run.component.progress(run) == (1, 1)
    closed = acts.close_stage(world.manager, run)
    assert closed.state == StageRun.State.CLOSED
    assert closed.component.told({"rankings": 1, "entries": 3}) == "Rankings: 1; entries: 3"


def test_without_a_ranking_it_does_not_close():
    world = ranking(jurors=0)
    with pytest.raises(ValidationError, match="Nobody has sent"):
        acts.close_stage(world.manager, world.run("final"))


def test_it_waits_on_the_list_of_each_juror(django_assert_num_queries):
    world = ranking()
    juror, idle = world.jurors
    here = to("rank", world)

    def waiting(user):
        return [(one.title, one.url) for one in queries.waiting(user)]

    assert waiting(juror) == waiting(idle) == [("Put the entries of “Small call” in order", here)]
    send(world, 0, 0)
    assert waiting(juror) == []
    assert waiting(idle) == [("Put the entries of “Small call” in order", here)]
    assert [one for one in waiting(world.chair) if one[1] == here] == []
    runs = [world.run("final"), ranking().run("final"), ranking().run("final")]
    for some in (runs[:1], runs):
        with django_assert_num_queries(1):
            stages.kind("rank").left(some, juror)


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({}, "options.seats"),
        ({"seats": 0}, "options.seats"),
        ({"seats": 1, "least": 0}, "options.least"),
        ({"seats": True}, "options.seats"),
        ({"seats": 1, "x": 1}, "options.x"),
    ],
)
def test_rules_that_make_no_sense_are_named(options, path):
    found = problems(rules(stages=(STAGES[0], Stage("final", "rank", T("F"), options=options), *STAGES[2:])))
    assert [one.path for one in found if one.path.startswith("stages.final")] == [f"stages.final.{path}"]


# -- the order and the verdict --------------------------------------------------------------------


def test_a_call_runs_to_a_sealed_verdict_that_recomputes():
    """Five ballots, two seats, quota 2. The third has three first places and is elected; its surplus goes on
    to the first, which has the quota then; nobody else is elected, and the fourth was named by nobody."""
    world = ranking(entries=4, jurors=5)
    for juror, order in enumerate([(2, 0), (2, 0), (2, 0), (1,), (0,)]):
        send(world, juror, *order)
    acts.close_stage(world.manager, world.run("final"))
    acts.open_stage(world.manager, world.run("deliberation"))
    table = queries.chair_table(world.chair, world.fresh())
    assert [(row.submission.number, row.rank, row.count) for row in table.rows] == [
        (3, 1, 3),
        (1, 2, 4),
        (2, 3, 1),
        (4, None, 0),
    ]
    decide(world, SILVER, NO, GOLD, NO)
    verdict = acts.seal_verdict(world.chair, world.fresh())
    assert verdicts.recompute(verdict.body) == verdict.body
    body = json.loads(verdict.body)
    data = body["inputs"]["stages"][0]["data"]
    assert data["seats"] == 2
    assert {one["juror"] for one in data["ballots"]} == {"j1", "j2", "j3", "j4", "j5"}
    assert [one["departs"] for one in body["decisions"]] == [False] * 4
    for juror in world.jurors:
        for secret in (str(juror.person.uid), juror.email, str(juror.person.name)):
            assert secret not in verdict.body
    found = stages.kind("rank").weigh(data, {one.ref: "" for one in world.submissions}, ())
    assert found.notes["quota"] == 2
    assert found.notes["winners"] == [world.submissions[2].ref, world.submissions[0].ref]
    changed = [{**one, "order": one["order"][::-1]} for one in data["ballots"]]
    body["inputs"]["stages"][0]["data"] = {**data, "ballots": changed}
    assert json.loads(verdicts.recompute(json.dumps(body)))["order"] != json.loads(verdict.body)["order"]


def test_the_best_go_on():
    world = ranking(keep=1, jurors=1)
    send(world, 0, 2, 1, 0)
    acts.close_stage(world.manager, world.run("final"))
    assert [one.number for one in world.call.submissions.in_the_running()] == [3]


REFS = ["a", "b", "c", "d"]
ORDERS = st.lists(st.lists(st.sampled_from(REFS), min_size=1, unique=True), max_size=8)


@settings(max_examples=50, deadline=None)
@given(ORDERS, st.integers(1, 3), st.randoms(use_true_random=False))
def test_weighing_is_pure_and_blind_to_jurors(orders, seats, random):
    kind, entries = stages.kind("rank"), dict.fromkeys(REFS, "")

    def weigh(listed):
        ballots = [{"juror": f"j{at}", "order": order} for at, order in enumerate(listed)]
        return kind.weigh({"seats": seats, "seed": "s", "ballots": ballots}, entries, ())

    found = weigh(orders)
    assert found == weigh(random.sample(orders, len(orders)))
    named = {ref for order in orders for ref in order}
    assert set(found.entries) == named
    assert sorted(one.value for one in found.entries.values()) == list(range(1, len(named) + 1))
    assert {ref: one.count for ref, one in found.entries.items()} == {
        ref: sum(ref in order for order in orders) for ref in named
    }


# -- the pages ------------------------------------------------------------------------------------


def test_a_juror_numbers_the_entries_saves_and_sends(client: Client):
    world = ranking()
    a, b, c = keys(world, 0, 1, 2)
    client.force_login(world.jurors[0])
    here = to("rank", world)
    html = client.get(here).content.decode()
    assert len(html.encode()) < 15_000
    assert html.count('type="number"') == 3
    assert client.post(here, {"version": "0", f"place_{b}": "5", "do": "save"})["Location"] == here
    assert Ranking.objects.get().order == [b]
    page = client.get(here)
    assert [(entry.pk, at) for entry, at in page.context["page"].rows] == [(b, 1), (a, None), (c, None)]
    client.post(here, {"version": "1", f"place_{b}": "7", f"place_{c}": "2", "do": "send"})
    found = Ranking.objects.get()
    assert (found.order, found.sent_at is not None) == ([c, b], True)
    after = client.get(here).content.decode()
    assert "You sent this ranking" in after
    assert 'type="number"' not in after
    assert client.post(here, {"version": "2", f"place_{a}": "1", "do": "send"})["Location"] == here
    assert Ranking.objects.get().order == [c, b]


def test_what_is_wrong_is_said_beside_it_and_what_was_typed_stays(client: Client):
    world = ranking()
    a, b, c = keys(world, 0, 1, 2)
    client.force_login(world.jurors[0])
    typed = {"version": "0", f"place_{a}": "1", f"place_{b}": "1", f"place_{c}": "x", "do": "send"}
    refused = client.post(to("rank", world), typed)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {f"place_{b}", f"place_{c}"}
    assert 'value="x"' in refused.content.decode()
    empty = client.post(to("rank", world), {"version": "0", "do": "send"})
    assert "at least 1 entry" in empty.content.decode()
    send(world, 0, 2, act=acts.save_ranking)
    stale = client.post(to("rank", world), {"version": "0", f"place_{a}": "1", "do": "save"})
    assert stale.status_code == 422
    assert Ranking.objects.get().order == [c]


def test_a_conflicted_juror_never_gets_the_entry(client: Client):
    world = ranking()
    entry = world.submissions[0]
    client.force_login(world.jurors[0])
    assert client.get(to("stage_entry", world, entry.ref)).status_code == 200
    back = client.post(to("stage_entry", world, entry.ref), {"do": "conflict", "why": ""})
    assert back["Location"] == to("rank", world)
    page = client.get(to("rank", world))
    assert [one.number for one, _at in page.context["page"].rows] == [2, 3]
    assert "Entry 0" not in page.content.decode()
    assert client.get(to("stage_entry", world, entry.ref)).status_code == 404
    client.post(to("rank", world), {"version": "0", f"place_{entry.pk}": "1", "do": "save"})
    assert [one.order for one in Ranking.objects.all()] in ([], [[]])


def test_others_find_no_such_page(client: Client):
    world = ranking()
    for user in (world.manager, world.chair, world.screener, make_user()):
        client.force_login(user)
        assert client.get(to("rank", world)).status_code == 403
    client.force_login(world.jurors[0])
    assert client.get(to("compare", world)).status_code == 404
    assert client.get(to("rank", world).replace("/final/", "/publication/")).status_code == 404


def test_a_closed_stage_is_looked_at_and_no_more(client: Client):
    world = ranking(jurors=1)
    send(world, 0, 0)
    acts.close_stage(world.manager, world.run("final"))
    client.force_login(world.jurors[0])
    assert "You sent this ranking" in client.get(to("rank", world)).content.decode()


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "排序"), ("ar", "الترتيب")])
def test_the_page_in_another_language(client: Client, language, name):
    world = ranking()
    client.force_login(world.jurors[0])
    page = client.get(to("rank", world).replace("/en/", f"/{language}/", 1))
    assert page.status_code == 200
    assert name in page.content.decode()


def test_the_desk_leads_there(client: Client):
    world = ranking()
    client.force_login(world.jurors[0])
    rows = client.get(reverse("calls:work")).context["rows"]
    assert [address for row in rows for _label, address in row.links] == [to("rank", world)]


def test_a_page_costs_the_same_whatever_the_number(django_assert_num_queries):
    for entries in (1, 3):
        world = ranking(entries)
        send(world, 0, 0, act=acts.save_ranking)
        run = world.run("final")
        user = type(world.jurors[0]).objects.get(pk=world.jurors[0].pk)
        assert user.roles
        with django_assert_num_queries(2):
            assert len(queries.rank_page(user, run).rows) == entries


# -- her own data ---------------------------------------------------------------------------------


def test_a_juror_takes_her_ranking_away_and_what_she_never_sent_goes_with_her():
    world = ranking()
    send(world, 0, 2, 0, act=acts.save_ranking)
    sent = send(world, 1, 1)
    refs = [one.ref for one in world.submissions]
    given_ = personal.give(world.jurors[0])
    jsonschema.validate(given_, personal.SCHEMA, cls=jsonschema.Draft202012Validator)
    assert [(one["stage"], one["refs"], one["sent"]) for one in given_["rankings"]] == [
        ("final", [refs[2], refs[0]], None)
    ]
    for juror in world.jurors:
        personal.forget(juror, juror.person)
    assert list(Ranking.objects.all()) == [sent]
