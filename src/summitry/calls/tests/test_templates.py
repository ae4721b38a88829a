"""The templates of the house, each from opening to publication with an answer to every question."""

from dataclasses import replace

import pytest
from django.utils import translation

from summitry.calls import checks, queries, rulesets, verdicts
from summitry.calls.models import Call, Owed, Submission

from .walking import apply, begin, walk_through

pytestmark = pytest.mark.django_db

NAMES = [
    "award",
    "competition",
    "cooperation_project",
    "expo",
    "igf_2023",
    "membership",
    "practice_cases",
    "session_proposals",
]


def test_these_are_all():
    assert rulesets.names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_template_does_not_contradict_itself(name):
    assert checks.problems(rulesets.load(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_template_from_opening_to_publication(name):
    walk = begin(rulesets.load(name))
    rules = walk.call.rules
    first, second = apply(walk), apply(walk)
    assert set(first.answers) == {one.key for one in rules.fields if not one.stage}
    walk_through(walk)
    call = Call.objects.get(slug="a-call")
    assert call.is_published
    assert verdicts.recompute(call.verdict.body) == call.verdict.body
    page = queries.submission_page(walk.applicants[0], first.uid)
    assert page.decision.is_accepted
    scored = [one for one in rules.stages if one.criteria]
    assert len(page.sheets) == (3 * len(scored) if rules.publish_scores or rules.publish_comments else 0)
    other = queries.submission_page(walk.applicants[1], second.uid)
    assert not other.decision.is_accepted
    assert other.decision.words
    assert set(Submission.objects.get(pk=first.pk).answers) == {one.key for one in rules.fields}
    assert (call.appeals_until is not None) is (rules.appeal_days > 0)
    assert [one.key for one in Owed.objects.filter(submission=first)] == [
        one.key for one in rules.obligations
    ]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["ar", "zh-hans", "fr", "ru", "es"])
def test_a_template_speaks_to_each_reader(name, language):
    rules = rulesets.load(name)
    with translation.override(language):
        words = [rules.title, rules.summary, rules.body]
        words += [one.label for one in rules.fields] + [one.help for one in rules.fields if one.help]
        words += [choice.label for one in rules.fields for choice in one.choices]
        for stage in rules.stages:
            words += [
                stage.name,
                *(one.text for one in stage.reasons),
                *(one.label for one in stage.criteria),
            ]
            words += [one.name for one in stage.units]
        words += [one.name for one in (*rules.categories, *rules.decision.tiers, *rules.obligations)]
        names_of_languages = {"English", "中文", "العربية", "Français", "Русский", "Español"}
        found = {text.best().language for text in words if not names_of_languages & set(text.values.values())}
        assert found == {language}


def test_a_blind_call_hides_from_jurors_who_applies():
    from summitry.calls import acts
    from summitry.calls.tests.factories import close, screen_all

    rules = rulesets.load("practice_cases")
    walk = begin(replace(rules, blind=True))
    sent = apply(walk)
    close(walk.world)
    screen_all(walk.world)
    acts.assign_all(walk.world.manager, walk.call)
    acts.open_stage(walk.world.manager, next(one for one in walk.call.stages.all() if one.kind == "score"))
    page = queries.entry_page(walk.world.jurors[0], sent.ref)
    assert page.applicant is None
    shown = {answer.field.key for _section, rows in page.groups for answer in rows}
    hidden = {one.key for one in rules.fields if one.identifies or one.visibility == "hidden_from_jurors"}
    assert shown == {one.key for one in rules.fields} - hidden
