"""Pairwise comparison: who may say what of which two, what it counts for, and the order that comes of it."""

import json
import re
from itertools import combinations

import jsonschema
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from summitry.calls import acts, personal, queries, stages, verdicts
from summitry.calls.checks import problems
from summitry.calls.models import Comparison, StageRun
from summitry.calls.rules import Stage
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_institution, make_mandate, make_user
from tests.worlds import remembered

from .factories import (
    GOLD,
    NO,
    SILVER,
    STAGES,
    WHY,
    T,
    close,
    decide,
    make_sent,
    open_world,
    rules,
    screen_all,
)

pytestmark = pytest.mark.django_db

FINAL = Stage("final", "pairwise", T("Final", zh="决赛", ar="النهائي"), options={"per_entry": 2})


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


@remembered
def staged(stage, entries=3, **options):
    """A call with screening, this stage, deliberation and publication; the stage is open."""
    world = open_world(rules(stages=(STAGES[0], stage, *STAGES[2:])), **options)
    for n in range(entries):
        make_sent(
            world,
            make_user(name=f"Applicant {n} Amal"),
            title=f"Entry {n}",
            organisation=f"Ministry {n}",
            contact=f"amal-{n}@example.org",
        )
    close(world)
    screen_all(world)
    acts.open_stage(world.manager, world.run(stage.key))
    return world


def final(entries=3, **options):
    return staged(FINAL, entries, **options)


def say(world, juror, one, other, winner):
    """juror: number of a juror; one, other: numbers of entries; winner: one of them or None."""
    entries = world.submissions
    return acts.compare(
        world.jurors[juror],
        world.run("final"),
        entries[one],
        entries[other],
        None if winner is None else entries[winner],
    )


def to(name, world, *more):
    return reverse(f"calls:{name}", args=[world.call.slug, "final", *more])


# -- the act --------------------------------------------------------------------------------------


def test_an_answer_is_kept_once_whatever_the_side():
    world = final()
    found = say(world, 0, 1, 0, 1)
    entries = world.submissions
    assert (found.left, found.right, found.winner) == (entries[0], entries[1], entries[1])
    assert say(world, 0, 1, 0, 1).pk == say(world, 0, 0, 1, 1).pk == found.pk
    assert say(world, 1, 0, 1, 1).pk != found.pk
    assert say(world, 0, 0, 2, None).winner is None
    with pytest.raises(ValidationError, match="already"):
        say(world, 0, 0, 1, None)
    assert Comparison.objects.count() == 3


def test_an_answer_is_undone_and_given_anew():
    world = final()
    found = say(world, 0, 0, 1, 0)
    undone = acts.undo_comparison(world.jurors[0], found)
    assert undone.undone_at is not None
    assert acts.undo_comparison(world.jurors[0], found).undone_at == undone.undone_at
    assert say(world, 0, 0, 1, 1).pk != found.pk
    with pytest.raises(PermissionDenied):
        acts.undo_comparison(world.jurors[1], Comparison.objects.get(undone_at=None))


def test_who_is_no_juror_compares_nothing():
    world = final()
    one, other = world.submissions[:2]
    turned_manager = world.jurors[0]
    make_mandate(turned_manager.person, Role.CALL_MANAGER, scope_of(world.call))
    left = world.jurors[1]
    left.person.mandates.update(until=world.call.opened_at)
    for user in (
        world.manager,
        world.chair,
        world.screener,
        make_user(),
        make_user(Role.AUDITOR),
        one.applicant.user,
        type(turned_manager).objects.get(pk=turned_manager.pk),
        type(left).objects.get(pk=left.pk),
    ):
        with pytest.raises(PermissionDenied):
            acts.compare(user, world.run("final"), one, other, one)
    assert not Comparison.objects.exists()


def test_what_makes_no_sense_is_refused():
    world, other = final(), final()
    run, juror, entries = world.run("final"), world.jurors[0], world.submissions
    with pytest.raises(ValidationError, match="another one"):
        acts.compare(juror, run, entries[0], entries[0], None)
    with pytest.raises(ValidationError, match="one of the two"):
        acts.compare(juror, run, entries[0], entries[1], entries[2])
    with pytest.raises(PermissionDenied):
        acts.compare(juror, run, entries[0], other.submissions[0], None)
    acts.withdraw(entries[2].applicant.user, entries[2])
    with pytest.raises(PermissionDenied):
        acts.compare(juror, run, entries[0], entries[2], None)
    assert not Comparison.objects.exists()


def test_only_while_the_stage_is_open():
    world = final(2, jurors=1)
    found = say(world, 0, 0, 1, 0)
    acts.close_stage(world.manager, world.run("final"))
    with pytest.raises(ValidationError, match="open now"):
        say(world, 0, 0, 1, 0)
    with pytest.raises(ValidationError, match="open now"):
        acts.undo_comparison(world.jurors[0], found)
    with pytest.raises(ValidationError, match="open now"):  # not a stage for this
        acts.compare(world.jurors[0], world.run("screening"), *world.submissions, None)


def test_a_conflict_declared_while_comparing_voids_hers_and_nobody_elses():
    world = final()
    hers = [say(world, 0, 0, 1, 0), say(world, 0, 1, 2, 2)]
    rest = [say(world, 0, 0, 2, 0), say(world, 1, 0, 1, 0)]
    undone = acts.undo_comparison(world.jurors[1], say(world, 1, 1, 2, 1))
    acts.declare_conflict(world.jurors[0], world.submissions[1])
    voided = {one.pk for one in Comparison.objects.filter(voided_at__isnull=False)}
    assert voided == {one.pk for one in hers}
    assert undone.pk not in voided
    with pytest.raises(PermissionDenied):
        say(world, 0, 0, 1, 0)
    given = verdicts.inputs(world.fresh(), world.call.frozen(), "salt")["stages"][0]["data"]["comparisons"]
    refs = [one.ref for one in world.submissions]
    assert sorted((one["left"], one["right"], one["winner"]) for one in given) == [
        (refs[0], refs[1], refs[0]),
        (refs[0], refs[2], refs[0]),
    ]
    assert len(rest) == 2


# -- what the stage needs -------------------------------------------------------------------------


def test_it_closes_when_every_entry_was_compared_enough_and_all_are_joined():
    world = final(4)
    run = world.run("final")
    assert run.component.progress(run) == (0, 8)
    with pytest.raises(ValidationError, match="4 entries have been in fewer than 2 comparisons"):
        acts.close_stage(world.manager, run)
    for juror in (0, 1):
        say(world, juror, 0, 1, 0)
        say(world, juror, 2, 3, 2)
    assert run.component.progress(run) == (8, 8)
    with pytest.raises(ValidationError, match="No chain"):
        acts.close_stage(world.manager, run)
    say(world, 2, 1, 2, 1)
    closed = acts.close_stage(world.manager, run)
    assert closed.state == StageRun.State.CLOSED
    assert closed.component.told({"comparisons": 5, "jurors": 3}) == "Comparisons: 5; jurors: 3"


def test_it_never_needs_more_than_one_juror_can_give():
    world = final(2, jurors=1)
    run = world.run("final")
    assert run.component.progress(run) == (0, 2)
    say(world, 0, 0, 1, None)
    assert acts.close_stage(world.manager, run).state == StageRun.State.CLOSED


def test_a_withdrawn_entry_no_longer_counts():
    world = final(3)
    say(world, 0, 0, 1, 0)
    say(world, 0, 1, 2, 1)
    acts.withdraw(world.submissions[2].applicant.user, world.submissions[2])
    run = world.run("final")
    assert run.component.progress(run) == (2, 2)
    data = verdicts.inputs(world.fresh(), world.call.frozen(), "")["stages"][0]["data"]
    assert len(data["comparisons"]) == 1
    assert queries.waiting(world.jurors[0]) == []


def test_what_is_left_waits_on_the_list_of_each_juror(django_assert_num_queries):
    world = final(3, jurors=2)
    juror, idle = world.jurors

    def waiting(user):
        return [(one.title, one.url, one.count) for one in queries.waiting(user)]

    here = to("compare", world)
    assert waiting(juror) == [("3 more comparisons are needed in “Small call”", here, 3)]
    say(world, 0, 0, 1, 0)
    say(world, 0, 1, 2, 1)
    assert waiting(juror) == waiting(idle) == [("1 more comparison is needed in “Small call”", here, 1)]
    say(world, 0, 0, 2, 0)
    assert waiting(juror) == waiting(idle) == []
    for someone in (world.chair, world.screener, make_user()):
        assert [one for one in waiting(someone) if one[1] == here] == []
    kind = stages.kind("pairwise")
    for some in (world.run("final"),), (world.run("final"), final(4).run("final"), final(4).run("final")):
        with django_assert_num_queries(1):
            kind.left(some, juror)


def test_what_she_cannot_give_is_not_asked_of_a_juror():
    """She has compared the two entries that she sees; what lacks, only the other juror can give."""
    world = final(3, jurors=2)
    acts.declare_conflict(world.jurors[0], world.submissions[2])
    assert [one.count for one in queries.waiting(world.jurors[0])] == [1]
    say(world, 0, 0, 1, 0)
    assert [[one.count for one in queries.waiting(juror)] for juror in world.jurors] == [[], [2]]


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"per_entry": 0}, "options.per_entry"),
        ({"per_entry": "2"}, "options.per_entry"),
        ({"x": 1}, "options.x"),
    ],
)
def test_rules_that_make_no_sense_are_named(options, path):
    found = problems(
        rules(stages=(STAGES[0], Stage("final", "pairwise", T("F"), options=options), *STAGES[2:]))
    )
    assert [one.path for one in found if one.path.startswith("stages.final")] == [f"stages.final.{path}"]


# -- the order and the verdict --------------------------------------------------------------------


def test_a_call_runs_to_a_sealed_verdict_that_recomputes():
    world = final(3)
    for juror in range(3):
        say(world, juror, 0, 1, 1)
        say(world, juror, 1, 2, 1)
        say(world, juror, 0, 2, None if juror else 0)
    acts.close_stage(world.manager, world.run("final"))
    acts.open_stage(world.manager, world.run("deliberation"))
    table = queries.chair_table(world.chair, world.fresh())
    assert [row.submission.number for row in table.rows] == [2, 1, 3]
    assert [row.count for row in table.rows] == [6, 6, 6]
    decide(world, SILVER, GOLD, NO)
    verdict = acts.seal_verdict(world.chair, world.fresh())
    assert verdicts.recompute(verdict.body) == verdict.body
    body = json.loads(verdict.body)
    [stage] = body["inputs"]["stages"]
    assert (stage["key"], stage["kind"], stage["percent"]) == ("final", "pairwise", 100)
    assert {one["juror"] for one in stage["data"]["comparisons"]} == {"j1", "j2", "j3"}
    assert [one["departs"] for one in body["decisions"]] == [False, False, False]
    for juror in world.jurors:  # nobody's name, address or key
        for secret in (str(juror.person.uid), juror.email, str(juror.person.name)):
            assert secret not in verdict.body
    altered = verdict.body.replace('"winner":null', f'"winner":"{world.submissions[2].ref}"')
    assert altered != verdict.body
    assert verdicts.recompute(altered) != altered


def test_the_best_go_on():
    world = staged(Stage("final", "pairwise", T("Final"), options={"per_entry": 1, "keep": 1}))
    for one, other in combinations(range(3), 2):
        say(world, 0, one, other, other)
    acts.close_stage(world.manager, world.run("final"))
    running = world.call.submissions.in_the_running()
    assert [one.number for one in running] == [3]


def test_a_departure_needs_its_reason():
    world = final(2)
    say(world, 0, 0, 1, 0)
    acts.close_stage(world.manager, world.run("final"))
    acts.open_stage(world.manager, world.run("deliberation"))
    with pytest.raises(ValidationError, match="departs"):
        decide(world, NO, GOLD)
    why = acts.Choice("rejected", standard="weaker", departure_reason=WHY)
    decide(world, why, acts.Choice("accepted", "gold", departure_reason=WHY))


ANSWERS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(list(combinations(range(4), 2))), st.integers(0, 2)),
    max_size=20,
)
REFS = ["a", "b", "c", "d"]


@settings(max_examples=50, deadline=None)
@given(ANSWERS, st.randoms(use_true_random=False))
def test_weighing_is_pure_and_blind_to_order_and_jurors(answers, random):
    listed = [
        {
            "juror": f"j{juror}",
            "left": REFS[one],
            "right": REFS[other],
            "winner": (REFS[one], REFS[other], None)[w],
        }
        for juror, (one, other), w in answers
    ]
    kind, entries = stages.kind("pairwise"), dict.fromkeys(REFS, "")
    found = kind.weigh({"comparisons": listed}, entries, ())
    mixed = random.sample(listed, len(listed))
    again = kind.weigh({"comparisons": [{**one, "juror": "x"} for one in mixed]}, entries, ())
    assert found == again
    said = {ref for one in listed for ref in (one["left"], one["right"])}
    assert {ref for ref, one in found.entries.items() if one.value is not None} == said
    assert all(0 < found.stretched(ref) < 100 for ref in said)


# -- the pages ------------------------------------------------------------------------------------


def test_a_juror_compares_on_a_page_without_scripts_and_undoes(client: Client):
    world = final(3)
    client.force_login(world.jurors[0])
    here = to("compare", world)
    page = client.get(here)
    left, right = page.context["page"].pair
    assert {left.pk, right.pk} < {one.pk for one in world.submissions}
    html = page.content.decode()
    assert f'name="left" value="{left.ref}"' in html
    ours = {"/static/site/localtime.js", "/static/site/sealed.js"}  # of every page's frame
    assert set(re.findall(r'<script[^>]* src="([^"]+)"', html)) == ours
    assert html.count("<script") == len(ours)
    answer = {"left": left.ref, "right": right.ref, "do": "right"}
    assert client.post(here, answer)["Location"] == here
    found = Comparison.objects.get()
    assert (found.winner, found.juror) == (right, world.jurors[0].person)
    after = client.get(here)
    assert {one.pk for one in after.context["page"].pair} != {left.pk, right.pk}
    assert f"{right.ref} before {left.ref}" in after.content.decode()
    undone = client.post(here, {"do": "undo", "comparison": found.pk})
    assert undone["Location"].startswith(here + "?pair=")
    again = client.get(undone["Location"])
    assert {one.pk for one in again.context["page"].pair} == {left.pk, right.pk}
    client.post(here, {**answer, "do": "same"})
    assert Comparison.objects.get(undone_at=None).winner is None


def test_she_comes_to_an_end_and_what_is_lacking_is_told(client: Client):
    world = final(3)
    client.force_login(world.jurors[0])
    here = to("compare", world)
    shown = []
    while (pair := client.get(here).context["page"].pair) is not None:
        shown.append(frozenset(one.ref for one in pair))
        client.post(here, {"left": pair[0].ref, "right": pair[1].ref, "do": "left"})
    assert len(shown) == len(set(shown)) == 3
    assert "every pair that is before you" in client.get(here).content.decode()


def test_the_page_is_light_and_shows_no_name(client: Client):
    world = final(3, jurors=2)
    client.force_login(world.jurors[0])
    say(world, 0, 0, 1, 0)
    page = client.get(to("compare", world))
    html = page.content.decode()
    assert len(page.content) < 15_000
    assert "amal-" not in html.lower()
    assert client.get(to("stage_entry", world, world.submissions[0].ref)).status_code == 200


def test_names_stay_hidden_in_a_blind_call(client: Client):
    world = open_world(rules(stages=(STAGES[0], FINAL, *STAGES[2:]), blind=True))
    for n in range(2):
        make_sent(world, make_user(name=f"Applicant {n} Amal"), organisation=f"Ministry {n}")
    close(world)
    screen_all(world)
    acts.open_stage(world.manager, world.run("final"))
    client.force_login(world.jurors[0])
    for address in (to("compare", world), to("stage_entry", world, world.submissions[0].ref)):
        html = client.get(address).content.decode()
        assert "A data trust" in html
        assert "Amal" not in html
        assert "Ministry" not in html


def test_a_conflicted_juror_never_gets_the_entry(client: Client):
    world = final(3)
    entry = world.submissions[0]
    client.force_login(world.jurors[0])
    back = client.post(to("stage_entry", world, entry.ref), {"do": "conflict", "why": "My sister."})
    assert back["Location"] == to("compare", world)
    here = to("compare", world)
    pair = client.get(here).context["page"].pair
    assert {one.number for one in pair} == {2, 3}
    assert client.get(to("stage_entry", world, entry.ref)).status_code == 404
    refused = client.post(here, {"left": entry.ref, "right": pair[0].ref, "do": "left"})
    assert refused.status_code == 422
    asked = client.get(f"{here}?pair={entry.ref}&pair={pair[0].ref}").context["page"].pair
    assert {one.number for one in asked} == {2, 3}
    client.post(here, {"left": pair[0].ref, "right": pair[1].ref, "do": "left"})
    assert client.get(here).context["page"].pair is None
    assert Comparison.objects.count() == 1


def test_others_find_no_such_page(client: Client):
    world = final(2)
    entry = world.submissions[0]
    for user, status in (
        (world.manager, 403),
        (world.chair, 403),
        (world.screener, 403),
        (entry.applicant.user, 403),
        (make_user(), 403),
    ):
        client.force_login(user)
        assert client.get(to("compare", world)).status_code == status
        assert client.get(to("stage_entry", world, entry.ref)).status_code == status
    client.force_login(world.jurors[0])
    for key in ("screening", "publication", "nothing"):
        assert client.get(reverse("calls:compare", args=[world.call.slug, key])).status_code == 404
    assert client.get(to("stage_entry", world, "nothing")).status_code == 404
    assert client.post(to("compare", world), {"do": "undo", "comparison": "1"}).status_code == 404


def test_an_entry_that_failed_screening_is_not_read(client: Client):
    world = open_world(rules(stages=(STAGES[0], FINAL, *STAGES[2:])))
    one, other = make_sent(world), make_sent(world)
    close(world)
    acts.open_stage(world.manager, world.run("screening"))
    acts.screen(world.screener, one, True)
    acts.screen(world.screener, other, False, standard="scope")
    acts.close_stage(world.manager, world.run("screening"))
    acts.open_stage(world.manager, world.run("final"))
    client.force_login(world.jurors[0])
    assert client.get(to("stage_entry", world, one.ref)).status_code == 200
    assert client.get(to("stage_entry", world, other.ref)).status_code == 404
    with pytest.raises(ValidationError, match="no longer in the running"):
        acts.compare(world.jurors[0], world.run("final"), one, other, one)
    assert client.get(to("compare", world)).context["page"].pair is None


def test_a_closed_stage_is_looked_at_and_no_more(client: Client):
    world = final(2)
    say(world, 0, 0, 1, 0)
    acts.close_stage(world.manager, world.run("final"))
    client.force_login(world.jurors[0])
    html = client.get(to("compare", world)).content.decode()
    assert "not open" in html
    assert 'value="undo"' not in html
    refs = [one.ref for one in world.submissions]
    refused = client.post(to("compare", world), {"left": refs[0], "right": refs[1], "do": "left"})
    assert refused.status_code == 422


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "决赛"), ("ar", "النهائي")])
def test_the_page_in_another_language(client: Client, language, name):
    world = final(2)
    client.force_login(world.jurors[0])
    page = client.get(to("compare", world).replace("/en/", f"/{language}/", 1))
    assert page.status_code == 200
    assert name in page.content.decode()


def test_the_desk_leads_there(client: Client):
    world = final(2)
    client.force_login(world.jurors[0])
    rows = client.get(reverse("calls:work")).context["rows"]
    assert [address for row in rows for _label, address in row.links] == [to("compare", world)]


def test_a_page_costs_the_same_whatever_the_number(django_assert_num_queries):
    for entries, said in ((2, 0), (4, 3)):
        world = final(entries)
        for one, other in list(combinations(range(entries), 2))[:said]:
            say(world, 0, one, other, one)
        run = world.run("final")
        user = type(world.jurors[1]).objects.get(pk=world.jurors[1].pk)
        assert user.roles
        with django_assert_num_queries(4):
            queries.pair_page(user, run)
    user = type(world.jurors[0]).objects.get(pk=world.jurors[0].pk)
    assert user.roles
    with django_assert_num_queries(5):
        assert queries.pair_page(user, run).last is not None
    with django_assert_num_queries(2):
        run.component.progress(run)


# -- her own data ---------------------------------------------------------------------------------


def test_a_juror_takes_her_comparisons_away_and_what_she_undid_goes_with_her():
    world = final(3)
    acts.undo_comparison(world.jurors[0], say(world, 0, 0, 1, 0))
    kept = say(world, 0, 1, 2, None)
    other = say(world, 1, 0, 1, 0)
    refs = [one.ref for one in world.submissions]
    given_ = personal.give(world.jurors[0])
    jsonschema.validate(given_, personal.SCHEMA, cls=jsonschema.Draft202012Validator)
    assert [
        (one["call"], one["stage"], one["refs"], one["winner"], one["undone"] is None)
        for one in given_["comparisons"]
    ] == [
        (world.call.slug, "final", refs[:2], refs[0], False),
        (world.call.slug, "final", refs[1:], None, True),
    ]
    personal.forget(world.jurors[0], world.jurors[0].person)
    assert set(Comparison.objects.all()) == {kept, other}
