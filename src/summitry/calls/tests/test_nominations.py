"""750 real nominations of digital public goods, through the form that their registry published: loaded as a
call, screened and decided to the outcomes that they had."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from summitry.calls import acts, formschema, queries, verdicts
from summitry.calls.models import Decision, Submission
from summitry.calls.rules import DecisionRule, Reason, Stage
from summitry.people.tests.factories import make_user
from summitry.text.value import Text

from .factories import STAGES, close, open_world, rules

pytestmark = pytest.mark.django_db

T = Text.of
ROLES = {"name": "title", "description": "summary", "website": "website"}
SCREENING = Stage("screening", "screen", T("Screening"), reasons=(Reason("excluded", T("Not eligible")),))
DECIDING = Stage("decision", "deliberate", T("Decision"), reasons=(Reason("archived", T("Not recognised")),))


@pytest.fixture(scope="module")
def nominations(shared_data):
    """(form, [(slug, what was filled in, outcome)])"""
    folder = shared_data / "cases" / "dpg_nominations"
    form = formschema.read(json.loads((folder / "nominee-schema.json").read_text()), ROLES)
    lines = [json.loads(line) for line in (folder / "projects.jsonl").read_text().splitlines()]
    return form, [(one["slug"], one["nomination"], one["outcome"]) for one in lines]


def test_the_published_form_is_read(nominations):
    form, listed = nominations
    assert [(one.key, one.kind, one.required, len(one.choices)) for one in form.fields] == [
        ("name", "line", True, 0),
        ("aliases", "text", False, 0),
        ("description", "text", True, 0),
        ("website", "url", False, 0),
        ("license_spdx", "choices", True, 133),
        ("license", "text", False, 0),
        ("sdgs_sdgnumber", "choices", True, 17),
        ("sdgs", "text", False, 0),
        ("sectors", "choices", False, 72),
        ("type", "choices", True, 5),
        ("repositories", "text", False, 0),
        ("organizations", "organisations", True, 0),
        ("stage", "choice", True, 3),
    ]
    assert Counter(outcome for _slug, _given, outcome in listed) == {
        "archived": 482,
        "accepted": 166,
        "pending": 61,
        "excluded": 41,
    }


def test_the_nominations_run_through_a_call_to_their_own_outcomes(nominations):
    """What the form itself refuses never comes in: eleven of those excluded name a licence that it does not
    offer, and no goal. The others excluded fail the screening; those archived are not accepted; those still
    pending are on the reserve list."""
    form, listed = nominations
    world = open_world(
        rules(
            fields=form.fields,
            sections=(),
            categories=(),
            stages=(SCREENING, DECIDING, STAGES[-1]),
            decision=DecisionRule(places=166, reserve=100),
            appeal_days=0,
            conflicts=replace(rules().conflicts, same_organisation=False, related=False),
        )
    )
    nominator, outcomes, refused = make_user(), {}, {}
    for slug, given, outcome in listed:
        draft = acts.start_draft(nominator, world.call, language="en")
        draft = acts.save_draft(nominator, draft, form.answers(given))
        try:
            sent = acts.submit(nominator, draft)
        except ValidationError as error:
            refused[slug] = (outcome, set(error.message_dict))
            acts.discard_draft(nominator, draft)
            continue
        outcomes[sent.pk] = outcome
    assert len(refused) == 11
    assert {(outcome, *sorted(keys)) for outcome, keys in refused.values()} == {
        ("excluded", "license_spdx", "sdgs_sdgnumber", "stage")
    }
    close(world)
    acts.open_stage(world.manager, world.run("screening"))
    for entry in queries.screening_queue(world.screener, world.fresh()):
        out = outcomes[entry.pk] == "excluded"
        acts.screen(world.screener, entry, not out, standard="excluded" if out else "")
    acts.close_stage(world.manager, world.run("screening"))
    acts.open_stage(world.manager, world.run("decision"))
    answers = {
        "accepted": acts.Choice("accepted"),
        "pending": acts.Choice("reserve", reason="It is still being looked at."),
        "archived": acts.Choice("rejected", standard="archived"),
    }
    sheet = {pk: answers[outcome] for pk, outcome in outcomes.items() if outcome != "excluded"}
    call = acts.decide(world.chair, world.fresh(), sheet)
    verdict = acts.seal_verdict(world.chair, call)
    assert verdicts.recompute(verdict.body) == verdict.body
    acts.publish(world.manager, world.fresh())
    results = {"accepted": "accepted", "pending": "reserve", "archived": "rejected", "excluded": "rejected"}
    found = dict(Decision.objects.values_list("submission", "result"))
    assert found == {pk: results[outcome] for pk, outcome in outcomes.items()}
    assert Counter(found.values()) == {"accepted": 166, "reserve": 61, "rejected": 512}
    assert Submission.objects.sent().count() == 739
