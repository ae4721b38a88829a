"""The editor of rules: conditions, letters, obligations, units, shares, weights by category, copies, the
preview."""

from dataclasses import replace

import pytest
from django.urls import reverse

from summitry.calls import acts, eligibility, stages
from summitry.calls.checks import problems
from summitry.calls.rules import (
    Condition,
    ConflictPolicy,
    DecisionRule,
    Letter,
    Obligation,
    Share,
    Stage,
    Unit,
)
from summitry.calls.views.outline import LISTS, PARTS
from summitry.people.tests.factories import make_institution

from .factories import STAGES, T, make_world, rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client):
    """A draft call whose manager is signed in; two stages make an order."""
    make_institution()
    final = Stage("final", "score", T("Final"), criteria=STAGES[1].criteria)
    found = make_world(rules(stages=(*STAGES[:2], final, *STAGES[2:])))
    client.force_login(found.manager)
    return found


def to(name, world, *more):
    return reverse(f"calls:{name}", args=[world.call.slug, *more])


def send(client, world, name, *more, **form):
    """Post a form of the editor as a browser would, with the version that stands."""
    return client.post(to(name, world, *more), {"version": world.fresh().version, **form})


def test_every_part_and_list_opens(client, world):
    for key in (*PARTS, "weights-jury"):
        assert client.get(to("part", world, key)).status_code == 200
    for where in LISTS:
        if "*" not in where:
            assert client.get(to("items", world, where)).status_code == 200
            assert client.get(to("item_add", world, where)).status_code == 200
    overview = client.get(to("manage", world)).content.decode()
    for key in PARTS:
        assert to("part", world, key) in overview


# -- conditions -----------------------------------------------------------------------------------


CONDITIONS = [
    ("organisation_required", {}, {}),
    ("organisation_kind", {"option_among": ["company", "media"]}, {"among": ["company", "media"]}),
    ("country", {"option_among": ["CN", "EG"], "option_except": [""]}, {"among": ["CN", "EG"]}),
    ("country", {"option_except": ["FR"]}, {"except": ["FR"]}),
    ("organisation_age", {"option_years": "5", "option_least": ""}, {"years": 5}),
    ("no_report_owed", {}, {}),
    ("cap_per_person", {"option_most": "2"}, {"most": 2}),
    ("cap_per_organisation", {"option_most": "1"}, {"most": 1}),
    ("jurors_barred", {}, {}),
]


@pytest.mark.parametrize(("kind", "form", "options"), CONDITIONS)
def test_a_condition_is_added_and_said_in_words(client, world, kind, form, options):
    answer = send(client, world, "item_add", "eligibility", kind=kind)
    assert answer["Location"] == to("item", world, "eligibility", kind)
    assert client.get(answer["Location"]).status_code == 200
    given = {**form, "note_en": "In our words"}
    assert send(client, world, "item", "eligibility", kind, **given).status_code == 302
    assert world.fresh().rules.eligibility == (
        Condition(kind, kind, world.call.rules.eligibility[0].note, options),
    )
    assert str(world.call.rules.eligibility[0].note) == "In our words"
    assert "In our words" in client.get(to("items", world, "eligibility")).content.decode()
    again = send(client, world, "item_add", "eligibility", kind=kind)
    assert again.status_code == 422  # each is asked once
    assert len(world.fresh().rules.eligibility) == 1


def test_the_conditions_above_are_all_that_there_are():
    """A new predicate has to be tried in the editor too."""
    tried = {kind for kind, _form, _options in CONDITIONS}
    assert tried == {one.key for one in eligibility.every()}


def test_a_condition_is_not_copied(client, world):
    acts.edit_rules(world.manager, world.call, rules(eligibility=(Condition("a", "jurors_barred"),)))
    assert 'value="double:' not in client.get(to("items", world, "eligibility")).content.decode()
    assert send(client, world, "items", "eligibility", do="double:a").status_code == 403
    assert len(world.fresh().rules.eligibility) == 1


# -- what follows ---------------------------------------------------------------------------------


def test_letters_are_for_a_result_one_each(client, world):
    form = {"result": "accepted", "subject_en": "Your answer", "body_en": "Dear {name}"}
    assert send(client, world, "item_add", "letters", **form).status_code == 302
    assert send(client, world, "item_add", "letters", **form).status_code == 422
    assert send(client, world, "item_add", "letters", **(form | {"result": "moon"})).status_code == 422
    assert send(client, world, "item_add", "letters", **(form | {"result": "gold"})).status_code == 302
    edited = {"subject_en": "Accepted", "body_en": "Dear {name}"}
    assert send(client, world, "item", "letters", "accepted", **edited).status_code == 302
    found = [(one.key, str(one.subject), str(one.body)) for one in world.fresh().rules.letters]
    assert found == [("accepted", "Accepted", "Dear {name}"), ("gold", "Your answer", "Dear {name}")]
    assert isinstance(world.call.rules.letters[0], Letter)


def test_obligations(client, world):
    form = {"name_en": "Report", "help_en": "Two pages", "days": "90"}
    assert send(client, world, "item_add", "obligations", **form).status_code == 302
    assert send(client, world, "item_add", "obligations", **(form | {"days": "0"})).status_code == 422
    assert send(client, world, "item_add", "obligations", **(form | {"days": "3651"})).status_code == 422
    found = world.fresh().rules.obligations
    assert [(type(one), one.key, str(one.help), one.days) for one in found] == [
        (Obligation, "report", "Two pages", 90)
    ]


# -- stages ---------------------------------------------------------------------------------------


def test_units_are_given_out_by_a_stage_that_gives_something_out(client, world):
    giving = next(one.key for one in stages.every() if one.units)
    form = {"name_en": "Slots", "kind": giving}
    assert send(client, world, "item_add", "stages", **form)["Location"] == to(
        "item", world, "stages", "slots"
    )
    page = client.get(to("item", world, "stages", "slots")).content.decode()
    assert to("items", world, "stages.slots.units") in page
    assert (
        to("items", world, "stages.jury.units")
        not in client.get(to("item", world, "stages", "jury")).content.decode()
    )
    unit = {"name_en": "90 minutes", "count": "12"}
    assert send(client, world, "item_add", "stages.slots.units", **unit).status_code == 302
    assert send(client, world, "item_add", "stages.slots.units", **(unit | {"count": "0"})).status_code == 422
    assert world.fresh().rules.stage("slots").units == (
        Unit("unit", world.call.rules.stage("slots").units[0].name, 12),
    )


def test_weights_by_category_are_a_grid(client, world):
    address = to("part", world, "weights-jury")
    assert address in client.get(to("item", world, "stages", "jury")).content.decode()
    page = client.get(address)
    html = page.content.decode()
    assert [[cell.name for cell in cells] for _one, cells in page.context["form"].rows] == [
        ["effect-north", "effect-south"],
        ["evidence-north", "evidence-south"],
    ]
    assert html.count('<th scope="row">') == 3  # two criteria and the sum
    assert "Effect: North" in html
    form = {"effect-north": "0", "evidence-north": "100", "effect-south": "60", "evidence-south": ""}
    assert send(client, world, "part", "weights-jury", **form).status_code == 302
    jury = world.fresh().rules.stage("jury")
    assert [dict(one.weights) for one in jury.criteria] == [{"north": 0}, {"north": 100}]
    assert client.get(address).context["form"].totals == [100, 100]
    wrong = send(client, world, "part", "weights-jury", **(form | {"effect-north": "101"}))
    assert wrong.status_code == 422
    assert world.fresh().rules.stage("jury") == jury


@pytest.mark.parametrize("key", ["weights-", "weights-nobody", "weights-screening", "weights"])
def test_a_grid_that_is_none(client, world, key):
    assert client.get(to("part", world, key)).status_code == 404


def test_without_categories_there_is_no_grid(client, world):
    acts.edit_rules(world.manager, world.call, rules(categories=()))
    assert client.get(to("part", world, "weights-jury")).status_code == 404
    assert "weights-jury" not in client.get(to("item", world, "stages", "jury")).content.decode()


def test_several_stages_make_the_order_with_their_shares(client, world):
    form = {"share_jury": "40", "share_final": "60"}
    assert send(client, world, "part", "shares", **form).status_code == 302
    assert world.fresh().rules.decision.shares == (Share("jury", 40), Share("final", 60))
    assert problems(world.call.rules) == []
    none = {"share_jury": "", "share_final": "0"}
    assert send(client, world, "part", "shares", **none).status_code == 302
    assert world.fresh().rules.decision.shares == ()


def test_how_it_is_decided_keeps_what_it_does_not_ask(client, world):
    send(client, world, "part", "shares", share_jury="40", share_final="60")
    form = {"stage": "", "places": "9", "reserve": "4", "confidence": "95"}
    assert send(client, world, "part", "decision", **form).status_code == 302
    rule = world.fresh().rules.decision
    assert (rule.places, rule.reserve, rule.confidence, len(rule.shares), len(rule.tiers)) == (
        9,
        4,
        "95",
        2,
        2,
    )


def test_conflicts_of_interest(client, world):
    form = {"declare": "on", "related": "on", "past_years": "5", "note_en": "Kin"}
    assert send(client, world, "part", "conflicts", **form).status_code == 302
    found = world.fresh().rules.conflicts
    assert (found.declare, found.same_organisation, found.related, found.past_years) == (True, False, True, 5)
    assert (found.email_domain, found.co_authors, str(found.note)) == (False, False, "Kin")


def test_a_question_may_be_asked_at_a_later_stage(client, world):
    asking = next(one.key for one in stages.every() if one.questions)
    form = {"label_en": "Summary", "visibility": "public"}
    page = client.get(to("item", world, "fields", "summary"))
    assert "stage" not in page.context["form"].fields  # no stage of this call asks anything
    send(client, world, "item_add", "stages", name_en="More", kind=asking)
    assert send(client, world, "item", "fields", "summary", **form, stage="more").status_code == 302
    assert world.fresh().rules.field("summary").stage == "more"
    for other in ("jury", "moon"):
        assert send(client, world, "item", "fields", "summary", **form, stage=other).status_code == 422


# -- copies and the preview -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "where", ["fields", "stages", "stages.jury.criteria", "categories", "decision.tiers"]
)
def test_a_thing_is_copied_with_all_that_is_in_it(client, world, where):
    page = client.get(to("items", world, where))
    key = page.context["rows"][0]["key"]
    answer = send(client, world, "items", where, do=f"double:{key}")
    assert answer["Location"] == f"{to('items', world, where)}?last=double-{key}"
    rows = client.get(answer["Location"]).context["rows"]
    assert [row["key"] for row in rows][:2] == [key, f"{key}_2"]
    assert str(rows[0]["label"]) == str(rows[1]["label"])
    assert send(client, world, "items", where, do="double:nobody").status_code == 404


def test_the_form_stands_beside_its_questions_and_sends_nothing(client, world):
    page = client.get(to("items", world, "fields"))
    html = page.content.decode()
    preview = html.split('id="preview"')[1]
    for field in world.call.rules.fields:
        assert str(field.label) in preview
    assert 'id="preview_title-_en"' in preview
    assert 'id="id_' not in preview.split("</aside>")[0]
    assert "<form" not in preview.split("</aside>")[0]
    one = client.get(to("item", world, "fields", "theme")).content.decode().split('id="preview"')[1]
    assert "Theme" in one
    assert "Summary" not in one.split("</aside>")[0]
    assert 'id="preview"' not in client.get(to("items", world, "stages")).content.decode()


def test_in_an_open_call_words_of_a_letter_are_amended_and_nothing_is_added(client):
    make_institution()
    world = make_world(
        rules(letters=(Letter("accepted", T("Subject"), T("Body")),), obligations=(Obligation("r", T("R")),))
    )
    acts.open_call(world.manager, world.call)
    client.force_login(world.manager)
    assert client.get(to("item_add", world, "letters")).status_code == 404
    form = {"subject_en": "Subject", "body_en": "Better words", "amendment_en": "A slip"}
    assert send(client, world, "item", "letters", "accepted", **form).status_code == 302
    assert str(world.fresh().rules.letters[0].body) == "Better words"
    late = {"name_en": "R", "days": "9", "amendment_en": "Sooner"}
    send(client, world, "item", "obligations", "r", **late)
    assert world.fresh().rules.obligations[0].days == 365


def test_the_public_page_tells_every_rule_that_binds(client):
    make_institution()
    jury = replace(
        STAGES[1],
        criteria=(
            replace(STAGES[1].criteria[0], weights={"north": 0}),
            replace(STAGES[1].criteria[1], weights={"north": 100}),
        ),
    )
    final = replace(STAGES[1], key="final", name=T("Final"))
    world = make_world(
        rules(
            stages=(STAGES[0], jury, final, *STAGES[2:]),
            decision=DecisionRule(places=5, reserve=2, shares=(Share("jury", 40), Share("final", 60))),
            obligations=(Obligation("report", T("Report"), T("Two pages."), 90),),
            certificates=True,
        )
    )
    acts.open_call(world.manager, world.call)
    address = to("detail", world)
    page = client.get(address).content.decode()
    for words in (
        '60%<br><span class="tiny">North: 0%</span>',
        '40%<br><span class="tiny">North: 100%</span>',
        "Several stages make the order: Jury 40% · Final 60%",
        "At most 2 more entries wait for a place.",
        "Whoever is accepted gets a certificate.",
        "Whoever is accepted owes, within 90 days of publication: Report. Two pages.",
        "An organisation that she has left counts for 3 years.",
        "The same e-mail domain of an organisation counts as a place in it.",
        "A juror never judges an entry of those with whom she has stood behind one.",
        "of a similar name, or a part of it",
    ):
        assert words in page
    plain = make_world(
        rules(conflicts=ConflictPolicy(related=False, past_years=0, email_domain=False, co_authors=False))
    )
    acts.open_call(plain.manager, plain.call)
    page = client.get(to("detail", plain)).content.decode()
    for words in (
        "similar name",
        "has left counts",
        "same e-mail domain",
        "stood behind one",
        "certificate",
        "owes",
    ):
        assert words not in page
