"""What contradicts itself in rules, and what is still wrong with an answer. Words for those who can put it
right."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from . import fields, outcomes, stages
from .codec import Problem, moment
from .rules import RuleSet

if TYPE_CHECKING:
    from .models import Call, Submission

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
__all__ = ["Problem", "clean_answers", "ordering_stage", "problems", "unfinished"]

MOST = 200  # fields, categories, stages, tiers of one call


def problems(rules: RuleSet, call: "Call | None" = None, now: datetime | None = None) -> list[Problem]:
    """Every contradiction in a rule set, each with its path. With `call`, what opening needs is asked too:
    dates, and that the deadline is after `now`."""
    return [
        *_texts(rules),
        *_calendar(rules, call, now),
        *_form(rules),
        *_keyed("categories", rules.categories),
        *_stages(rules),
        *_decision(rules),
        *_outcome(rules),
    ]


def _texts(rules: RuleSet) -> Iterator[Problem]:
    if not rules.title:
        yield Problem("title", _("is empty"))
    for code, words in rules.title.values.items():
        if len(words) > 200:
            yield Problem(f"title.{code}", _("has more than %(most)d characters") % {"most": 200})
    for code in rules.languages:
        if code not in settings.CONTENT_LANGUAGES:
            yield Problem("languages", _("“%(code)s” is not a language of this institution") % {"code": code})
    if not 0 <= rules.appeal_days <= 365:
        yield Problem("appeal_days", _("must be from 0 to %(most)d") % {"most": 365})
    if not 0 <= rules.co_applicants <= 50:
        yield Problem("co_applicants", _("must be from 0 to %(most)d") % {"most": 50})


def _calendar(rules: RuleSet, call: "Call | None", now: datetime | None) -> Iterator[Problem]:
    if call is not None:
        for name in ("opens_at", "closes_at"):
            if getattr(rules, name) is None:
                yield Problem(name, _("is missing"))
        if rules.closes_at and now and rules.closes_at <= now:
            yield Problem("closes_at", _("%(moment)s is past") % {"moment": moment(rules.closes_at)})
    if rules.opens_at and rules.closes_at and rules.opens_at >= rules.closes_at:
        yield Problem("closes_at", _("the call closes before it opens"))
    for stage in rules.stages:
        path = f"stages.{stage.key}"
        if stage.opens_at and rules.closes_at and stage.opens_at < rules.closes_at:
            yield Problem(f"{path}.opens_at", _("the stage opens before the call closes"))
        if stage.opens_at and stage.closes_at and stage.opens_at >= stage.closes_at:
            yield Problem(f"{path}.closes_at", _("the stage closes before it opens"))
    for before, after in pairwise(rules.stages):
        end = before.closes_at or before.opens_at
        start = after.opens_at or after.closes_at
        if end and start and start < end:
            yield Problem(
                f"stages.{after.key}.opens_at",
                _("comes before the end of the stage “%(key)s”") % {"key": before.key},
            )


def _keyed(path: str, things: Iterable[Any], named: str = "name") -> Iterator[Problem]:
    """Keys that are no keys or come twice, names that are empty, quotas that nothing can meet."""
    seen: set[str] = set()
    listed = list(things)
    if len(listed) > MOST:
        yield Problem(path, _("has more than %(most)d") % {"most": MOST})
    for one in listed:
        where = f"{path}.{one.key}"
        if not _KEY.match(one.key):
            yield Problem(where, _("a key is a lower-case letter, then letters, digits and “_”, at most 40"))
        if one.key in seen:
            yield Problem(where, _("this key is used twice"))
        seen.add(one.key)
        if not getattr(one, named):
            yield Problem(f"{where}.{named}", _("is empty"))
        quota = getattr(one, "quota", None)
        if quota is not None and quota < 0:
            yield Problem(f"{where}.quota", _("must be at least 0"))


def _form(rules: RuleSet) -> Iterator[Problem]:
    if not rules.fields:
        yield Problem("fields", _("the form asks nothing"))
    yield from _keyed("sections", rules.sections)
    yield from _keyed("fields", rules.fields, "label")
    sections = {one.key for one in rules.sections}
    roles: set[str] = set()
    for field in rules.fields:
        path = f"fields.{field.key}"
        if field.section and field.section not in sections:
            yield Problem(f"{path}.section", _("there is no section “%(key)s”") % {"key": field.section})
        if field.role:
            if field.role in roles:
                yield Problem(f"{path}.role", _("two fields have the role “%(role)s”") % {"role": field.role})
            roles.add(field.role)
        if not fields.known(field.kind):
            yield Problem(f"{path}.kind", _("there is no kind of field “%(kind)s”") % {"kind": field.kind})
        else:
            yield from fields.kind(field.kind).problems(field, path)


def _stages(rules: RuleSet) -> Iterator[Problem]:
    yield from _keyed("stages", rules.stages)
    allowed: list[frozenset[str]] = []
    for stage in rules.stages:
        path = f"stages.{stage.key}"
        if not stages.known(stage.kind):
            yield Problem(f"{path}.kind", _("there is no kind of stage “%(kind)s”") % {"kind": stage.kind})
            continue
        kind = stages.kind(stage.kind)
        allowed.append(kind.allows)
        yield from kind.problems(stage, rules, path)
        yield from _keyed(f"{path}.reasons", stage.reasons, "text")
    for deed, missing in (
        ("decide", _("no stage decides")),
        ("publish", _("no stage publishes what was decided")),
    ):
        found = [at for at, deeds in enumerate(allowed) if deed in deeds]
        if not found:
            yield Problem("stages", missing)
        if len(found) > 1:
            yield Problem("stages", _("two stages decide or publish; there can be one of each"))
    decides = next((at for at, deeds in enumerate(allowed) if "decide" in deeds), None)
    publishes = next((at for at, deeds in enumerate(allowed) if "publish" in deeds), None)
    if decides is not None and publishes is not None and publishes < decides:
        yield Problem("stages", _("the stage that publishes comes before the one that decides"))
    if decides is not None and any("assess" in deeds or "screen" in deeds for deeds in allowed[decides:]):
        yield Problem("stages", _("entries are judged after the decision"))


def _decision(rules: RuleSet) -> Iterator[Problem]:
    rule = rules.decision
    yield from _keyed("decision.tiers", rule.tiers)
    ordering = [one for one in rules.stages if stages.known(one.kind) and stages.kind(one.kind).ordering]
    if rule.stage and rule.stage not in {one.key for one in ordering}:
        yield Problem(
            "decision.stage", _("“%(key)s” is not a stage whose marks make an order") % {"key": rule.stage}
        )
    elif not rule.stage and len(ordering) > 1:
        yield Problem("decision.stage", _("say which of the scoring stages makes the order"))
    stage = ordering_stage(rules)
    for key in rules.tie_break:
        if stage is None or stage.criterion(key) is None:
            yield Problem(
                "tie_break",
                _("“%(key)s” is not a criterion of the stage that makes the order") % {"key": key},
            )
    if len(set(rules.tie_break)) != len(rules.tie_break):
        yield Problem("tie_break", _("a criterion is named twice"))
    if rule.places is not None and rule.places < 1:
        yield Problem("decision.places", _("must be at least 1"))
    if rule.minimum is not None:
        try:
            least = Decimal(rule.minimum)
        except InvalidOperation:
            least = Decimal("NaN")
        if not least.is_finite():
            yield Problem("decision.minimum", _("must be a decimal number, for instance 3.5"))
        elif stage and stage.criteria and not stage.criteria[0].low <= least <= stage.criteria[0].high:
            yield Problem("decision.minimum", _("is outside the scale of the marks"))
    if rule.by_category and not rules.categories:
        yield Problem("decision.by_category", _("the call has no categories"))
    for path, things in (("categories", rules.categories), ("decision.tiers", rule.tiers)):
        quotas = [one.quota for one in things]
        if rule.places is None:
            continue
        for one in things:
            if one.quota is not None and one.quota > rule.places:
                yield Problem(
                    f"{path}.{one.key}.quota",
                    _("%(quota)d is more than the %(places)d places of the call")
                    % {"quota": one.quota, "places": rule.places},
                )
        if quotas and all(one is not None for one in quotas) and sum(filter(None, quotas)) < rule.places:
            yield Problem(path, _("the quotas leave places that nothing can fill"))


def ordering_stage(rules: RuleSet) -> Any:
    """The stage whose marks make the computed order: the one named, else the last of its kind; None without
    one."""
    found = [one for one in rules.stages if stages.known(one.kind) and stages.kind(one.kind).ordering]
    named = [one for one in found if one.key == rules.decision.stage]
    listed = named or found
    return listed[-1] if listed else None


def _outcome(rules: RuleSet) -> Iterator[Problem]:
    if not outcomes.known(rules.outcome):
        yield Problem("outcome", _("there is no outcome “%(key)s”") % {"key": rules.outcome})
        return
    for role in outcomes.get(rules.outcome).needs:
        if rules.by_role(role) is None:
            yield Problem("fields", _("the outcome needs a field with the role “%(role)s”") % {"role": role})


def clean_answers(
    submission: "Submission", answers: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Finished answers as they are kept, and by field what is wrong with them."""
    context = submission.context()
    kept: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for field in submission.call.rules.fields:
        try:
            found = fields.kind(field.kind).clean(field, answers.get(field.key), context)
        except ValidationError as error:
            wrong[field.key] = list(error.messages)
            continue
        if found is not None:
            kept[field.key] = found
        elif field.required:
            wrong[field.key] = [_("An answer is needed here.")]
    return kept, wrong


def unfinished(submission: "Submission") -> dict[str, list[str]]:
    """What sending would refuse, by field ("category" for the category); empty if it can go."""
    _kept, wrong = clean_answers(submission, submission.draft)
    rules = submission.call.rules
    if rules.categories and rules.category(submission.draft_category) is None:
        wrong["category"] = [_("Choose a category.")]
    return wrong
