"""What the editor of rules is made of: parts with one form, and lists."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..forms import parts, tree
from ..rules import RuleSet


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the rules with one form. `read` takes the thing out, `put` puts the changed one back; at: its
    path, empty for the rules themselves."""

    label: Any
    form: type[parts.RuleForm]
    read: Callable[[RuleSet], Any]
    put: Callable[[RuleSet, Any], RuleSet]
    at: str = ""


@dataclass(frozen=True, slots=True)
class ListPart:
    """A part that is a list. `new` begins a thing, `form` edits it; `inside` are the lists of each thing.
    doubles: a thing can be copied; not where its key says what it is."""

    label: Any
    add: Any
    new: type[parts.RuleForm]
    form: type[parts.RuleForm]
    hint: Any = ""
    inside: tuple[tuple[str, Any], ...] = ()
    doubles: bool = True


PARTS: dict[str, Part] = {
    "basics": Part(
        gettext_lazy("Title and terms"), parts.BasicsForm, lambda rules: rules, lambda rules, one: one
    ),
    "dates": Part(gettext_lazy("Dates"), parts.DatesForm, lambda rules: rules, lambda rules, one: one),
    "conflicts": Part(
        gettext_lazy("Conflicts of interest"),
        parts.ConflictsForm,
        lambda rules: rules.conflicts,
        lambda rules, one: replace(rules, conflicts=one),
        "conflicts",
    ),
    "decision": Part(
        gettext_lazy("How it is decided"),
        parts.DecisionForm,
        lambda rules: rules.decision,
        lambda rules, one: replace(rules, decision=one),
        "decision",
    ),
    "shares": Part(
        gettext_lazy("Several stages make the order"),
        parts.SharesForm,
        lambda rules: rules.decision,
        lambda rules, one: replace(rules, decision=one),
        "decision.shares",
    ),
    "ties": Part(
        gettext_lazy("How ties are broken"),
        parts.TieBreakForm,
        lambda rules: rules,
        lambda rules, one: one,
        "tie_break",
    ),
}
WEIGHTS = "weights-"  # and the key of a stage: the grid of its weights by category

LISTS: dict[str, ListPart] = {
    "eligibility": ListPart(
        gettext_lazy("Who may apply"),
        gettext_lazy("Add a condition"),
        parts.NewConditionForm,
        parts.ConditionForm,
        gettext_lazy("Without a condition everybody may. They are asked when an entry is sent."),
        doubles=False,
    ),
    "sections": ListPart(
        gettext_lazy("Sections of the form"),
        gettext_lazy("Add a section"),
        parts.SectionForm,
        parts.SectionForm,
    ),
    "fields": ListPart(
        gettext_lazy("Questions"),
        gettext_lazy("Add a question"),
        parts.NewFieldForm,
        parts.FieldForm,
        gettext_lazy("What applicants are asked, in this order."),
        (("choices", gettext_lazy("Answers to choose from")),),
    ),
    "fields.*.choices": ListPart(
        gettext_lazy("Answers to choose from"),
        gettext_lazy("Add an answer"),
        parts.ChoiceForm,
        parts.ChoiceForm,
    ),
    "categories": ListPart(
        gettext_lazy("Categories"), gettext_lazy("Add a category"), parts.CategoryForm, parts.CategoryForm
    ),
    "stages": ListPart(
        gettext_lazy("Stages"),
        gettext_lazy("Add a stage"),
        parts.NewStageForm,
        parts.StageForm,
        gettext_lazy("The way from the deadline to the answer, in this order."),
        (
            ("criteria", gettext_lazy("Criteria")),
            ("reasons", gettext_lazy("Standard reasons")),
            ("units", gettext_lazy("What is given out")),
        ),
    ),
    "stages.*.criteria": ListPart(
        gettext_lazy("Criteria"), gettext_lazy("Add a criterion"), parts.CriterionForm, parts.CriterionForm
    ),
    "stages.*.reasons": ListPart(
        gettext_lazy("Standard reasons"), gettext_lazy("Add a reason"), parts.ReasonForm, parts.ReasonForm
    ),
    "stages.*.units": ListPart(
        gettext_lazy("What is given out"), gettext_lazy("Add a unit"), parts.UnitForm, parts.UnitForm
    ),
    "decision.tiers": ListPart(
        gettext_lazy("Classes of acceptance"),
        gettext_lazy("Add a class"),
        parts.TierForm,
        parts.TierForm,
        gettext_lazy("The best first, for instance “outstanding”, then “collection”."),
    ),
    "letters": ListPart(
        gettext_lazy("Letters with the answer"),
        gettext_lazy("Add a letter"),
        parts.NewLetterForm,
        parts.LetterForm,
        gettext_lazy("Without one, an answer has the usual words."),
        doubles=False,
    ),
    "obligations": ListPart(
        gettext_lazy("What the accepted owe afterwards"),
        gettext_lazy("Add an obligation"),
        parts.ObligationForm,
        parts.ObligationForm,
    ),
}


def part_of(rules: RuleSet, key: str) -> Part:
    """The part of this key. Raises Http404."""
    found = PARTS.get(key)
    if found is None and key.startswith(WEIGHTS):
        found = _weights(rules, key.removeprefix(WEIGHTS))
    if found is None:
        raise Http404(_("The rules have no such part."))
    return found


def _weights(rules: RuleSet, key: str) -> Part | None:
    """The grid of a stage's weights, where there is one to fill in."""
    stage = rules.stage(key)
    if stage is None or not has_weights(rules, stage):
        return None
    return Part(
        _("Weights by category: %(stage)s") % {"stage": stage.name},
        parts.WeightsForm,
        lambda rules: rules.stage(key),
        lambda rules, one: tree.changed(rules, "stages", key, one),
    )


def has_weights(rules: RuleSet, stage: Any) -> bool:
    return bool(rules.categories and getattr(stage, "criteria", ()))


def _pattern(where: str) -> str:
    steps = where.split(".")
    return ".".join("*" if at == 1 and len(steps) == 3 else step for at, step in enumerate(steps))


def is_list(where: str) -> bool:
    """Whether lists stand at such addresses."""
    return _pattern(where) in LISTS


def list_part(where: str) -> ListPart:
    """The list at an address. Raises Http404."""
    if not is_list(where):
        raise Http404(_("The rules have no such part."))
    return LISTS[_pattern(where)]


def things_of(rules: RuleSet, where: str) -> tuple[Any, ...]:
    """The things of a list. Raises Http404."""
    try:
        return tree.items(rules, where)
    except tree.Nowhere:
        raise Http404(_("The rules have no such part.")) from None
