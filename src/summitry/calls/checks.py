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

from summitry.text.moments import exact

from . import eligibility, fields, outcomes, stages, terms
from .codec import Problem
from .labels import role_label
from .rules import Field, RuleSet, called

if TYPE_CHECKING:
    from .models import Call, Submission

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
__all__ = ["Problem", "clean_answers", "ordering_stage", "ordering_stages", "problems", "unfinished"]

WHEN = ("before", "decision", "after", "publication")  # the order in which stages can stand
MOST = 200  # fields, categories, stages, tiers of one call


def problems(rules: RuleSet, call: "Call | None" = None, now: datetime | None = None) -> list[Problem]:
    """Every contradiction in a rule set, each with its path. With `call`, what opening needs is asked too:
    dates, and that the deadline is after `now`."""
    return [
        *_texts(rules),
        *_calendar(rules, call, now),
        *_keyed("eligibility", rules.eligibility, "kind"),
        *terms.conditions(rules),
        *_form(rules),
        *_keyed("categories", rules.categories),
        *_stages(rules),
        *_decision(rules),
        *terms.quotas(rules),
        *_outcome(rules),
        *_keyed("letters", rules.letters, "subject"),
        *terms.letters(rules),
        *_keyed("obligations", rules.obligations),
        *terms.obligations(rules),
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
            yield Problem("closes_at", _("%(moment)s is past") % {"moment": exact(rules.closes_at)})
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
                _("comes before the end of the stage “%(key)s”") % {"key": called(before)},
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
    if not rules.asked().fields:
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
                said = _("two answers are used for “%(use)s”") % {"use": role_label(field.role)}
                yield Problem(f"{path}.role", said)
            roles.add(field.role)
        if not fields.known(field.kind):
            yield Problem(f"{path}.kind", _("there is no kind of field “%(kind)s”") % {"kind": field.kind})
        else:
            yield from fields.kind(field.kind).problems(field, path)
        if field.stage:
            yield from _asked_later(rules, field, path)


def _asked_later(rules: RuleSet, field: Field, path: str) -> Iterator[Problem]:
    """A field that is asked at a stage which asks nothing, or too late to be called by."""
    stage = rules.stage(field.stage)
    if stage is None or not stages.known(stage.kind) or not stages.kind(stage.kind).questions:
        said = _("“%(key)s” is not a stage that asks for more") % {"key": _stage(rules, field.stage)}
        yield Problem(f"{path}.stage", said)
    elif field.role == "title":
        yield Problem(f"{path}.stage", _("the title is asked when one submits: the entry is called by it"))


def _stages(rules: RuleSet) -> Iterator[Problem]:
    yield from _keyed("stages", rules.stages)
    known = [stage for stage in rules.stages if stages.known(stage.kind)]
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
    for before, after in pairwise(known):
        if WHEN.index(stages.kind(before.kind).when) > WHEN.index(stages.kind(after.kind).when):
            yield Problem(
                f"stages.{after.key}",
                _("it has to come before the stage “%(key)s”") % {"key": called(before)},
            )


def _stage(rules: RuleSet, key: str) -> str:
    """What the stage with this key is called; the key itself if there is no such stage."""
    stage = rules.stage(key)
    return called(stage) if stage else key


def _decision(rules: RuleSet) -> Iterator[Problem]:
    rule = rules.decision
    yield from _keyed("decision.tiers", rule.tiers)
    ordering = [one for one in rules.stages if stages.known(one.kind) and stages.kind(one.kind).ordering]
    if rule.stage and rule.stage not in {one.key for one in ordering}:
        yield Problem(
            "decision.stage",
            _("“%(key)s” is not a stage whose marks make an order") % {"key": _stage(rules, rule.stage)},
        )
    elif not rule.stage and not rule.shares and len(ordering) > 1:
        yield Problem("decision.stage", _("say which of the scoring stages makes the order"))
    yield from _shares(rules, ordering)
    stage = ordering_stage(rules)
    for key in rules.tie_break:
        if stage is None or stage.criterion(key) is None:
            yield Problem(
                "tie_break",
                _("“%(key)s” is not a criterion of the stage that makes the order") % {"key": key},
            )
    if len(set(rules.tie_break)) != len(rules.tie_break):
        yield Problem("tie_break", _("a criterion is named twice"))
    yield from terms.unasked_ties(rules, stage)
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


def ordering_stage(rules: RuleSet) -> Any:
    """The stage whose marks make the computed order: the one named, else the last of its kind; None without
    one."""
    found = [one for one in rules.stages if stages.known(one.kind) and stages.kind(one.kind).ordering]
    named = [one for one in found if one.key == rules.decision.stage]
    listed = named or found
    return listed[-1] if listed else None


def ordering_stages(rules: RuleSet) -> list[tuple[Any, int]]:
    """The stages that make the computed order, each with its share in percent; none if nothing is ordered."""
    if rules.decision.shares:
        found = ((rules.stage(one.key), one.percent) for one in rules.decision.shares)
        return [(stage, percent) for stage, percent in found if stage is not None]
    stage = ordering_stage(rules)
    return [(stage, 100)] if stage is not None else []


def _shares(rules: RuleSet, ordering: list[Any]) -> Iterator[Problem]:
    """Shares that do not sum to 100, of stages that make no order, or that let the public decide alone."""
    shares = rules.decision.shares
    keys = {one.key for one in ordering}
    for share in shares:
        where = f"decision.shares.{share.key}"
        if share.key not in keys:
            said = _("“%(key)s” is not a stage whose marks make an order")
            yield Problem(where, said % {"key": _stage(rules, share.key)})
        if not 1 <= share.percent <= 100:
            yield Problem(where, _("must be from 1 to %(most)d") % {"most": 100})
    if len({one.key for one in shares}) != len(shares):
        yield Problem("decision.shares", _("a stage is named twice"))
    total = sum(one.percent for one in shares)
    if shares and total != 100:
        yield Problem(
            "decision.shares", _("the shares add up to %(total)d and not to 100") % {"total": total}
        )
    if shares and rules.decision.stage:
        yield Problem("decision.stage", _("either one stage makes the order or several with their shares"))
    voiced = sum(
        percent
        for stage, percent in ordering_stages(rules)
        if stage in ordering and stages.kind(stage.kind).voiced
    )
    if voiced > 50:
        yield Problem("decision.shares", _("the public never decides alone: its share is at most 50"))


def _outcome(rules: RuleSet) -> Iterator[Problem]:
    if not outcomes.known(rules.outcome):
        yield Problem("outcome", _("there is no outcome “%(key)s”") % {"key": rules.outcome})
        return
    for role in outcomes.get(rules.outcome).needs:
        if rules.by_role(role) is None:
            said = _("the outcome needs an answer that is used for “%(use)s”") % {"use": role_label(role)}
            yield Problem("fields", said)


def clean_answers(
    submission: "Submission",
    answers: dict[str, Any],
    stage: str = "",
    context: fields.Context | None = None,
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Finished answers as they are kept, and by field what is wrong with them: to the questions that are
    asked when one submits, or at a stage."""
    context = context or submission.context()
    kept: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for field in submission.call.rules.asked(stage).fields:
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


def unfinished(submission: "Submission", now: datetime | None = None) -> dict[str, list[str]]:
    """What sending at this moment would refuse, by field ("category" for the category, "eligibility" for who
    may apply); empty if it can go."""
    _kept, wrong = clean_answers(submission, submission.draft)
    rules = submission.call.rules
    if rules.categories and rules.category(submission.draft_category) is None:
        wrong["category"] = [_("Choose a category.")]
    if refused := eligibility.refusals(submission, now):
        wrong["eligibility"] = refused
    return wrong
