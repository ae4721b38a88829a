"""Rules as data: read, written, digested, and every contradiction named with its path."""

import json
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import get_args, get_type_hints

import jsonschema
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from summitry.calls import outcomes, rulesets, terms
from summitry.calls.checks import problems
from summitry.calls.codec import Problem
from summitry.calls.models import Call
from summitry.calls.rules import (
    Category,
    Choice,
    Condition,
    Criterion,
    DecisionRule,
    Field,
    Letter,
    Obligation,
    RulesError,
    RuleSet,
    Section,
    Share,
    Stage,
    Tier,
    Unit,
    parse,
)
from summitry.text.value import Text

from .factories import FIELDS, RULES, STAGES, T, rules
from .strategies import rule_sets

NOW = datetime(2027, 9, 1, tzinfo=UTC)


def said(found: list[Problem]) -> set[str]:
    return {one.path for one in found}


def test_rules_survive_their_json():
    assert parse(RULES.to_json()) == RULES
    assert parse(RULES.to_json()).digest == RULES.digest


def test_the_digest_is_that_of_the_canonical_json():
    import hashlib

    assert RULES.digest == hashlib.sha256(RULES.canonical().encode()).hexdigest()
    assert rules(blind=True).digest != RULES.digest


def test_texts_may_be_written_short():
    found = parse({"title": {"en": "Call", "fr": "Appel"}})
    assert found.title == Text.of("Call", fr="Appel") or found.title.values == {"en": "Call", "fr": "Appel"}
    assert found.title.source == "en"


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ([], ""),
        ({"title": 3}, "title"),
        ({"title": {"texts": 3}}, "title"),
        ({"title": {"en": 3}}, "title"),
        ({"blind": "yes"}, "blind"),
        ({"appeal_days": True}, "appeal_days"),
        ({"appeal_days": "1"}, "appeal_days"),
        ({"fields": {}}, "fields"),
        ({"fields": [{"key": "a", "kind": "line"}]}, "fields.a.label"),
        ({"fields": [{"kind": "line", "label": {"en": "A"}}]}, "fields.0.key"),
        ({"fields": [{"key": "a", "kind": "line", "label": {"en": "A"}, "colour": 1}]}, "fields.a.colour"),
        (
            {"fields": [{"key": "a", "kind": "line", "label": {"en": "A"}, "visibility": "x"}]},
            "fields.a.visibility",
        ),
        ({"fields": [{"key": "a", "kind": "line", "label": {"en": "A"}, "options": 1}]}, "fields.a.options"),
        ({"opens_at": "tomorrow"}, "opens_at"),
        ({"opens_at": "2027-01-01T00:00:00"}, "opens_at"),
        ({"opens_at": 5}, "opens_at"),
        (
            {
                "stages": [
                    {
                        "key": "s",
                        "kind": "score",
                        "name": {},
                        "criteria": [{"key": "c", "label": {}, "weight": 1.5}],
                    }
                ]
            },
            "stages.s.criteria.c.weight",
        ),
        ({"wishes": 1}, "wishes"),
        ({"format": "summitry.rules/2"}, "format"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_path(data, path):
    with pytest.raises(RulesError) as caught:
        parse(data)
    assert path in {one.path for one in caught.value.problems}


def test_times_are_kept_in_utc():
    found = parse({"closes_at": "2027-09-19T20:59:00-03:00"})
    assert found.closes_at == datetime(2027, 9, 19, 23, 59, tzinfo=UTC)
    assert found.to_json()["closes_at"] == "2027-09-19T23:59:00Z"


def test_rules_without_contradiction():
    assert problems(RULES) == []


SCORE = STAGES[1]


def with_stage(**changes):
    return rules(stages=(STAGES[0], replace(SCORE, **changes), *STAGES[2:]))


def with_field(**changes):
    return rules(fields=(*FIELDS, Field(**{"key": "x", "kind": "line", "label": T("X"), **changes})))


def weighed(*weights):
    """The jury with other weights by category for some of its criteria."""
    given = dict(weights)
    return with_stage(criteria=tuple(replace(one, weights=given.get(one.key, {})) for one in SCORE.criteria))


CONTRADICTIONS = [
    (rules(title=Text()), "title"),
    (rules(title=T("x" * 201)), "title.en"),
    (rules(languages=("tlh",)), "languages"),
    (rules(appeal_days=-1), "appeal_days"),
    (rules(co_applicants=51), "co_applicants"),
    (rules(opens_at=NOW, closes_at=NOW), "closes_at"),
    (rules(fields=()), "fields"),
    (with_field(key="title"), "fields.title"),
    (with_field(key="Not a key"), "fields.Not a key"),
    (with_field(label=Text()), "fields.x.label"),
    (with_field(kind="moon"), "fields.x.kind"),
    (with_field(section="nowhere"), "fields.x.section"),
    (with_field(role="title"), "fields.x.role"),
    (with_field(kind="year", translatable=True), "fields.x.translatable"),
    (with_field(kind="choice"), "fields.x.choices"),
    (with_field(choices=(Choice("a", T("A")),)), "fields.x.choices"),
    (with_field(kind="choice", choices=(Choice("a", T("A")), Choice("a", T("B")))), "fields.x.choices.a"),
    (with_field(kind="choice", choices=(Choice("A b", T("A")),)), "fields.x.choices.A b"),
    (with_field(kind="choice", choices=(Choice("a", Text()),)), "fields.x.choices.a.label"),
    (with_field(options={"colour": 1}), "fields.x.options.colour"),
    (with_field(options={"max_chars": "9"}), "fields.x.options.max_chars"),
    (with_field(options={"max_chars": True}), "fields.x.options.max_chars"),
    (with_field(options={"max_chars": 0}), "fields.x.options.max_chars"),
    (with_field(options={"max_chars": 501}), "fields.x.options.max_chars"),
    (with_field(options={"min_words": 9, "max_words": 3}), "fields.x.options.min_words"),
    (with_field(kind="number", options={"min": 9, "max": 3}), "fields.x.options.min"),
    (with_field(kind="number", options={"decimals": 7}), "fields.x.options.decimals"),
    (with_field(kind="date", options={"after": "soon"}), "fields.x.options.after"),
    (
        with_field(kind="date", options={"after": "2027-02-01", "before": "2027-01-01"}),
        "fields.x.options.after",
    ),
    (with_field(kind="files", options={"extensions": [".pdf"]}), "fields.x.options.extensions"),
    (with_field(kind="files", options={"max": 0}), "fields.x.options.max"),
    (with_field(kind="choices", choices=(Choice("a", T("A")),), options={"min": 2}), "fields.x.options.min"),
    (rules(sections=(Section("more", Text()),)), "sections.more.name"),
    (rules(categories=(Category("a", T("A")), Category("a", T("B")))), "categories.a"),
    (rules(categories=(Category("a", T("A"), quota=-1),)), "categories.a.quota"),
    (rules(stages=()), "stages"),
    (rules(stages=STAGES[:2]), "stages"),
    (rules(stages=(*STAGES[:2], STAGES[3], STAGES[2])), "stages.deliberation"),
    (rules(stages=(STAGES[2], STAGES[0], STAGES[1], STAGES[3])), "stages.screening"),
    (rules(stages=(*STAGES[:3], replace(STAGES[2], key="again"), STAGES[3])), "stages"),
    (rules(stages=(*STAGES, Stage("seance", "seance", T("S")))), "stages.seance.kind"),
    (rules(stages=(replace(STAGES[0], criteria=SCORE.criteria), *STAGES[1:])), "stages.screening.criteria"),
    (with_stage(criteria=()), "stages.jury.criteria"),
    (with_stage(criteria=(Criterion("a", T("A"), weight=99),)), "stages.jury.criteria"),
    (
        with_stage(criteria=(Criterion("a", T("A"), weight=50), Criterion("a", T("B"), weight=50))),
        "stages.jury.criteria.a",
    ),
    (
        with_stage(criteria=(Criterion("a", T("A"), weight=100), Criterion("b", T("B"), weight=0))),
        "stages.jury.criteria.b.weight",
    ),
    (
        with_stage(criteria=(Criterion("a", T("A"), weight=50), Criterion("b", T("B"), weight=50, high=9))),
        "stages.jury.criteria",
    ),
    (with_stage(criteria=(Criterion("a", T("A"), weight=100, low=5, high=5),)), "stages.jury.criteria.a.low"),
    (with_stage(criteria=(Criterion("a", Text(), weight=100),)), "stages.jury.criteria.a.label"),
    (with_stage(options={"per_entry": 0}), "stages.jury.options.per_entry"),
    (with_stage(options={"speed": 1}), "stages.jury.options.speed"),
    (with_stage(options={"most": "many"}), "stages.jury.options.most"),
    (with_stage(opens_at=NOW, closes_at=NOW), "stages.jury.closes_at"),
    (
        rules(closes_at=NOW, stages=(STAGES[0], replace(SCORE, opens_at=NOW - timedelta(1)), *STAGES[2:])),
        "stages.jury.opens_at",
    ),
    (
        rules(
            stages=(
                replace(STAGES[0], closes_at=NOW),
                replace(SCORE, opens_at=NOW - timedelta(1)),
                *STAGES[2:],
            )
        ),
        "stages.jury.opens_at",
    ),
    (rules(decision=DecisionRule(stage="screening")), "decision.stage"),
    (rules(stages=(*STAGES[:2], replace(SCORE, key="final"), *STAGES[2:])), "decision.stage"),
    (rules(decision=DecisionRule(tiers=(Tier("a", T("A")), Tier("a", T("B"))))), "decision.tiers.a"),
    (rules(decision=DecisionRule(places=0)), "decision.places"),
    (rules(decision=DecisionRule(minimum="many")), "decision.minimum"),
    (rules(decision=DecisionRule(minimum="NaN")), "decision.minimum"),
    (rules(decision=DecisionRule(minimum="5.5")), "decision.minimum"),
    (rules(categories=(), decision=DecisionRule(by_category=True)), "decision.by_category"),
    (rules(decision=DecisionRule(places=3, tiers=(Tier("a", T("A"), 4),))), "decision.tiers.a.quota"),
    (rules(decision=DecisionRule(places=3, tiers=(Tier("a", T("A"), 2),))), "decision.tiers"),
    (rules(tie_break=("charm",)), "tie_break"),
    (rules(tie_break=("effect", "effect")), "tie_break"),
    (rules(outcome="moon"), "outcome"),
    (rules(categories=(Category("a", T("A"), quota=0),)), "categories.a.quota"),
    (rules(decision=DecisionRule(tiers=(Tier("a", T("A"), 0),))), "decision.tiers.a.quota"),
    (
        rules(
            categories=(Category("a", T("A"), quota=2), Category("b", T("B"), quota=3)),
            decision=DecisionRule(places=6),
        ),
        "categories",
    ),
    (rules(decision=DecisionRule(reserve=-1)), "decision.reserve"),
    (rules(decision=DecisionRule(reserve=3)), "decision.reserve"),
    (rules(letters=(Letter("moon", T("Subject"), T("Body")),)), "letters.moon"),
    (rules(letters=(Letter("accepted", Text(), T("Body")),)), "letters.accepted.subject"),
    (rules(letters=(Letter("accepted", T("Subject"), Text()),)), "letters.accepted.body"),
    (rules(letters=(Letter("reserve", T("Subject"), T("Body")),)), "letters.reserve"),
    (rules(letters=(Letter("gold", T("S"), T("B")), Letter("gold", T("S"), T("B")))), "letters.gold"),
    (rules(obligations=(Obligation("report", T("Report"), days=0),)), "obligations.report.days"),
    (rules(obligations=(Obligation("report", T("Report"), days=3651),)), "obligations.report.days"),
    (rules(obligations=(Obligation("report", Text()),)), "obligations.report.name"),
    (
        rules(obligations=(Obligation("report", T("A")), Obligation("report", T("B")))),
        "obligations.report",
    ),
    (with_stage(units=(Unit("slot", T("Slot")),)), "stages.jury.units"),
    (rules(decision=DecisionRule(stage="jury", shares=(Share("jury", 100),))), "decision.stage"),
    (rules(decision=DecisionRule(shares=(Share("jury", 99),))), "decision.shares"),
    (rules(decision=DecisionRule(shares=(Share("jury", 50), Share("jury", 50)))), "decision.shares"),
    (rules(decision=DecisionRule(shares=(Share("screening", 100),))), "decision.shares.screening"),
    (rules(decision=DecisionRule(shares=(Share("jury", 0),))), "decision.shares.jury"),
    (weighed(("effect", {"moon": 50})), "stages.jury.criteria.effect.weights.moon"),
    (weighed(("effect", {"north": "50"})), "stages.jury.criteria.effect.weights.north"),
    (weighed(("effect", {"north": True})), "stages.jury.criteria.effect.weights.north"),
    (weighed(("effect", {"north": 101})), "stages.jury.criteria.effect.weights.north"),
    (weighed(("effect", {"north": 50})), "stages.jury.criteria"),
    (
        replace(weighed(("effect", {"north": 0}), ("evidence", {"north": 100})), tie_break=("effect",)),
        "tie_break",
    ),
]

SOUND = [
    weighed(("effect", {"north": 0}), ("evidence", {"north": 100})),
    replace(weighed(("effect", {"north": 30}), ("evidence", {"north": 70})), tie_break=("effect",)),
    rules(decision=DecisionRule(places=5, reserve=3)),
    rules(categories=(Category("a", T("A"), quota=2),), decision=DecisionRule(reserve=3)),
    rules(
        decision=DecisionRule(places=5, reserve=3, tiers=(Tier("gold", T("Gold")),)),
        letters=tuple(
            Letter(key, T("Subject"), T("Body")) for key in ("accepted", "reserve", "rejected", "gold")
        ),
        obligations=(Obligation("report", T("Report"), days=3650), Obligation("visit", T("Visit"), days=1)),
        certificates=True,
    ),
    rules(decision=DecisionRule(shares=(Share("jury", 100),))),
]


@pytest.mark.parametrize("found", SOUND, ids=range(len(SOUND)))
def test_what_does_not_contradict_itself(found):
    assert problems(found) == []


def test_weights_are_those_of_the_category():
    jury = weighed(("effect", {"north": 0}), ("evidence", {"north": 100})).stage("jury")
    assert jury is not None
    assert [(one.key, one.weight) for one in jury.rubric("north")] == [("evidence", 100)]
    assert [(one.key, one.weight) for one in jury.rubric("south")] == [("effect", 60), ("evidence", 40)]


def test_the_messages_of_what_is_new():
    found = rules(
        categories=(Category("a", T("A"), quota=0),),
        decision=DecisionRule(reserve=1, places=None),
        letters=(Letter("moon", T("S"), T("B")),),
        obligations=(Obligation("report", T("R"), days=0),),
    )
    assert [(one.path, one.message) for one in problems(found)] == [
        ("categories.a.quota", "a quota of 0 lets nothing in"),
        (
            "letters.moon",
            "a letter is for a result (accepted, reserve, rejected) or for a class of acceptance",
        ),
        ("obligations.report.days", "must be from 1 to 3650"),
    ]
    missing = replace(weighed(("effect", {"north": 0}), ("evidence", {"north": 100})), tie_break=("effect",))
    assert [one.message for one in problems(missing)] == ["“Effect” is not asked in the category “North”"]
    endless = rules(decision=DecisionRule(reserve=1))
    assert [one.message for one in problems(endless)] == ["nobody waits where there is no end of places"]


UNUSABLE = [
    (rules(stages=(*STAGES, Stage("seance", "seance", T("S")))), "stages.seance.kind"),
    (with_field(kind="moon"), "fields.x.kind"),
    (rules(eligibility=(Condition("x", "zodiac"),)), "eligibility.x.kind"),
    (with_field(options={"max_chars": "9"}), "fields.x.options.max_chars"),
    (with_field(kind="persons", options={"ask": [["name"]]}), "fields.x.options.ask"),
    (with_stage(options={"keep": "3"}), "stages.jury.options.keep"),
    (rules(eligibility=(Condition("x", "country", options={"among": "CN"}),)), "eligibility.x.options.among"),
    (with_field(key="title"), "fields.title"),
    (with_field(key="Not a key"), "fields.Not a key"),
    (with_field(key="../x"), "fields.../x"),
    (with_stage(units=(Unit("a b", T("A")),)), "stages.jury.units.a b"),
    (rules(decision=DecisionRule(tiers=(Tier("a", T("A")), Tier("a", T("B"))))), "decision.tiers.a"),
    (
        with_field(kind="choice", choices=(Choice("a", T("A")), Choice("a", T("B")))),
        "fields.x.choices.a",
    ),
]


@pytest.mark.parametrize(("found", "path"), UNUSABLE, ids=range(len(UNUSABLE)))
def test_what_no_editor_could_show_is_named(found, path):
    assert [one.path for one in terms.unusable(found)] == [path]


def test_what_can_be_shown_may_contradict_itself():
    assert terms.unusable(RULES) == []
    assert terms.unusable(rules(stages=(), title=Text(), decision=DecisionRule(places=-1))) == []


@pytest.mark.parametrize(("found", "path"), CONTRADICTIONS, ids=range(len(CONTRADICTIONS)))
def test_each_contradiction_is_named(found, path):
    assert path in said(problems(found))


def test_opening_asks_for_dates_and_for_a_deadline_ahead():
    call = Call()
    assert said(problems(RULES, call, NOW)) == {"opens_at", "closes_at"}
    past = rules(opens_at=NOW - timedelta(2), closes_at=NOW - timedelta(1))
    assert said(problems(past, call, NOW)) == {"closes_at"}


def test_an_outcome_says_which_roles_it_needs():
    outcomes.register("tests.moon", "Moon", lambda actor, decision: None, needs=("title", "orbit"))
    try:
        assert said(problems(rules(outcome="tests.moon"))) == {"fields"}
    finally:
        outcomes._outcomes.pop("tests.moon")


def test_every_contradiction_is_told_at_once():
    found = rules(title=Text(), tie_break=("charm",), outcome="moon", appeal_days=-1)
    assert said(problems(found)) == {"title", "tie_break", "outcome", "appeal_days"}


def test_the_skeleton_is_blind_to_words_and_dates_and_to_nothing_else():
    words = rules(
        title=T("Other", ar="آخر"),
        closes_at=NOW,
        stages=(replace(STAGES[0], opens_at=NOW, name=T("Look")), *STAGES[1:]),
        fields=(replace(FIELDS[0], help=T("More")), *FIELDS[1:]),
    )
    assert words.skeleton() == RULES.skeleton()
    for changed in (
        rules(blind=True),
        rules(fields=FIELDS[1:]),
        rules(fields=(replace(FIELDS[0], required=False), *FIELDS[1:])),
        with_stage(criteria=(replace(SCORE.criteria[0], weight=40), replace(SCORE.criteria[1], weight=60))),
        with_field(),
        rules(decision=DecisionRule(minimum="3")),
    ):
        assert changed.skeleton() != RULES.skeleton()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["title", "fields", "key", "kind", "stages", "en", "x"]), inner, max_size=4
            )
        ),
        max_leaves=20,
    )
)
def test_anything_is_read_or_refused_in_words(data):
    try:
        found = parse(data)
    except RulesError as error:
        found, said = None, [one.message for one in error.problems]
    else:
        said = [str(found.digest)]
        assert parse(found.to_json()) == found
    assert said != []
    assert all(said)


# -- the templates that come with the house -------------------------------------------------------


def texts(data, path=""):
    """Every text in a template, with its path."""
    if isinstance(data, dict):
        if data and set(data) <= {code for code, _ in settings.LANGUAGES}:
            yield path, data
        else:
            for key, value in data.items():
                yield from texts(value, f"{path}.{key}")
    elif isinstance(data, list):
        for at, value in enumerate(data):
            yield from texts(value, f"{path}.{at}")


@pytest.mark.parametrize("name", rulesets.names())
class TestTemplate:
    def test_contradicts_nothing(self, name):
        assert problems(rulesets.load(name)) == []

    def test_fits_the_schema_as_written_and_in_full(self, name):
        validator = jsonschema.Draft202012Validator(
            rulesets.schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        )
        assert list(validator.iter_errors(rulesets._read(name))) == []
        assert list(validator.iter_errors(rulesets.load(name).to_json())) == []

    def test_says_everything_in_six_languages(self, name):
        found = list(texts(rulesets._read(name)))
        assert len(found) > 30
        wanted = {code for code, _ in settings.LANGUAGES}
        assert {path for path, one in found if set(one) != wanted or not all(one.values())} == set()

    def test_translations_are_translations(self, name):
        """No text but those of digits repeats another language's words, save a few that are the same word."""
        same = 0
        for _path, one in texts(rulesets._read(name)):
            assert (
                one["zh-hans"] != one["en"] or one["en"] in {"中文", "English"} or len(set(one.values())) == 1
            )
            assert one["ar"] != one["en"] or len(set(one.values())) == 1
            assert one["ru"] != one["en"] or len(set(one.values())) == 1
            same += one["fr"] == one["en"]
        assert same < 20


def test_the_schema_is_a_schema_and_refuses():
    schema = rulesets.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert not validator.is_valid({"title": {"en": "x"}})
    assert not validator.is_valid({**RULES.to_json(), "colour": 1})
    assert validator.is_valid(RULES.to_json())


def parts_of(kind):
    """Every dataclass that a rule set is made of."""
    found = {kind}
    for hint in get_type_hints(kind).values():
        for one in (hint, *get_args(hint)):
            if isinstance(one, type) and is_dataclass(one) and one is not Text:
                found |= parts_of(one)
    return found


def test_the_schema_knows_every_part_of_a_rule_set():
    """What can be written can be validated: the schema names exactly the fields of the dataclasses."""
    schema = rulesets.schema()
    assert set(schema["properties"]) == {one.name for one in dataclass_fields(RuleSet)}
    called = {"ConflictPolicy": "conflicts", "DecisionRule": "decision"}
    known = set(schema["$defs"]) - {"key", "moment", "text"}
    parts = {called.get(one.__name__, one.__name__.lower()): one for one in parts_of(RuleSet) - {RuleSet}}
    assert known == set(parts)
    for name, kind in parts.items():
        found = schema["$defs"][name]
        assert set(found["properties"]) == {one.name for one in dataclass_fields(kind)}
        needed = {one.name for one in dataclass_fields(kind) if one.default is one.default_factory}
        assert needed <= set(found["required"])


VALIDATOR = jsonschema.Draft202012Validator(
    rulesets.schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


@settings_of(max_examples=30, deadline=None)
@given(rule_sets())
def test_any_rule_set_fits_the_schema_and_is_read_back_equal(found):
    data = json.loads(json.dumps(found.to_json()))
    assert next(VALIDATOR.iter_errors(data), None) is None
    assert parse(data) == found
    assert parse(data).digest == found.digest


def test_roles_that_the_outcomes_use():
    cases = {one.role for one in rulesets.load("practice_cases").fields if one.role}
    assert cases == {
        "title",
        "summary",
        "body",
        "year",
        "field",
        "country",
        "worldwide",
        "website",
        "evidence",
        "organisation",
    }
    sessions = {one.role for one in rulesets.load("session_proposals").fields if one.role}
    assert sessions == {"title", "summary", "body", "format", "duration", "language", "speakers"}
